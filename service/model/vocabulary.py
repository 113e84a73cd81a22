"""The closed sets of words; the database holds the same ones as enum types (tests/db/test_vocabulary.py compares)."""

from enum import StrEnum


class Channel(StrEnum):
    """Where a touchpoint happens."""

    CHATBOT = "chatbot"
    PHONE = "phone"
    EMAIL = "email"
    STORE = "store"
    WEB = "web"
    SOCIAL = "social"


class InteractionKind(StrEnum):
    """What a touchpoint is."""

    MESSAGE = "message"
    CALL = "call"
    VISIT = "visit"
    PURCHASE = "purchase"
    FORM = "form"
    PAGE = "page"
    NOTE = "note"
    QUESTION = "question"
    ATTEMPT = "attempt"
    FEEDBACK = "feedback"
    SYSTEM = "system"
    OTHER = "other"
    CONCERN = "concern"


class Direction(StrEnum):
    """Who turned to whom: inbound is the customer to us."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Assurance(StrEnum):
    """How sure we are who is speaking, weakest first. Caller id and an e-mail's From are `claimed`."""

    NONE = "none"
    CLAIMED = "claimed"
    POSSESSION = "possession"
    VERIFIED = "verified"

    @property
    def rank(self) -> int:
        """0 for none up to 3 for verified, so that assurances compare."""
        return _ASSURANCE_RANK[self]


_ASSURANCE_RANK = {assurance: rank for rank, assurance in enumerate(Assurance)}


class IdentityKind(StrEnum):
    """What an identity is, strongest first: of two equally verified ones the stronger kind decides."""

    CUSTOMER_NUMBER = "customer_number"
    LOYALTY_CARD = "loyalty_card"
    EXTERNAL = "external"
    EMAIL = "email"
    PHONE = "phone"
    USERNAME = "username"
    SOCIAL = "social"
    DEVICE = "device"

    @property
    def rank(self) -> int:
        """0 for the strongest kind."""
        return _IDENTITY_RANK[self]


class IdentityLink(StrEnum):
    """How an identity came to its customer: by what a channel was told, or by proof."""

    CLAIMED = "claimed"
    PROVEN = "proven"


_IDENTITY_RANK = {kind: rank for rank, kind in enumerate(IdentityKind)}


class ParticipantRole(StrEnum):
    """Who speaks in an interaction."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class AttemptOutcome(StrEnum):
    """How a try to solve the matter went."""

    PENDING = "pending"
    WORKED = "worked"
    FAILED = "failed"
    UNKNOWN = "unknown"


class CallOutcome(StrEnum):
    """How a call ended; `abandoned` means that the caller gave up."""

    ANSWERED = "answered"
    MISSED = "missed"
    BUSY = "busy"
    ABANDONED = "abandoned"
    FAILED = "failed"
    FORWARDED = "forwarded"
    VOICEMAIL = "voicemail"


class CallPhase(StrEnum):
    """How far a leg of a call has come; a later phase is never undone by an event that arrives late."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"

    @property
    def rank(self) -> int:
        """0 for ringing up to 2 for ended, so that phases compare."""
        return _PHASE_RANK[self]


_PHASE_RANK = {phase: rank for rank, phase in enumerate(CallPhase)}

DROPPED_CALL_OUTCOMES = frozenset({CallOutcome.MISSED, CallOutcome.ABANDONED, CallOutcome.FAILED})
"""Call outcomes after which the customer had turned to us in vain."""


class ConversationStatus(StrEnum):
    """Where the matter of a conversation stands; `pending` waits for an answer, `open` and `pending` are unresolved."""

    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"


class ConditionKind(StrEnum):
    """What a special condition grants."""

    DISCOUNT = "discount"
    PRICE = "price"
    VIP = "vip"
    ENTITLEMENT = "entitlement"
    ACCOMMODATION = "accommodation"
    NOTE = "note"


class Stacking(StrEnum):
    """Whether a condition may apply together with others."""

    EXCLUSIVE = "exclusive"
    STACK = "stack"


class UsePeriod(StrEnum):
    """The period in which `max_uses` counts, in the company's time zone."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


class Audience(StrEnum):
    """Who may see a view of the context."""

    CONSOLE = "console"
    BOT = "bot"
    STORE = "store"
    PARTNER = "partner"
    SALES = "sales"
    MARKETING = "marketing"


class Role(StrEnum):
    """What a key may do."""

    ADMIN = "admin"
    CONSOLE = "console"
    BOT = "bot"
    STORE = "store"
    PARTNER = "partner"
    CHANNEL = "channel"
    PRIVACY = "privacy"
    SALES = "sales"
    MARKETING = "marketing"


class Purpose(StrEnum):
    """What data are used for; the first four are those that a customer may consent to or withdraw."""

    SERVICE = "service"
    ANALYSIS = "analysis"
    MARKETING = "marketing"
    PROFILING = "profiling"
    SECURITY = "security"
    OPERATION = "operation"


class AgentRole(StrEnum):
    """What an agent who signs in may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    PRIVACY = "privacy"
    ADMIN = "admin"


class HandoffMode(StrEnum):
    """What the giver does until a desk takes the conversation."""

    OFFER = "offer"
    """The giver goes on serving the customer."""
    PASS = "pass"  # noqa: S105 (a word, no secret)
    """The giver has let go."""


class HandoffState(StrEnum):
    """Where a handoff stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    COMPLETED = "completed"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    FELL_BACK = "fell_back"


OPEN_HANDOFF_STATES = frozenset({HandoffState.OFFERED, HandoffState.ACCEPTED, HandoffState.ACTIVE})
"""States that something can still come of; the others are final."""


class ServedBy(StrEnum):
    """Who serves the customer in a conversation that was handed off."""

    GIVER = "giver"
    """The one that handed it off."""
    TAKER = "taker"
    """The desk that took it, also while that desk transfers it."""
    NOBODY = "nobody"


class CallbackState(StrEnum):
    """Where the promise to call back stands."""

    SCHEDULED = "scheduled"
    DUE = "due"
    CLAIMED = "claimed"
    FULFILLED = "fulfilled"
    EXHAUSTED = "exhausted"
    UNCALLABLE = "uncallable"
    CANCELLED = "cancelled"
    MISSED = "missed"


OPEN_CALLBACK_STATES = frozenset(
    {CallbackState.SCHEDULED, CallbackState.DUE, CallbackState.CLAIMED, CallbackState.MISSED}
)
"""States in which a call is still to come; an uncallable one waits for a number."""


class CallbackOutcome(StrEnum):
    """How one try to call back went."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    INVALID_NUMBER = "invalid_number"


class DeliveryOutcome(StrEnum):
    """What became of a delivery to a channel door."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    """The door understood it, and it tells of nothing."""
    REFUSED = "refused"
    """The sender was told a problem; nothing was registered."""
    FAILED = "failed"
    """It was taken and kept, but something in it could not be registered."""
