"""Words of the page of a journey: what touchpoints are, and which rule began a phase."""

from service.journey.model import NoteKind
from service.model.vocabulary import InteractionKind
from service.web.console.words import _

KINDS = {
    InteractionKind.MESSAGE: _("Message"),
    InteractionKind.CALL: _("Phone call"),
    InteractionKind.VISIT: _("Visit"),
    InteractionKind.PURCHASE: _("Purchase"),
    InteractionKind.FORM: _("Form"),
    InteractionKind.PAGE: _("Page"),
    InteractionKind.NOTE: _("Note"),
    InteractionKind.QUESTION: _("Question"),
    InteractionKind.ATTEMPT: _("Attempt"),
    InteractionKind.FEEDBACK: _("Rating"),
    InteractionKind.SYSTEM: _("Notice"),
    InteractionKind.OTHER: _("Contact"),
    InteractionKind.CONCERN: _("Concern"),
}
NOTE_KINDS = {
    NoteKind.WANTS: _("What the customer wants"),
    NoteKind.OWNER: _("Who is in charge"),
    NoteKind.CHANGE: _("What to change"),
}
RULES = {
    "first_purchase": _("The first purchase ends considering."),
    "bought_again": _("A further purchase begins buying again."),
    "contract_end": _("A contract has ended that was not renewed."),
    "cancellation_page": _("The customer looked at a page about leaving, or filled in its form."),
    "retention_queue": _("The conversation was handed to a desk that keeps customers."),
    "failed_attempt": _("The first attempt that failed."),
    "first_problem": _("The first problem: an error, a low mood or rating, a dropped call or a broken promise."),
    "first_question": _("The first question; that of a customer who buys later belongs to considering."),
    "first_handoff": _("The first handoff to a desk; that of a customer who buys later belongs to considering."),
    "in_use": _("72 hours have passed since the purchase."),
    "solved": _("72 hours have passed since every problem was solved; who has not bought yet considers again."),
    "stayed": _("72 hours have passed since the matter of leaving was resolved."),
    "first_contact": _("The first contact, if it is nothing of the above."),
}
"""The rules that begin phases, by their codes, as `journey/phases.py` has them (a test compares)."""
