"""The words of judgements on what sources state."""

from service.identity.sources.quality.model import Verdict
from service.web.console.words import _

VERDICTS = {
    Verdict.VALID: _("valid"),
    Verdict.MOBILE: _("mobile number"),
    Verdict.LINE: _("land line"),
    Verdict.PREMIUM: _("number that costs extra"),
    Verdict.OTHER_NUMBER: _("number of another kind"),
    Verdict.UNREADABLE: _("cannot be read"),
    Verdict.IMPOSSIBLE: _("cannot exist"),
    Verdict.INVALID: _("not valid"),
    Verdict.PLACEHOLDER: _("placeholder"),
    Verdict.TYPO_SUSPECTED: _("perhaps mistyped"),
    Verdict.DISPOSABLE: _("throw-away address"),
    Verdict.ROLE: _("mailbox of several people"),
    Verdict.COUNTRY_UNKNOWN: _("country not known"),
    Verdict.POSTAL_CODE_INVALID: _("postcode not valid"),
    Verdict.PLACE_UNLIKELY: _("postcode and town do not fit"),
    Verdict.INCOMPLETE: _("incomplete"),
    Verdict.FUTURE: _("in the future"),
    Verdict.TOO_OLD: _("too long ago"),
    Verdict.DEFAULT_DATE: _("default date"),
    Verdict.EMPTY_WORD: _("word that says nothing"),
    Verdict.EMAIL_IN_NAME: _("e-mail address in a name"),
    Verdict.DIGITS: _("digits in a name"),
    Verdict.MOJIBAKE: _("broken letters"),
    Verdict.ORGANISATION: _("organisation in a name"),
}
