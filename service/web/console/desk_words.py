"""The console's words for what desks do: why a handoff came, and how a call back went."""

from typing import NamedTuple

from service.handoff.callbacks.model import KnownReason
from service.handoff.model import OfferEnd
from service.identity.preferences import ContactPurpose
from service.model.vocabulary import CallbackOutcome
from service.web.console.words import _


class CallResult(NamedTuple):
    """How the result of a call is shown; `key` reports it."""

    word: str
    style: str
    icon: str
    key: str


CALL_RESULTS = {
    CallbackOutcome.CONNECTED: CallResult(_("Connected"), "good", "phone-call", "1"),
    CallbackOutcome.NO_ANSWER: CallResult(_("No answer"), "warn", "phone-off", "2"),
    CallbackOutcome.BUSY: CallResult(_("Busy"), "warn", "phone-off", "3"),
    CallbackOutcome.FAILED: CallResult(_("Call failed"), "bad", "x", "4"),
    CallbackOutcome.INVALID_NUMBER: CallResult(_("Number does not exist"), "bad", "phone-off", "5"),
}
ONWARD_REASONS = {
    OfferEnd.EXPIRED: _("The offer before was not taken in time."),
    OfferEnd.DECLINED: _("The offer before was declined."),
    OfferEnd.ABSENT: _("The agent who was asked before was not there."),
    OfferEnd.NO_AGENTS: _("Of those who were asked before, nobody was there."),
    "closed": _("The queue that was asked before was closed."),
}
END_REASONS = {
    KnownReason.CONVERSATION_RESOLVED: _("The matter is resolved."),
    KnownReason.ANSWERED_MEANWHILE: _("The customer got in touch, and was answered."),
    KnownReason.INVALID_NUMBER: _("The number does not exist."),
    KnownReason.DO_NOT_CONTACT: _("The customer does not want calls."),
}
PURPOSES = {
    ContactPurpose.ALL: _("for anything"),
    ContactPurpose.SERVICE: _("for service"),
    ContactPurpose.MARKETING: _("for marketing"),
    ContactPurpose.SURVEY: _("for surveys"),
}
