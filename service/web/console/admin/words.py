"""The words of the administration: what sets a day apart, what a key may do, and what is wrong with a field."""

from service.calendar.week import DayMark
from service.model.vocabulary import Role
from service.web.console.words import _

DAY_MARKS = {
    DayMark.EXCEPTION: _("Special hours"),
    DayMark.CLOSED: _("No service"),
    DayMark.HOLIDAY: _("Public holiday"),
}
KEY_ROLES = {
    Role.CHANNEL: _("Channel"),
    Role.BOT: _("Bot"),
    Role.CONSOLE: _("Console"),
    Role.STORE: _("Store"),
    Role.PARTNER: _("Partner"),
    Role.SALES: _("Sales"),
    Role.MARKETING: _("Marketing"),
    Role.PRIVACY: _("Privacy"),
    Role.ADMIN: _("Administrator"),
}
FIELD_PROBLEMS = {
    "name": _("This name cannot be taken."),
    "title": _("This title cannot be taken."),
    "time_zone": _("This time zone is not known."),
    "hours": _("These hours cannot be read, or never open."),
    "country": _("No public holidays of this country are known."),
    "subdivision": _("No public holidays of this region are known."),
    "closed": _("A date of these cannot be read."),
    "exceptions": _("Special hours of these cannot be read, or name a date twice."),
    "offer_timeout_s": _("A number of seconds from 1 to 86,400 is expected."),
    "max_offers": _("A number from 1 to 100 is expected."),
    "fallback": _("This queue cannot follow: it does not exist, or leads back here."),
    "partner": _("This name cannot be taken."),
    "queue": _("A key of a partner needs a queue; one of a bot or a store may have one."),
    "store": _("Only a key of a store stands in one."),
    "space": _("This name cannot be taken."),
    "days": _("A number of days from 1 on is expected."),
}
"""By the field of a form; what the service says in English stands beside it."""
OTHER_PROBLEM = _("Something in this form cannot be taken.")
