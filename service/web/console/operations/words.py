"""The words of administration for codes: what became of deliveries, what went wrong, and what to do about it."""

from typing import NamedTuple

from service.events.model import DeliveryState, Webhook
from service.model.vocabulary import (
    Audience,
    CallPhase,
    ConversationStatus,
    DeliveryOutcome,
    Direction,
    InteractionKind,
)
from service.web.console.codes import CodeLook
from service.web.console.words import _


class Fault(NamedTuple):
    """What went wrong, and what to do."""

    word: str
    advice: str


OUTCOMES = {
    DeliveryOutcome.ACCEPTED: CodeLook(_("accepted"), "good", "check"),
    DeliveryOutcome.DUPLICATE: CodeLook(_("known already"), "", "repeat"),
    DeliveryOutcome.IGNORED: CodeLook(_("tells of nothing"), "", "info-circle"),
    DeliveryOutcome.REFUSED: CodeLook(_("refused"), "bad", "x"),
    DeliveryOutcome.FAILED: CodeLook(_("partly failed"), "bad", "alert-triangle"),
}
_BUSY = Fault(
    _("The records could not be reached."),
    _("The sender repeats the delivery by itself. If this stays, look at the database."),
)
_FAULTS = {
    "delivery-refused": Fault(
        _("The proof was missing or wrong."),
        _("Compare the path and the secret that the sender has with those of this door, and the sender's clock."),
    ),
    "invalid-input": Fault(
        _("The delivery does not have the form that this door reads."),
        _("Look at what the sender is set to send, and compare it with the page of this door in the documentation."),
    ),
    "body-too-large": Fault(
        _("The delivery was too large."), _("Have the sender deliver less at once, or without attachments.")
    ),
    "database-unavailable": _BUSY,
    "database-busy": _BUSY,
    "overloaded": _BUSY,
    "peer-unavailable": Fault(
        _("Another system could not be reached."),
        _("The sender repeats the delivery by itself. Look whether the vendor's own service is up."),
    ),
}
_FAILED = Fault(
    _("Something in it could not be registered."),
    _("It is kept: once the cause is mended, “askonce channels reparse” reads it again."),
)
_OTHER = Fault(_("Something went wrong here."), _("The log of the service names the cause."))
KINDS = {
    InteractionKind.MESSAGE: _("Message"),
    InteractionKind.CALL: _("Call"),
    InteractionKind.VISIT: _("Visit"),
    InteractionKind.PURCHASE: _("Purchase"),
    InteractionKind.FORM: _("Form"),
    InteractionKind.PAGE: _("Page view"),
    InteractionKind.NOTE: _("Note"),
    InteractionKind.QUESTION: _("Question"),
    InteractionKind.ATTEMPT: _("Attempt"),
    InteractionKind.FEEDBACK: _("Rating"),
    InteractionKind.SYSTEM: _("Report of a system"),
    InteractionKind.OTHER: _("Other event"),
    InteractionKind.CONCERN: _("Concern"),
}
DIRECTIONS = {
    Direction.INBOUND: _("from the customer"),
    Direction.OUTBOUND: _("to the customer"),
    Direction.INTERNAL: _("internal"),
}
CALLS = {
    CallPhase.RINGING: _("A call rings"),
    CallPhase.ANSWERED: _("A call is answered"),
    CallPhase.ENDED: _("A call ends"),
}
STATUSES = {
    ConversationStatus.OPEN: _("The conversation is open"),
    ConversationStatus.PENDING: _("The conversation waits"),
    ConversationStatus.RESOLVED: _("The conversation is resolved"),
}


def fault_of(problem: str | None) -> Fault:
    """What a problem's type means; without one the delivery was taken, and something in it failed."""
    return _FAILED if problem is None else _FAULTS.get(problem.removeprefix("/problems/"), _OTHER)


FAILURES = {
    "no answer in time": _("no answer within 10 seconds"),
    "no connection": _("no connection"),
    "the address is not public": _("the address is not public"),
    "the receiver is gone": _("the receiver is gone"),
    "internal error": _("an error of ours"),
}
"""Why a try to send an event failed; beside these a status of HTTP."""
STATES = {
    "gone": CodeLook(_("switched off: the receiver is gone"), "bad", "x"),
    "paused": CodeLook(_("paused"), "warn", "clock"),
    "failing": CodeLook(_("on, and failing"), "bad", "alert-triangle"),
    "on": CodeLook(_("on"), "good", "check"),
}
DELIVERY_STATES = {
    DeliveryState.DEAD: _("Given up"),
    DeliveryState.FAILING: _("Failing"),
    DeliveryState.PENDING: _("Waiting"),
}
AUDIENCES = {
    Audience.CONSOLE: _("Console: everything"),
    Audience.BOT: _("Bot: changes, handoffs, callbacks"),
    Audience.STORE: _("Store: changes alone"),
    Audience.PARTNER: _("Partner: handoffs and callbacks of its queue"),
    Audience.SALES: _("Sales: changes alone"),
    Audience.MARKETING: _("Marketing: changes alone"),
}


def state_of(webhook: Webhook) -> CodeLook:
    """How a webhook stands."""
    if webhook.disabled_at is not None:
        return STATES["gone"]
    if webhook.paused_at is not None:
        return STATES["paused"]
    return STATES["failing" if webhook.failing else "on"]
