"""The words of who looked at a customer, and why."""

from typing import Any

from service.model.vocabulary import Role
from service.privacy.reads.model import ReasonChoice
from service.web.console.words import ROLES, _

REASONS = {
    ReasonChoice.CONTACT: _("The customer turned to me in another way"),
    ReasonChoice.FOLLOW_UP: _("I follow a matter up"),
    ReasonChoice.COMPLAINT: _("I work on a complaint"),
    ReasonChoice.QUALITY: _("I check the quality of our work"),
    ReasonChoice.DATA_REQUEST: _("I work on a request about data"),
    ReasonChoice.OTHER: _("Another reason"),
}
KEY_ROLES = {
    Role.ADMIN: _("Key of an administrator"),
    Role.CONSOLE: _("Key of a console"),
    Role.BOT: _("Key of a bot"),
    Role.STORE: _("Key of a store"),
    Role.PARTNER: _("Key of a partner"),
    Role.CHANNEL: _("Key of a channel"),
    Role.PRIVACY: _("Key of the privacy desk"),
    Role.SALES: _("Key of sales"),
    Role.MARKETING: _("Key of marketing"),
}
VIEWS = {
    "console": _("Whole page"),
    "bot": _("What a bot sees"),
    "store": _("What a store sees"),
    "partner": _("What a partner sees"),
    "sales": _("What sales sees"),
    "marketing": _("What marketing sees"),
    "brief": _("Brief"),
    "handoff": _("Handoff"),
    "journey": _("Journey"),
    "journey notes": _("Notes of the journey"),
    "search": _("List of hits"),
    "screenpop": _("Call"),
    "content": _("Content"),
    "next": _("Next actions"),
}
"""What was shown; a view that has no word here is named as it is."""
LOOK_WORDS: dict[str, Any] = {
    "reasons": REASONS,
    "agent_roles": {role.value: word for role, word in ROLES.items()},
    "key_roles": {role.value: word for role, word in KEY_ROLES.items()},
    "views": VIEWS,
}
