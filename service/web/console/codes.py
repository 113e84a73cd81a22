"""The console's words for the codes of records: channels, kinds of touchpoints, outcomes, states, names of facts.

A code with a look has three parts: its word, its class in the style sheet, and its icon.
"""

from typing import NamedTuple

from service.conditions.till import ConfirmationFactor
from service.desks.verify import CheckResult
from service.journey.model import JourneyFriction
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    CallbackState,
    CallOutcome,
    Channel,
    HandoffState,
    IdentityKind,
    InteractionKind,
    ParticipantRole,
)
from service.search.model import HitGroup, HitLink
from service.web.console.words import _


class CodeLook(NamedTuple):
    """How a code is shown."""

    word: str
    style: str
    icon: str


CHANNELS = {
    Channel.CHATBOT: _("Chatbot"),
    Channel.PHONE: _("Phone"),
    Channel.EMAIL: _("E-mail"),
    Channel.STORE: _("Store"),
    Channel.WEB: _("Web"),
    Channel.SOCIAL: _("Social media"),
}
CHANNEL_ICONS = {
    Channel.CHATBOT: "robot",
    Channel.PHONE: "phone",
    Channel.EMAIL: "mail",
    Channel.STORE: "building-store",
    Channel.WEB: "world",
    Channel.SOCIAL: "message-circle",
}
ASSURANCES = {
    Assurance.NONE: _("Not known: no contact lately"),
    Assurance.CLAIMED: _("Claimed: caller ID or sender only"),
    Assurance.POSSESSION: _("Holds card or login"),
    Assurance.VERIFIED: _("Verified"),
}
IDENTITIES = {
    IdentityKind.CUSTOMER_NUMBER: _("Customer number"),
    IdentityKind.LOYALTY_CARD: _("Loyalty card"),
    IdentityKind.EMAIL: _("E-mail"),
    IdentityKind.PHONE: _("Phone"),
    IdentityKind.USERNAME: _("User name"),
}
"""Those that people ask for; devices and ids of systems are not among them."""
FOUND_IDENTITIES = IDENTITIES | {
    IdentityKind.EXTERNAL: _("Number of another system"),
    IdentityKind.SOCIAL: _("Social media"),
    IdentityKind.DEVICE: _("Device"),
}
FOUND_GROUPS = {
    HitGroup.IDENTITIES: CodeLook(_("Numbers and addresses of customers"), "", "id"),
    HitGroup.NAMES: CodeLook(_("Names"), "", "users"),
    HitGroup.NUMBERS: CodeLook(_("Orders, invoices, other numbers"), "", "package"),
    HitGroup.SUBJECTS: CodeLook(_("Matters"), "", "flag"),
    HitGroup.TEXTS: CodeLook(_("Words said"), "", "quote"),
}
FOUND_LINKS = {
    HitLink.PROVEN: CodeLook(_("proven"), "good", "shield-check"),
    HitLink.CLAIMED: CodeLook(_("claimed"), "", "info-circle"),
    HitLink.SHARED: CodeLook(_("shared by several"), "warn", "users-group"),
}
SOUGHT_AS = FOUND_IDENTITIES | {"name": _("Name"), "number": _("Any number"), "text": _("Words said")}
FACTORS = {
    ConfirmationFactor.POSTAL_CODE: _("Postcode"),
    ConfirmationFactor.PHONE_LAST4: _("Last four digits of the phone number"),
    ConfirmationFactor.BIRTH_DATE: _("Date of birth"),
}
"""What a customer can be asked for, to be surer who is there."""
CHECKS = {
    CheckResult.RIGHT: CodeLook(_("checked"), "good", "shield-check"),
    CheckResult.WRONG: CodeLook(_("wrong answer"), "bad", "x"),
}
FACTS = {
    "customer_number": _("Customer number"),
    "order_number": _("Order"),
    "invoice_number": _("Invoice"),
    "contract_number": _("Contract"),
    "serial_number": _("Serial number"),
    "error_code": _("Error code"),
    "product": _("Product"),
    "router_model": _("Router"),
    "name": _("Name"),
    "given-name": _("Given name"),
    "family-name": _("Family name"),
    "email": _("E-mail"),
    "tel": _("Phone"),
    "phone": _("Phone"),
    "bday": _("Date of birth"),
    "address": _("Address"),
    "street-address": _("Street"),
    "postal-code": _("Postcode"),
    "address-level2": _("Town"),
    "country": _("Country"),
    "pickup_store": _("Store to pick up at"),
}
"""Names of facts that have a word; another is shown as it is, with spaces."""
TOUCHPOINTS = {
    InteractionKind.MESSAGE: _("%(who)s wrote"),
    InteractionKind.CALL: _("%(who)s called"),
    InteractionKind.VISIT: _("%(who)s visited"),
    InteractionKind.PURCHASE: _("%(who)s bought"),
    InteractionKind.FORM: _("%(who)s filled in a form"),
    InteractionKind.PAGE: _("%(who)s looked at a page"),
    InteractionKind.NOTE: _("%(who)s noted"),
    InteractionKind.QUESTION: _("%(who)s asked"),
    InteractionKind.ATTEMPT: _("%(who)s tried"),
    InteractionKind.FEEDBACK: _("%(who)s gave a rating"),
    InteractionKind.SYSTEM: _("%(who)s reported"),
    InteractionKind.OTHER: _("%(who)s was in touch"),
    InteractionKind.CONCERN: _("%(who)s had a concern"),
}
SPEAKERS = {
    ParticipantRole.CUSTOMER: _("Customer"),
    ParticipantRole.BOT: _("Bot"),
    ParticipantRole.AGENT: _("Agent"),
    ParticipantRole.SYSTEM: _("System"),
}
ATTEMPTS = {
    AttemptOutcome.FAILED: CodeLook(_("failed"), "bad", "x"),
    AttemptOutcome.WORKED: CodeLook(_("worked"), "good", "check"),
    AttemptOutcome.PENDING: CodeLook(_("pending"), "wait", "clock"),
    AttemptOutcome.UNKNOWN: CodeLook(_("not known"), "mut", "info-circle"),
}
CALLS = {
    CallOutcome.ANSWERED: CodeLook(_("answered"), "", "phone"),
    CallOutcome.MISSED: CodeLook(_("not answered"), "bad", "phone-off"),
    CallOutcome.BUSY: CodeLook(_("busy"), "warn", "phone-off"),
    CallOutcome.ABANDONED: CodeLook(_("dropped"), "bad", "phone-off"),
    CallOutcome.FAILED: CodeLook(_("failed"), "bad", "phone-off"),
    CallOutcome.FORWARDED: CodeLook(_("forwarded"), "", "phone-outgoing"),
    CallOutcome.VOICEMAIL: CodeLook(_("voicemail"), "", "phone"),
}
FRICTIONS = {
    JourneyFriction.ASKED_AGAIN: CodeLook(_("asked again"), "bad", "repeat"),
    JourneyFriction.LATE: CodeLook(_("late"), "bad", "clock"),
    JourneyFriction.DID_NOT_HELP: CodeLook(_("did not help"), "bad", "x"),
    JourneyFriction.DROPPED: CodeLook(_("dropped"), "bad", "phone-off"),
    JourneyFriction.PROMISE_BROKEN: CodeLook(_("promise broken"), "bad", "clock-x"),
    JourneyFriction.MAY_LEAVE: CodeLook(_("may leave"), "bad", "door-exit"),
}
CONTACT_ICONS = {
    InteractionKind.PURCHASE: "shopping-cart",
    InteractionKind.FORM: "forms",
    InteractionKind.FEEDBACK: "star",
}
"""Of contacts that say more by their kind than by their channel."""
CALLBACKS = {
    CallbackState.SCHEDULED: _("planned"),
    CallbackState.DUE: _("due now"),
    CallbackState.CLAIMED: _("being called now"),
    CallbackState.MISSED: _("missed"),
    CallbackState.UNCALLABLE: _("no usable number"),
}
HANDOFFS = {
    HandoffState.OFFERED: _("offered"),
    HandoffState.ACCEPTED: _("taken"),
    HandoffState.ACTIVE: _("in progress"),
}
RISKS = {
    "low": CodeLook(_("low risk"), "good", "mood-smile"),
    "medium": CodeLook(_("medium risk"), "warn", "alert-triangle"),
    "high": CodeLook(_("high risk"), "bad", "trending-down"),
}


def plain_name(name: str) -> str:
    """The name of a fact that has no word, with spaces; it comes from a channel, and is no text of the catalogs."""
    return name.replace("_", " ").replace("-", " ").capitalize()
