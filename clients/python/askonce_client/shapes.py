"""The shapes of requests and answers. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec


class Words(StrEnum):
    """A closed set of words as this client knows it; a word that a newer service says is taken as it is."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        word = str.__new__(cls, value)
        word._name_ = word._value_ = str(value)
        return word


class Channel(Words):
    """Where a touchpoint happens."""

    CHATBOT = "chatbot"
    EMAIL = "email"
    PHONE = "phone"
    SOCIAL = "social"
    STORE = "store"
    WEB = "web"


class InteractionKind(Words):
    """What a touchpoint is."""

    ATTEMPT = "attempt"
    CALL = "call"
    CONCERN = "concern"
    FEEDBACK = "feedback"
    FORM = "form"
    MESSAGE = "message"
    NOTE = "note"
    OTHER = "other"
    PAGE = "page"
    PURCHASE = "purchase"
    QUESTION = "question"
    SYSTEM = "system"
    VISIT = "visit"


class Direction(Words):
    """Who turned to whom: inbound is the customer to us."""

    INBOUND = "inbound"
    INTERNAL = "internal"
    OUTBOUND = "outbound"


class Assurance(Words):
    """How sure we are who is speaking, weakest first. Caller id and an e-mail's From are `claimed`."""

    CLAIMED = "claimed"
    NONE = "none"
    POSSESSION = "possession"
    VERIFIED = "verified"


class ParticipantRole(Words):
    """Who speaks in an interaction."""

    AGENT = "agent"
    BOT = "bot"
    CUSTOMER = "customer"
    SYSTEM = "system"


class AttemptOutcome(Words):
    """How a try to solve the matter went."""

    FAILED = "failed"
    PENDING = "pending"
    UNKNOWN = "unknown"
    WORKED = "worked"


class CallOutcome(Words):
    """How a call ended; `abandoned` means that the caller gave up."""

    ABANDONED = "abandoned"
    ANSWERED = "answered"
    BUSY = "busy"
    FAILED = "failed"
    FORWARDED = "forwarded"
    MISSED = "missed"
    VOICEMAIL = "voicemail"


class IdentityKind(Words):
    """What an identity is, strongest first: of two equally verified ones the stronger kind decides."""

    CUSTOMER_NUMBER = "customer_number"
    DEVICE = "device"
    EMAIL = "email"
    EXTERNAL = "external"
    LOYALTY_CARD = "loyalty_card"
    PHONE = "phone"
    SOCIAL = "social"
    USERNAME = "username"


class ServedBy(Words):
    """Who serves the customer in a conversation that was handed off."""

    GIVER = "giver"
    NOBODY = "nobody"
    TAKER = "taker"


class ChannelWish(Words):
    """What a customer says of a channel, from the most welcome to the strictest."""

    ALLOWED = "allowed"
    PREFERRED = "preferred"
    REFUSED = "refused"


class ContactPurpose(Words):
    """What a customer is contacted for."""

    ALL = "all"
    MARKETING = "marketing"
    SERVICE = "service"
    SURVEY = "survey"


class IdentityLink(Words):
    """How an identity came to its customer: by what a channel was told, or by proof."""

    CLAIMED = "claimed"
    PROVEN = "proven"


class ConditionKind(Words):
    """What a special condition grants."""

    ACCOMMODATION = "accommodation"
    DISCOUNT = "discount"
    ENTITLEMENT = "entitlement"
    NOTE = "note"
    PRICE = "price"
    VIP = "vip"


class Stacking(Words):
    """Whether a condition may apply together with others."""

    EXCLUSIVE = "exclusive"
    STACK = "stack"


class ConversationStatus(Words):
    """Where the matter of a conversation stands; `pending` waits for an answer, `open` and `pending` are unresolved."""

    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"


class HandoffState(Words):
    """Where a handoff stands."""

    ACCEPTED = "accepted"
    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"
    FELL_BACK = "fell_back"
    OFFERED = "offered"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


class HandoffMode(Words):
    """What the giver does until a desk takes the conversation."""

    OFFER = "offer"
    PASS = "pass"


class CallbackState(Words):
    """Where the promise to call back stands."""

    CANCELLED = "cancelled"
    CLAIMED = "claimed"
    DUE = "due"
    EXHAUSTED = "exhausted"
    FULFILLED = "fulfilled"
    MISSED = "missed"
    SCHEDULED = "scheduled"
    UNCALLABLE = "uncallable"


class ChurnCode(Words):
    """What raises the risk that a customer leaves."""

    BROKEN_PROMISES = "broken_promises"
    DROPPED_CALLS = "dropped_calls"
    FAILED_ATTEMPTS = "failed_attempts"
    LOW_MOOD = "low_mood"
    LOW_RATING = "low_rating"
    MANY_CONTACTS = "many_contacts"
    MANY_TRANSFERS = "many_transfers"
    REPEATED_QUESTIONS = "repeated_questions"


class ReasonCode(Words):
    """Why a content is named to a customer."""

    CHANNEL = "channel"
    LANGUAGE = "language"
    PHASE = "phase"
    SEGMENT = "segment"
    SUBJECT = "subject"
    TITLE = "title"


class Audience(Words):
    """Who may see a view of the context."""

    BOT = "bot"
    CONSOLE = "console"
    MARKETING = "marketing"
    PARTNER = "partner"
    SALES = "sales"
    STORE = "store"


class MatchDecision(Words):
    """What is decided of two customers."""

    APART = "apart"
    HOUSEHOLD = "household"
    LATER = "later"
    SAME = "same"


class RuleField(Words):
    """What two records have to agree in."""

    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    EMAIL = "email"
    FAMILY = "family"
    GIVEN = "given"
    PHONE = "phone"


class MatchStrength(Words):
    """How much a suggestion is worth."""

    HOUSEHOLD = "household"
    LIKELY = "likely"
    STRONG = "strong"


class MatchState(Words):
    """What became of a match."""

    APART = "apart"
    LATER = "later"
    OPEN = "open"
    SAME = "same"


class HitGroup(Words):
    """What was found, in the order in which it is shown."""

    IDENTITIES = "identities"
    NAMES = "names"
    NUMBERS = "numbers"
    SUBJECTS = "subjects"
    TEXTS = "texts"


class HitLink(Words):
    """How an identity that was found hangs together with the customer."""

    CLAIMED = "claimed"
    PROVEN = "proven"
    SHARED = "shared"


class Purpose(Words):
    """What data are used for; the first four are those that a customer may consent to or withdraw."""

    ANALYSIS = "analysis"
    MARKETING = "marketing"
    OPERATION = "operation"
    PROFILING = "profiling"
    SECURITY = "security"
    SERVICE = "service"


class ConsentState(Words):
    """Whether a purpose is allowed."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class LegalBasis(Words):
    """By which right data are used (GDPR, Art. 6)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTEREST = "legitimate_interest"
    PUBLIC_TASK = "public_task"
    VITAL_INTEREST = "vital_interest"


class ReasonChoice(Words):
    """Why a customer is opened who is not being served."""

    COMPLAINT = "complaint"
    CONTACT = "contact"
    DATA_REQUEST = "data_request"
    FOLLOW_UP = "follow_up"
    OTHER = "other"
    QUALITY = "quality"


class SurvivorshipRule(Words):
    """Which of several values stands, after what is pinned and what is verified."""

    ALL = "all"
    FREQUENT = "frequent"
    LONGEST = "longest"
    OLDEST = "oldest"
    RECENT = "recent"
    TRUSTED = "trusted"


class UsePeriod(Words):
    """The period in which `max_uses` counts, in the company's time zone."""

    DAY = "day"
    EVER = "ever"
    MONTH = "month"
    YEAR = "year"


class ConfirmationFactor(Words):
    """What a customer can be asked for, to confirm the name."""

    BIRTH_DATE = "birth_date"
    PHONE_LAST4 = "phone_last4"
    POSTAL_CODE = "postal_code"


class Verdict(Words):
    """What is thought of a value."""

    COUNTRY_UNKNOWN = "country_unknown"
    DEFAULT_DATE = "default_date"
    DIGITS = "digits"
    DISPOSABLE = "disposable"
    EMAIL_IN_NAME = "email_in_name"
    EMPTY_WORD = "empty_word"
    FUTURE = "future"
    IMPOSSIBLE = "impossible"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"
    LINE = "line"
    MOBILE = "mobile"
    MOJIBAKE = "mojibake"
    ORGANISATION = "organisation"
    OTHER_NUMBER = "other_number"
    PLACE_UNLIKELY = "place_unlikely"
    PLACEHOLDER = "placeholder"
    POSTAL_CODE_INVALID = "postal_code_invalid"
    PREMIUM = "premium"
    ROLE = "role"
    TOO_OLD = "too_old"
    TYPO_SUSPECTED = "typo_suspected"
    UNREADABLE = "unreadable"
    VALID = "valid"


class Role(Words):
    """What a key may do."""

    ADMIN = "admin"
    BOT = "bot"
    CHANNEL = "channel"
    CONSOLE = "console"
    MARKETING = "marketing"
    PARTNER = "partner"
    PRIVACY = "privacy"
    SALES = "sales"
    STORE = "store"


class OfferEnd(Words):
    """How one offer ended."""

    ABSENT = "absent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    FAILED = "failed"
    NO_AGENTS = "no_agents"
    TAKEN_OVER = "taken_over"
    WITHDRAWN = "withdrawn"


class RequestedBy(Words):
    """Who wants a call."""

    COMPANY = "company"
    CUSTOMER = "customer"


class CallbackOutcome(Words):
    """How one try to call back went."""

    BUSY = "busy"
    CONNECTED = "connected"
    FAILED = "failed"
    INVALID_NUMBER = "invalid_number"
    NO_ANSWER = "no_answer"


class Phase(Words):
    """What the customer is about, in the usual order; a customer who needs help again comes to a phase again."""

    BUY = "buy"
    CONSIDER = "consider"
    GET_HELP = "get_help"
    RENEW_OR_LEAVE = "renew_or_leave"
    USE = "use"


class JourneyFriction(Words):
    """What went wrong for the customer at a touchpoint, the worst last."""

    ASKED_AGAIN = "asked_again"
    DID_NOT_HELP = "did_not_help"
    DROPPED = "dropped"
    LATE = "late"
    MAY_LEAVE = "may_leave"
    PROMISE_BROKEN = "promise_broken"


class HandoffEnd(Words):
    """What became of a handoff, as the customer felt it."""

    CLOSED = "closed"
    FAILED = "failed"
    NO_ANSWER = "no_answer"
    OPEN = "open"
    RETURNED = "returned"
    TAKEN = "taken"


class DecisionKind(Words):
    """A point at which the way could have gone otherwise."""

    BUYS = "buys"
    CANCELS = "cancels"
    SET_BY_HAND = "set_by_hand"
    STAYS = "stays"
    THREATENS_TO_LEAVE = "threatens_to_leave"


class NoteKind(Words):
    """What a person notes of a phase."""

    CHANGE = "change"
    OWNER = "owner"
    WANTS = "wants"


class DifferenceKind(Words):
    """Of what two segments have different shares."""

    ASKED_AGAIN = "asked_again"
    CAME = "came"
    GAVE_UP = "gave_up"
    SOLVED = "solved"


class FlowEnding(Words):
    """How a matter ended, as it is known now."""

    GAVE_UP = "gave_up"
    OPEN = "open"
    SOLVED = "solved"


class RiskAction(Words):
    """What people do about a customer who may leave."""

    APOLOGISED = "apologised"
    CALLED = "called"
    OFFERED = "offered"
    OTHER = "other"
    SOLVED = "solved"
    WROTE = "wrote"


class NoticeState(Words):
    """Whether customers are told."""

    DRAFT = "draft"
    PUBLISHED = "published"


class FeedbackBy(Words):
    """What the numbers are given for."""

    CHANNEL = "channel"
    PHASE = "phase"
    QUEUE = "queue"
    SEGMENT = "segment"


class SurveyQuestion(Words):
    """What a customer is asked; an answer is one value of the question's scale."""

    CSAT = "csat"
    EFFORT = "effort"
    NPS = "nps"


class RequestKind(Words):
    """The right that a customer makes use of, with its article of the GDPR."""

    ACCESS = "access"
    ERASURE = "erasure"
    OBJECTION = "objection"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"


class RequestState(Words):
    """How a request stands."""

    DONE = "done"
    RECEIVED = "received"
    REFUSED = "refused"
    VERIFIED = "verified"


class StepAction(Words):
    """What was done with a request."""

    DONE = "done"
    EXPORTED = "exported"
    EXTENDED = "extended"
    HELD = "held"
    NOTED = "noted"
    RECEIVED = "received"
    REFUSED = "refused"
    VERIFIED = "verified"


class ErasureState(Words):
    """How far an erasure is; each state is left by one step, which can be taken again."""

    DELETED = "deleted"
    DONE = "done"
    ORDERED = "ordered"
    SEALED = "sealed"


class DeliveryOutcome(Words):
    """What became of a delivery to a channel door."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    IGNORED = "ignored"
    REFUSED = "refused"


class CallPhase(Words):
    """How far a leg of a call has come; a later phase is never undone by an event that arrives late."""

    ANSWERED = "answered"
    ENDED = "ended"
    RINGING = "ringing"


class DeliveryState(Words):
    """What a delivery is looked for by: given up, on its way, or on its way after a try that failed."""

    DEAD = "dead"
    FAILING = "failing"
    PENDING = "pending"


class ToolScope(Words):
    """What the tools of an address may do."""

    READ = "read"
    WRITE = "write"


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every answer that is not a success."""

    type: str
    title: str
    status: int
    detail: str
    state: str = ""
    errors: list[FieldError] = []


class FieldError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the request that cannot be taken, e.g. `identities[0].kind`."""

    field: str
    message: str


class Interaction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One touchpoint and the identities by which its customer is found, as a channel registers it. A door that knows no identity leaves them empty: `prepare_channel_submission` then adds the conversation's ref."""

    source: str
    source_event_id: str
    occurred_at: datetime
    channel: Channel
    kind: InteractionKind
    direction: Direction
    assurance: Assurance = Assurance.CLAIMED
    conversation: ConversationHint | None = None
    participant: Participant | None = None
    text: str | None = None
    language: str | None = None
    facts: dict[str, Any] = {}
    asks: list[str] = []
    attempt: AttemptReport | None = None
    outcome: CallOutcome | None = None
    mood: float | None = None
    rating: Rating | None = None
    answered: bool | None = None
    data: dict[str, Any] | None = None
    identities: list[IdentityClaim]


class ConversationHint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the channel names the matter: `ref` groups within one source, `subject` across a customer's channels."""

    ref: str | None = None
    subject: str | None = None


class Participant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who speaks."""

    role: ParticipantRole
    id: str | None = None
    name: str | None = None


class AttemptReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One try to solve the matter, and how it went as far as is known."""

    what: str
    outcome: AttemptOutcome


class Rating(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's rating: `value` of `scale` points, e.g. 2 of 5."""

    scale: int
    value: float


class IdentityClaim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An identity as a channel states it, in any spelling; `verified` when the channel itself has proof of it. An identity that was only mentioned has `decides` false: it becomes the customer's if no other customer has it, but never says who the customer is; only a device still does, as long as no account is known of its customer."""

    kind: IdentityKind
    value: str
    verified: bool = False
    decides: bool = True


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An envelope in structured mode; extension attributes are allowed and ignored."""

    specversion: str
    id: str
    source: str
    type: str
    time: datetime | None = None
    data: dict[str, Any] = {}
    data_base64: str | None = None


class RegistrationResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a registered interaction; a duplicate carries the ids of the first registration."""

    interaction_id: UUID
    customer_id: UUID
    conversation_id: UUID
    version: int
    duplicate: bool
    served_by: ServedBy | None = None


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one item of a batch: 201, or 200 for a duplicate, with the ids; else the problem's fields."""

    status: int
    interaction_id: UUID | None = None
    customer_id: UUID | None = None
    conversation_id: UUID | None = None
    version: int | None = None
    duplicate: bool | None = None
    served_by: ServedBy | None = None
    type: str | None = None
    title: str | None = None
    detail: str | None = None
    errors: list[FieldError] = []


class LookupRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer to look up, by an identity in any spelling; `min_version` asks for a context with this change."""

    identity: IdentityClaim
    min_version: int = 0
    assurance: Assurance = Assurance.CLAIMED
    conversation: AskingConversation | None = None


class AskingConversation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The conversation in which a caller asks, by its id or by the channel's own name of it."""

    id: UUID | None = None
    ref: str | None = None
    subject: str | None = None


class ConsoleView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The whole context, for an agent of the company."""

    schema: int
    version: int
    as_of: datetime
    customer: ContextCustomer
    preferences: ContactPreferences
    identities: list[IdentityRecord]
    conditions: list[ConsoleCondition]
    known: dict[str, ContextFact]
    conversations: list[ContextConversation]
    recent: list[RecentInteraction]
    handoffs: list[ContextHandoff]
    callbacks: list[ContextCallback]
    invalid_numbers: list[InvalidNumber]
    signals: Signals
    included: IncludedInteractions
    next: list[NextAction] = []


class ContextCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who the customer is; `assurance` is that of the newest touchpoint in which the customer turned to us."""

    id: UUID
    name: str | None
    language: str | None
    since: datetime
    segments: list[str]
    preferred_channel: Channel | None
    communication_style: str | None
    assurance: Assurance


class ContactPreferences(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What counts now, over the whole merge set."""

    channels: dict[str, ChannelWish] = {}
    do_not_contact: list[DoNotContact] = []


class DoNotContact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer does not want to be contacted for on a channel."""

    channel: Channel
    purpose: ContactPurpose = ContactPurpose.ALL
    until: datetime | None = None


class IdentityRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An identity in its canonical form."""

    kind: IdentityKind
    value: str
    verified: bool
    link: IdentityLink = IdentityLink.CLAIMED
    source: str | None = None
    linked_at: datetime | None = None
    proven_by: str | None = None


class ConsoleCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition in force with its contract."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Any
    scope: Any
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    uses_left: int | None
    contract: str | None


class ContextFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What need not be asked again, and where it comes from."""

    value: Any
    source: str
    channel: Channel | None
    at: datetime
    verified: bool


class ContextConversation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thread about one matter; attempts oldest first, facts by name."""

    id: UUID
    subject: str | None
    status: ConversationStatus
    channels: list[Channel]
    opened_at: datetime
    last_at: datetime
    interactions: int
    facts: dict[str, Any]
    attempts: list[AttemptRecord]
    transfers: int


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One try to solve the matter of a conversation; `by` is a role, never a name."""

    what: str
    outcome: AttemptOutcome
    by: ParticipantRole | None
    channel: Channel
    at: datetime


class RecentInteraction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the newest touchpoints; what it does not have is left out."""

    id: UUID
    occurred_at: datetime
    channel: Channel
    kind: InteractionKind
    direction: Direction
    conversation_id: UUID
    source: str
    version: int
    participant: Participant | None = None
    text: str | None = None
    text_cut: bool = False
    language: str | None = None
    facts: dict[str, Any] = {}
    asks: list[str] = []
    attempt: AttemptReport | None = None
    outcome: CallOutcome | None = None
    mood: float | None = None
    rating: Rating | None = None
    answered: bool | None = None


class ContextHandoff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation that is being handed over."""

    id: UUID
    state: HandoffState
    mode: HandoffMode
    conversation_id: UUID
    from_: Any = msgspec.field(name="from")
    to: ContextTarget
    reason: ContextReason
    priority: int
    created_at: datetime
    deadline: datetime | None
    taken_by: str | None


class ContextTarget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The desk that is asked or has the conversation; `agent` if one was asked by name."""

    queue: str
    agent: str | None


class ContextReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the conversation changes hands."""

    code: str | None
    text: str | None


class ContextCallback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call that the customer is promised; `attempts` counts the calls made."""

    id: UUID
    state: CallbackState
    conversation_id: UUID | None
    handoff_id: UUID | None
    queue: str
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: int
    kept: bool | None
    priority: int
    preferred_agent: str | None
    end_reason: str | None = None


class InvalidNumber(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A telephone number that a call found to be none, and that has not been corrected."""

    phone: str
    since: datetime


class Signals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the touchpoints say together."""

    contacts_30d: int
    repeated_questions: int
    failed_attempts: int
    dropped_calls: int
    transfers: int
    mood: float | None
    churn_risk: ChurnRisk


class ChurnRisk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How likely the customer is to leave, and why, in words and as codes in the same order."""

    level: str
    reasons: list[str]
    reason_codes: list[ChurnReason]


class ChurnReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that raises the risk, for programs that have words of their own."""

    code: ChurnCode
    value: int | float


class IncludedInteractions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many interactions are shown, of how many there are."""

    interactions: int
    of: int


class NextAction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An action that a rule of the company advises now."""

    rule: str
    action: str
    words: str
    language: str
    because: list[ActionReason]
    until: datetime | None


class ActionReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact that an action rests on."""

    name: str
    value: str


class BotView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a bot needs so that it asks nothing twice."""

    schema: int
    version: int
    as_of: datetime
    customer: BotCustomer
    conditions: list[VisibleCondition]
    known: dict[str, VisibleFact]
    conversations: list[ContextConversation]
    handoffs: list[BotHandoff]
    callbacks: list[BotCallback]
    signals: Signals
    next: list[NextAction] = []
    content: list[AdvisedContent] = []
    notices: list[ShownNotice] = []


class BotCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer as a bot sees them."""

    id: UUID
    language: str | None


class VisibleCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition in force, as every audience it is meant for sees it."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Any
    scope: Any
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    uses_left: int | None


class VisibleFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact as an automatic audience sees it: with its value, or withheld and then nothing else."""

    value: Any = None
    source: str | None = None
    channel: Channel | None = None
    at: datetime | None = None
    verified: bool | None = None
    withheld: str | None = None


class BotHandoff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a conversation is being handed over."""

    id: UUID
    state: HandoffState
    conversation_id: UUID


class BotCallback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That the customer is promised a call, and when."""

    id: UUID
    state: CallbackState
    conversation_id: UUID | None
    promised_from: datetime
    promised_to: datetime


class AdvisedContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page or text that may answer what the customer asks."""

    id: str
    title: str
    url: str | None
    text: str | None
    because: list[ContentReason]


class ContentReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a content and the customer have in common."""

    code: ReasonCode
    value: str


class ShownNotice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice in one language, as a customer reads it."""

    id: str
    text: str
    language: str
    from_: datetime = msgspec.field(name="from")
    until: datetime | None
    options: list[ShownOption] = []


class ShownOption(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What can be done while a desk is closed, in one language."""

    text: str
    url: str | None


class StoreView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a till needs, and nothing else."""

    schema: int
    version: int
    as_of: datetime
    customer: StoreCustomer
    conditions: list[VisibleCondition]
    pick_ups: list[PickUp]


class StoreCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer as a till sees them; `name` is initials unless the customer has shown more than a claim."""

    id: UUID
    name: str | None


class PickUp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Goods that wait for the customer in a shop: an unresolved conversation with the fact `pickup_store`."""

    conversation_id: UUID
    store: Any
    order_number: Any
    since: datetime


class PartnerView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The matter that the partner's queue was handed, and what need not be asked again."""

    schema: int
    version: int
    as_of: datetime
    customer: PartnerCustomer
    conditions: list[VisibleCondition]
    known: dict[str, VisibleFact]
    conversations: list[ContextConversation]
    handoffs: list[PartnerHandoff]
    callbacks: list[PartnerCallback]


class PartnerCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer as a partner sees them."""

    id: UUID
    language: str | None
    phone: str | None


class PartnerHandoff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An open handoff of the partner's queue."""

    id: UUID
    state: HandoffState
    conversation_id: UUID
    to: ContextTarget
    reason: ContextReason
    priority: int
    created_at: datetime
    deadline: datetime | None
    taken_by: str | None


class PartnerCallback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An open callback of the partner's queue."""

    id: UUID
    state: CallbackState
    conversation_id: UUID | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: int
    kept: bool | None
    priority: int


class SalesView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What sales needs before it speaks with the customer."""

    schema: int
    version: int
    as_of: datetime
    customer: SalesCustomer
    preferences: ContactPreferences
    conditions: list[VisibleCondition]
    conversations: list[SalesMatter]
    callbacks: list[SalesPromise]
    concerns: list[SalesConcern]
    signals: SalesSignals


class SalesCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer as sales sees them."""

    id: UUID
    language: str | None
    since: datetime
    segments: list[str]
    name: str | None


class SalesMatter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A matter that is open."""

    id: UUID
    subject: str | None
    status: ConversationStatus
    channels: list[Channel]
    opened_at: datetime
    last_at: datetime


class SalesPromise(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call that the customer is promised."""

    id: UUID
    state: CallbackState
    conversation_id: UUID | None
    promised_from: datetime
    promised_to: datetime
    kept: bool | None


class SalesConcern(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That something keeps the customer from buying; its words are the customer's, and not shown."""

    id: UUID
    occurred_at: datetime
    channel: Channel
    conversation_id: UUID
    answered: bool | None


class SalesSignals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the interactions say together, as far as sales sees it."""

    mood: float | None


class MarketingView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom marketing may address, and how."""

    schema: int
    version: int
    as_of: datetime
    customer: MarketingCustomer
    preferences: ContactPreferences


class MarketingCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer as marketing sees them: without a name."""

    id: UUID
    language: str | None
    since: datetime
    segments: list[str]


class AskRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which facts a channel is about to ask for; of a customer it knows by identity or by id."""

    fields: list[str]
    identity: IdentityClaim | None = None
    customer_id: UUID | None = None
    channel: Channel | None = None
    assurance: Assurance = Assurance.CLAIMED
    conversation: AskingConversation | None = None


class AskAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the channel need not ask, and what it must; `ask` is in the order of the question."""

    known: dict[str, VisibleFact]
    ask: list[str]


class CustomerInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new customer."""

    identities: list[IdentityClaim]
    name: str | None = None
    language: str | None = None
    preferred_channel: Channel | None = None
    communication_style: str | None = None
    segments: list[str] = []


class Customer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's own record; identities in the order they became known, over the whole merge set."""

    id: UUID
    version: int
    name: str | None
    language: str | None
    preferred_channel: Channel | None
    communication_style: str | None
    segments: list[str]
    since: datetime
    identities: list[KnownIdentity]
    merged: list[UUID]


class KnownIdentity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An identity of a customer in its canonical form."""

    kind: IdentityKind
    value: str
    verified: bool


class ChangeReceipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a change is on record: all that a key learns that may not read the record itself."""

    id: UUID
    version: int


class CustomerPatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to change; what is absent stays, null empties."""

    name: str | None = None
    language: str | None = None
    preferred_channel: Channel | None = None
    communication_style: str | None = None
    segments: list[str] | None = None


class MergeInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom the customer of the path proved to be as well."""

    other_customer_id: UUID
    note: str | None = None


class MergeSuggestions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What speaks for other customers being the same person."""

    items: list[MergeSuggestion]


class MergeSuggestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An interaction stated identities of `other_customer_id` and of this customer together."""

    kind: IdentityKind
    value: str
    interaction_id: UUID
    suggested_at: datetime
    other_customer_id: UUID


class SuggestedPairPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[SuggestedPair]
    next: str | None


class SuggestedPair(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two customers that may be one person, with what speaks for it."""

    customers: list[UUID]
    suggested_at: datetime
    reasons: list[SuggestionReason]


class SuggestionReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One interaction that stated identities of two customers together."""

    kind: IdentityKind
    value: str
    interaction_id: UUID
    suggested_at: datetime


class MatchDecisionInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is decided of two customers, and why."""

    decision: MatchDecision
    note: str | None = None


class DecidedMatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is decided of two customers now."""

    customers: list[UUID]
    decision: MatchDecision
    note: str | None
    decided_at: datetime
    decided_by: str
    survivor_id: UUID | None


class MergingSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a worker may merge without a person."""

    verified_identity: bool = True
    rules: list[MergeRule] = []


class MergeRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two customers are merged if a record of the one and a record of the other agree in all these fields."""

    name: str
    equal: list[RuleField]


class MergePreviewInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which customer would be merged into the customer of the path."""

    other: UUID


class MergeEffect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a merge or its undoing will change."""

    golden: GoldenEffect
    conflicts: list[MergeConflict]
    handoffs: list[ConcernedHandoff]
    callbacks: list[ConcernedCallback]
    conditions: list[ConcernedCondition]
    sources_told: list[ToldRecord]


class GoldenEffect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The golden record of a customer, as it is and as it will be."""

    before: GoldenRecord
    after: GoldenRecord
    other: GoldenRecord


class GoldenRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a customer from all sources, the best value of each field."""

    fields: dict[str, GoldenField]
    version: int


class GoldenField(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The value that stands, and what else is said."""

    value: str | dict[str, str]
    source: str
    external_id: str | None
    stated_at: datetime
    verified: bool
    rule: str
    others: list[GoldenOther] = []


class GoldenOther(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another value of a field, in its best spelling."""

    value: str | dict[str, str]
    source: str
    external_id: str | None
    stated_at: datetime
    verified: bool


class MergeConflict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What two customers say differently of a field of which a person has one value."""

    field: str
    here: list[str | dict[str, str]]
    there: list[str | dict[str, str]]
    exclusive: bool


class ConcernedHandoff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An open handoff of one of the two customers."""

    id: UUID
    customer_id: UUID
    queue: str | None
    state: HandoffState


class ConcernedCallback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An open callback of one of the two customers."""

    id: UUID
    customer_id: UUID
    queue: str
    state: CallbackState


class ConcernedCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition in force that holds for both customers while they are merged."""

    id: UUID
    customer_id: UUID
    title: str
    kind: ConditionKind
    valid_until: datetime | None


class ToldRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record of a source that hears of a changed golden record."""

    source: str
    external_id: str


class MatchPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[MatchItem]
    next: str | None


class MatchItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two customers that may be one person, or live together."""

    customers: list[UUID]
    names: list[str | None]
    p: float
    household: float
    strength: MatchStrength | None
    reasons: list[MatchReason]
    state: MatchState
    decision: MatchDecision | None = None
    note: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    found_at: datetime | None = None


class MatchReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one field says of a pair."""

    field: str
    level: str
    bits: float
    text: str


class CustomerMatches(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The matches of one customer."""

    items: list[MatchItem]


class SourceRecordInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that a system says of one person now: it replaces what the same record said before, which stays on record."""

    name: StatedName | None = None
    birth_date: str | None = None
    addresses: list[StatedAddress] = []
    phones: list[str] = []
    emails: list[str] = []
    identities: list[IdentityClaim] = []
    language: str | None = None
    preferences: dict[str, str] = {}
    stated_at: datetime | None = None
    verified: bool = False


class StatedName(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person's name as the system holds it, in parts or whole."""

    given: str | None = None
    family: str | None = None
    full: str | None = None


class StatedAddress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; the names of the parts are those of HTML's autocomplete."""

    street_address: str | None = msgspec.field(name="street-address", default=None)
    postal_code: str | None = msgspec.field(name="postal-code", default=None)
    address_level2: str | None = msgspec.field(name="address-level2", default=None)
    country: str | None = None


class RecordCheck(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who a record may be about."""

    items: list[CheckedCustomer]
    matchable: bool


class CheckedCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer that the record may be about."""

    customer_id: UUID
    name: str | None
    p: float
    household: float
    strength: MatchStrength | None
    reasons: list[MatchReason]


class SharedValues(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Values that too many customers have."""

    items: list[SharedValue]


class SharedValue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value that so many customers have that it is no evidence."""

    field: str
    value: str
    found_at: datetime


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is looked for."""

    query: str
    limit: int = 8


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found for a query."""

    groups: list[SearchGroup]
    searched: list[SearchedAs]
    did_you_mean: list[SearchHit]
    unsearched: list[HitGroup]


class SearchGroup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The hits of one kind."""

    kind: HitGroup
    hits: list[SearchHit]
    more: bool


class SearchHit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was found, and the customer it leads to."""

    customer_id: UUID
    customer_name: str | None
    kind: str
    segments: list[TextSegment]
    exact: bool
    at: datetime
    link: HitLink | None = None
    conversation_id: UUID | None = None
    interaction_id: UUID | None = None


class TextSegment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a text; all parts one after another are the text."""

    text: str
    match: bool


class SearchedAs(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way in which the query was understood."""

    kind: str
    value: str


class CustomerSummaryPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[CustomerSummary]
    next: str | None


class CustomerSummary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer in a list."""

    id: UUID
    name: str | None
    language: str | None
    since: datetime
    last_at: datetime | None


class SplitInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What gets a customer of its own; at least one interaction or identity, each once."""

    interactions: list[UUID] = []
    identities: list[IdentityClaim] = []


class TimelinePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[TimelineItem]
    next: str | None


class TimelineItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One interaction as it was registered; absent fields are left out."""

    id: UUID
    customer_id: UUID
    version: int
    occurred_at: datetime
    registered_at: datetime
    conversation_id: UUID
    source: str
    source_event_id: str
    channel: Channel
    kind: InteractionKind
    direction: Direction
    assurance: Assurance
    repeated_questions: int = 0
    language: str | None = None
    outcome: CallOutcome | None = None
    mood: float | None = None
    text: str | None = None
    participant: Participant | None = None
    facts: dict[str, Any] = {}
    asks: list[str] = []
    attempt: AttemptReport | None = None
    rating: Rating | None = None
    answered: bool | None = None
    data: dict[str, Any] | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact with its history."""

    name: str
    now: FactValue | None
    history: list[FactValue]


class FactValue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One value that a fact has or had."""

    value: Any
    source: str
    channel: Channel | None
    at: datetime
    verified: bool
    version: int


class FactInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A correction of a fact; the value is any JSON but null."""

    value: str | int | float | bool | list[Any] | dict[str, Any]
    verified: bool = False


class KnownFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a fact is from now on."""

    value: Any
    source: str
    channel: Channel | None
    at: datetime
    verified: bool
    version: int
    name: str


class ConversationPatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to change; what is absent stays."""

    status: ConversationStatus | None = None
    subject: str | None = None
    callback: str | None = None


class ChangedConversation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation after a change, and what became of its handoff and callback."""

    id: UUID
    customer_id: UUID
    source: str
    ref: str | None
    subject: str | None
    status: ConversationStatus
    channels: list[Channel]
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    interactions: int
    handoffs: list[SettledHandoff]
    callbacks: list[SettledCallback]


class SettledHandoff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A handoff that was open when its conversation was resolved."""

    id: UUID
    state: HandoffState
    outcome: str | None


class SettledCallback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A callback that was owed when its conversation was resolved."""

    id: UUID
    state: CallbackState
    end_reason: str | None


class ConversationReceipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a conversation is changed, and what became of its handoff and callback, if it had one."""

    id: UUID
    version: int
    handoffs: list[SettledHandoff] = []
    callbacks: list[SettledCallback] = []


class ServedConversation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation's own record, with the desk that serves it by name."""

    id: UUID
    customer_id: UUID
    source: str
    ref: str | None
    subject: str | None
    status: ConversationStatus
    channels: list[Channel]
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    interactions: int
    served_by: ServedBy | None
    queue: str | None
    agent: str | None


class ServedConversationView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation as bots and partners see it: who serves by role, no names."""

    id: UUID
    subject: str | None
    status: ConversationStatus
    channels: list[Channel]
    served_by: ServedBy | None


class PreferencesInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Wishes as the customer states them; what is sent replaces what was there, what is absent stays."""

    channels: dict[str, ChannelWish] | None = None
    do_not_contact: list[DoNotContact] | None = None


class Consents(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer's data may be used for now, and everything the customer has said about it."""

    consents: list[PurposeConsent]
    history: list[StatedConsent]


class PurposeConsent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a purpose is allowed now, over the whole merge set."""

    purpose: Purpose
    channel: Channel | None
    state: ConsentState
    basis: LegalBasis
    stated: bool
    since: datetime | None


class StatedConsent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement on record."""

    id: UUID
    purpose: Purpose
    channel: Channel | None
    state: ConsentState
    basis: LegalBasis
    source: str
    stated_at: datetime
    recorded_at: datetime
    recorded_by: str


class ConsentsInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer says, in this order; purposes that are not named stay as they are."""

    consents: list[ConsentInput]


class ConsentInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer says about one purpose."""

    purpose: Purpose
    state: ConsentState
    channel: Channel | None = None
    basis: LegalBasis = LegalBasis.CONSENT
    source: str = "customer"
    stated_at: datetime | None = None


class Restriction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether processing of a customer is restricted."""

    restricted: bool
    reason: str | None = None
    since: datetime | None = None
    set_by: str | None = None


class RestrictionInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether processing is to be restricted, and why."""

    restricted: bool
    reason: str


class Holds(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The legal holds of a customer."""

    holds: list[Hold]


class Hold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A legal hold: while it stands, nothing of the customer is erased."""

    name: str
    reason: str
    until: datetime | None
    set_at: datetime
    set_by: str


class HoldInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A legal hold as it is to be."""

    reason: str
    until: datetime | None = None


class CustomerReadPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[CustomerRead]
    next: str | None


class CustomerRead(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One look at a customer; looks of one key at one view within a second are one."""

    at: datetime
    by: str
    by_id: UUID
    role: str | None
    is_agent: bool
    view: str
    customer_ids: list[UUID]
    reason: ReadReason | None = None


class ReadReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a customer was opened."""

    choice: ReasonChoice
    note: str


class PinInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a field is, by the word of a person."""

    value: str | dict[str, str]
    note: str | None = None


class FieldRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the value of a field is chosen."""

    rule: SurvivorshipRule
    sources: list[str] = []


class ConditionInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition to grant."""

    title: str
    kind: ConditionKind
    terms: Terms
    scope: Scope | msgspec.UnsetType = msgspec.UNSET
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    priority: int = 0
    stacking: Stacking = Stacking.STACK
    audiences: list[Audience] | msgspec.UnsetType = msgspec.UNSET
    contract: str | None = None
    max_uses: int | None = None
    max_uses_per: UsePeriod | None = None


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the customer gets, in exactly one form: a percentage, an amount in a currency, or words."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    text: str | None = None


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the terms hold; an empty list leaves that side open."""

    stores: list[str] = []
    categories: list[str] = []
    brands: list[str] = []
    channels: list[Channel] = []


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition as it stands, also when it is past or revoked."""

    id: UUID
    customer_id: UUID
    title: str
    kind: ConditionKind
    terms: Terms
    scope: Scope
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    audiences: list[Audience]
    contract: str | None
    max_uses: int | None
    max_uses_per: UsePeriod | None
    created_at: datetime
    revoked_at: datetime | None


class ConditionPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Condition]
    next: str | None


class ConditionPatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to change of a condition; an absent field stays, null removes what may be missing."""

    title: str | None = None
    kind: ConditionKind | None = None
    terms: Terms | None = None
    scope: Scope | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    priority: int | None = None
    stacking: Stacking | None = None
    audiences: list[Audience] | None = None
    contract: str | None = None
    max_uses: int | None = None
    max_uses_per: UsePeriod | None = None


class RedemptionInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One use of a condition; the receipt number is its key. A till tells when it was, and whether it was `offline`."""

    receipt: str
    amount: Decimal
    currency: str
    store: str | None = None
    redeemed_at: datetime | None = None
    offline: bool = False


class Redemption(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recorded use; a voided one has given its use back. Only a late one can be `over_limit` or `not_valid`."""

    condition_id: UUID
    receipt: str
    store: str
    amount: Decimal
    currency: str
    redeemed_at: datetime
    recorded_at: datetime
    voided_at: datetime | None
    late: bool
    over_limit: bool
    not_valid: bool


class RedemptionPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Redemption]
    next: str | None


class StoreLookup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer at the till, by an identity or by the name that is said."""

    identity: IdentityClaim | None = None
    name: str | None = None
    store: str | None = None
    basket: Basket | None = None


class Basket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is about to be paid."""

    currency: str
    lines: list[BasketLine]


class BasketLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a basket; what is taken back is negative."""

    sku: str
    category: str | None = None
    brand: str | None = None
    qty: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)


class TillMatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer that the till asked for, with the conditions in force there; never any contact data."""

    match: str
    customer: TillCustomer
    conditions: list[TillCondition]
    version: int


class TillCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer at the till, as its screen may show it."""

    id: UUID
    display: str


class TillCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition at the till, without its contract; with a basket, whether it applies and why."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Terms
    scope: Scope
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    uses_left: int | None
    applies: bool | None = None
    because: str | None = None


class TillCandidates(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customers that a name may mean."""

    match: str
    candidates: list[TillCandidate]


class TillCandidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer who may be meant: a hint without a name, and what can be asked to confirm it."""

    token: str
    hint: str
    confirm: list[ConfirmationFactor]


class Confirmation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer's answer to one question that a candidate offers."""

    token: str
    postal_code: str | None = None
    phone_last4: str | None = None
    birth_date: str | None = None
    basket: Basket | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A signed snapshot: `snapshot` is a JWS in compact form, whose payload is an OfflineClaims."""

    snapshot: str
    store: str
    issued_at: datetime
    expires_at: datetime
    included: SnapshotCounts


class SnapshotCounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many of the customers with conditions in this store the snapshot shows; who has no identity cannot be."""

    customers: int
    of: int


class SourceInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be known of a source."""

    title: str | None = None
    trust: int = 50
    webhook: str | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A system that states what it knows of persons."""

    source: str
    title: str
    trust: int
    webhook: str | None
    changed_at: datetime


class SourcePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Source]
    next: str | None


class GoldenChangePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[GoldenChange]
    next: str | None


class GoldenChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record of a source that has something to learn from the golden record."""

    external_id: str
    customer_id: UUID
    sequence: int
    changed_at: datetime
    fields: list[str]


class QualityReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is thought of what sources state."""

    items: list[FieldQuality]


class FieldQuality(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is thought of the values of one field of a source."""

    source: str
    field: str
    values: int
    to_mend: int
    share: float
    verdicts: list[VerdictCount]


class VerdictCount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many values have a verdict."""

    verdict: Verdict
    values: int


class RecordAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a record."""

    customer_id: UUID
    version: int
    matchable: bool
    hint: str | None
    quality: list[QualityNote]


class QualityNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is thought of one value of the record; the value is kept as it was stated."""

    field: str
    verdict: Verdict
    hint: str | None


class RecordOnRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A source record with all that it states and once stated."""

    customer_id: UUID
    version: int
    source: str
    external_id: str
    stated_at: datetime
    verified: bool
    created_at: datetime
    values: list[StatedOnce]
    history: list[StatedOnce]


class StatedOnce(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value that a record states, or stated until `ended_at`."""

    field: str
    value: str | dict[str, str]
    stated_at: datetime
    registered_at: datetime
    verified: bool
    quality: Quality | None
    ended_at: datetime | None


class Quality(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is thought of a value."""

    verdict: Verdict
    hint: str | None


class SourceRecordItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record of a batch."""

    name: StatedName | None = None
    birth_date: str | None = None
    addresses: list[StatedAddress] = []
    phones: list[str] = []
    emails: list[str] = []
    identities: list[IdentityClaim] = []
    language: str | None = None
    preferences: dict[str, str] = {}
    stated_at: datetime | None = None
    verified: bool = False
    external_id: str


class RecordBatchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one record of a batch: as if it were put alone, else the problem's fields."""

    status: int
    customer_id: UUID | None = None
    version: int | None = None
    matchable: bool | None = None
    hint: str | None = None
    quality: list[QualityNote] = []
    type: str | None = None
    title: str | None = None
    detail: str | None = None
    errors: list[FieldError] = []


class QueueInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A queue as an admin defines it; `partner` names the company that serves it, if it is not ours."""

    title: str
    calendar: Calendar
    offer_timeout_s: int = 60
    max_offers: int = 3
    fallback: QueueFallback | msgspec.UnsetType = msgspec.UNSET
    partner: str | None = None


class Calendar(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Weekly hours with their holidays, closed dates and exceptions, in one time zone. For a date the first of these that knows it decides: an exception, a closed date, a public holiday of `country` and `subdivision`, the weekly hours. Hours belong to the date they start on: Friday 22:00-02:00 lasts into a Saturday that is a holiday, and does not begin on a Friday that is one."""

    time_zone: str
    hours: str
    country: str | None = None
    subdivision: str | None = None
    closed: list[date] = []
    exceptions: list[SpecialHours] = []


class SpecialHours(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The hours of one date; they replace its weekly hours, holiday or not."""

    on: date
    hours: str


class QueueFallback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The next step for a handoff that no agent of the queue takes: another queue, or a callback."""

    queue: str | None = None
    callback: bool | None = None


class Queue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A queue: a desk that takes handoffs and callbacks, with its opening hours."""

    name: str
    title: str
    calendar: Calendar
    offer_timeout_s: int
    max_offers: int
    fallback: QueueFallback
    partner: str | None
    notes: list[str] = []


class QueuePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Queue]
    next: str | None


class OpenStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a desk is open at a moment, and what comes next, in aware UTC."""

    open: bool
    until: datetime | None
    next_open: datetime | None
    reason: str


class AgentChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a desk declares of an agent. A field that is absent stays as it was; a new agent is available."""

    available: bool | None = None
    queues: list[str] | None = None
    skills: list[str] | None = None
    languages: list[str] | None = None


class Agent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent as declared, and whether the agent is there."""

    name: str
    available: bool
    there: bool
    queues: list[str]
    skills: list[str]
    languages: list[str]
    seen_at: datetime
    absent_at: datetime


class AgentPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Agent]
    next: str | None


class HandoffRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation to hand off: the customer's latest unless it is named."""

    reason: HandoffReason | msgspec.UnsetType = msgspec.UNSET
    summary: str | None = None
    transcript: list[TranscriptLine] = []
    facts: dict[str, Any] = {}
    attempts: list[AttemptReport] = []
    mode: HandoffMode = HandoffMode.OFFER
    priority: int = 0
    skills: list[str] = []
    language: str | None = None
    prefer: str | None = None
    to: HandoffTarget
    identity: IdentityClaim | None = None
    customer_id: UUID | None = None
    conversation: ConversationKey | None = None
    subject: str | None = None


class HandoffReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the conversation changes hands: a code for statistics, words for people."""

    code: str | None = None
    text: str | None = None


class TranscriptLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a conversation."""

    role: ParticipantRole
    text: str
    at: datetime | None = None


class HandoffTarget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The desk that is asked: a queue, or one agent, best with the agent's queue."""

    queue: str | None = None
    agent: str | None = None


class ConversationKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation by its id, or by the channel's `ref`."""

    id: UUID | None = None
    ref: str | None = None


class HandoffAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A handoff as the caller may see it."""

    id: UUID
    state: HandoffState
    mode: HandoffMode
    customer_id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    from_: HandoffGiver = msgspec.field(name="from")
    to: OfferTarget
    reason: ReasonAnswer
    summary: str | None
    priority: int
    created_at: datetime
    offers: list[Offer]
    deadline: datetime | None
    taken_by: str | None
    served_by: ServedBy | None
    token: UUID | None
    outcome: str | None
    ended_at: datetime | None
    callback_id: UUID | None
    packet: dict[str, Any] | None
    version: int
    wishes: AgentWishes | None
    onward_reason: str | None
    fits: bool | None = None
    notices: list[ShownNotice] | None = None


class HandoffGiver(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The API key that hands off, and after a transfer the queue and agent that had the conversation."""

    role: Role
    name: str
    queue: str | None = None
    agent: str | None = None


class OfferTarget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A queue, or one agent of it."""

    queue: str
    agent: str | None = None


class ReasonAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the conversation changes hands."""

    code: str | None
    text: str | None


class Offer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One offer of a handoff to one desk."""

    to: OfferTarget
    offered_at: datetime
    ended_at: datetime | None = None
    end: OfferEnd | None = None
    by: str | None = None
    reason: str | None = None
    agents_available: int | None = None
    only_fitting: bool = False


class AgentWishes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a handoff wants of the agent who takes it."""

    skills: list[str] = []
    language: str | None = None


class HandoffPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[HandoffAnswer]
    next: str | None


class Packet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The packet as stored, and as our own desks see it."""

    context_version: int
    customer: ContextCustomer
    conversation: PacketConversation | None
    facts: dict[str, ContextFact]
    attempts: list[AttemptRecord]
    conditions: list[ContextCondition]
    transcript: list[PacketLine]
    history: PacketHistory
    open_promises: list[PromisedCallback]
    cut: PacketOmissions
    summaries: list[ConversationSummary] = []
    said_here: dict[str, Any] = {}


class PacketConversation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The conversation that changes hands."""

    id: UUID
    subject: str | None
    status: ConversationStatus
    channels: list[Channel]
    opened_at: datetime
    last_at: datetime


class ContextCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition in force."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Any
    scope: Any
    valid_from: datetime
    valid_until: datetime | None
    contract: str | None
    priority: int
    stacking: Stacking
    uses_left: int | None
    audiences: list[Audience]


class PacketLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the conversation, from any of its channels or from the giver."""

    role: ParticipantRole
    text: str
    at: datetime | None
    channel: Channel | None


class PacketHistory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The share of the conversation that the packet was built from, in interactions."""

    included: int
    of: int


class PromisedCallback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call that the customer still expects."""

    callback_id: UUID
    state: CallbackState
    promised_from: datetime
    promised_to: datetime


class PacketOmissions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Numbers of items that the packet leaves out."""

    lines: int
    facts: int
    texts: int
    summaries: int = 0


class ConversationSummary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A summary of the conversation, by one of its desks; `name`, `queue` and `agent` are for our own desks."""

    text: str
    text_cut: bool
    by: ParticipantRole
    name: str | None
    queue: str | None
    agent: str | None
    at: datetime


class VisiblePacket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The packet as bots, stores and partners see it."""

    context_version: int
    customer: VisiblePacketCustomer
    conversation: PacketConversation | None
    facts: dict[str, VisibleFact]
    attempts: list[AttemptRecord]
    conditions: list[VisibleCondition]
    transcript: list[PacketLine]
    history: PacketHistory
    open_promises: list[PromisedCallback]
    cut: PacketOmissions
    summaries: list[ConversationSummary]


class VisiblePacketCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer as bots, stores and partners see them."""

    id: UUID
    name: str | None
    language: str | None


class BriefAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A brief with its text in the reader's language."""

    schema: int = 1
    version: int
    as_of: datetime
    customer_id: UUID
    who: BriefCustomer
    what: BriefMatter
    summaries: list[ConversationSummary]
    also_open: list[BriefOtherMatter]
    tried: list[AttemptRecord]
    known: dict[str, Any]
    preferences: ContactPreferences
    promised: list[BriefCallback]
    conditions: list[BriefCondition]
    mood: BriefMood | None
    left_out: BriefOmissions
    answered_meanwhile: BriefContact | None = None
    next: list[NextAction] = []
    content: list[AdvisedContent] = []
    notices: list[ShownNotice] = []
    language: str
    text: str


class BriefCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer; a partner sees the language alone."""

    name: str | None = None
    language: str | None = None
    assurance: Assurance | None = None
    since: datetime | None = None
    segments: list[str] = []
    communication_style: str | None = None
    invalid_numbers: list[InvalidNumber] = []


class BriefMatter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The matter of the conversation."""

    subject: str | None
    reason: str | None
    summary: str | None
    channels: list[Channel]
    transfers: int
    since: datetime | None
    last_words: str | None
    wishes: AgentWishes | None = None
    onward_reason: str | None = None


class BriefOtherMatter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another conversation of the customer that is not resolved."""

    conversation_id: UUID
    subject: str | None
    last_at: datetime
    failed_attempts: int


class BriefCallback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A callback that the customer expects."""

    state: CallbackState
    promised_from: datetime
    promised_to: datetime
    reason: str
    end_reason: str | None


class BriefCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition in force."""

    title: str
    terms: Any
    valid_until: datetime | None


class BriefMood(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer's mood, with the counts that explain it."""

    value: float | None
    repeated_questions: int
    dropped_calls: int
    failed_attempts: int


class BriefOmissions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Numbers of items that the brief leaves out; the context has them."""

    tried: int
    known: int
    conditions: int
    promised: int
    also_open: int
    summaries: int


class BriefContact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact of the customer's own since a call was promised, in which they were answered."""

    at: datetime
    channel: Channel
    by: str | None
    interaction_id: UUID | None


class AcceptRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The agent who takes a conversation."""

    agent: str


class DeclineRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The agent who declines an offer."""

    agent: str
    reason: str | None = None


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The taker, by the token."""

    token: str


class HandoffEnding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a taker ends a handoff; a summary goes into the record."""

    token: str
    outcome: str | None = None
    reason: str | None = None
    summary: str | None = None


class TransferRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The queue or agent that is to take the conversation from its taker."""

    reason: HandoffReason | msgspec.UnsetType = msgspec.UNSET
    summary: str | None = None
    transcript: list[TranscriptLine] = []
    facts: dict[str, Any] = {}
    attempts: list[AttemptReport] = []
    mode: HandoffMode = HandoffMode.OFFER
    priority: int = 0
    skills: list[str] = []
    language: str | None = None
    prefer: str | None = None
    token: str
    to: HandoffTarget


class WithdrawRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the giver takes it back."""

    reason: str | None = None


class DeskNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the taker of a handoff has learned or tried."""

    token: str
    text: str | None = None
    facts: dict[str, Any] = {}
    attempt: AttemptReport | None = None
    mood: float | None = None


class CallbackRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call to promise to a customer."""

    queue: str
    reason: str
    identity: IdentityClaim | None = None
    customer_id: UUID | None = None
    phone: str | None = None
    window: CallbackWindow | None = None
    conversation: ConversationKey | None = None
    subject: str | None = None
    max_attempts: int = 3
    retry_after_s: int = 1800
    preferred_agent: str | None = None
    priority: int = 0
    requested_by: RequestedBy = RequestedBy.CUSTOMER
    purpose: ContactPurpose = ContactPurpose.SERVICE


class CallbackWindow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The time in which the customer expects the call."""

    from_: datetime = msgspec.field(name="from")
    to: datetime


class RequestedCallbackAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The callback that answers a request for one."""

    id: UUID
    state: CallbackState
    customer_id: UUID
    conversation_id: UUID | None
    handoff_id: UUID | None
    queue: str
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: list[CallAttemptAnswer]
    max_attempts: int
    retry_after_s: int
    preferred_agent: str | None
    claimed_by: str | None
    claim_until: datetime | None
    token: UUID | None
    kept: bool | None
    late_s: int | None
    missed_windows: int
    priority: int
    created_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    version: int
    joined: bool = False


class CallAttemptAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call; `by` and `note` are for callers that serve the queue."""

    by: str | None
    began_at: datetime
    ended_at: datetime
    outcome: CallbackOutcome
    note: str | None
    interaction_id: UUID | None


class CallbackPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[CallbackAnswer]
    next: str | None


class CallbackAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A callback as the caller may see it; our desks and the claimer see `phone` in full."""

    id: UUID
    state: CallbackState
    customer_id: UUID
    conversation_id: UUID | None
    handoff_id: UUID | None
    queue: str
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: list[CallAttemptAnswer]
    max_attempts: int
    retry_after_s: int
    preferred_agent: str | None
    claimed_by: str | None
    claim_until: datetime | None
    token: UUID | None
    kept: bool | None
    late_s: int | None
    missed_windows: int
    priority: int
    created_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    version: int


class ClaimRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The agent who calls; with the token of a running claim, a renewal of that claim."""

    agent: str
    token: str | None = None


class ClaimAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A callback with what its claimer must know."""

    id: UUID
    state: CallbackState
    customer_id: UUID
    conversation_id: UUID | None
    handoff_id: UUID | None
    queue: str
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: list[CallAttemptAnswer]
    max_attempts: int
    retry_after_s: int
    preferred_agent: str | None
    claimed_by: str | None
    claim_until: datetime | None
    token: UUID | None
    kept: bool | None
    late_s: int | None
    missed_windows: int
    priority: int
    created_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    version: int
    brief: BriefAnswer


class CallAttemptInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The result of a call."""

    token: str
    outcome: CallbackOutcome
    note: str | None = None
    began_at: datetime | None = None


class RescheduleRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new promise, agreed with the customer: another window, another number, or both. While the callback is claimed, only the claimer may make it, with the token."""

    window: CallbackWindow | None = None
    phone: str | None = None
    token: str | None = None


class CancelRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why no call is needed any more."""

    reason: str | None = None


class FulfilRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The contact in which the customer was answered meanwhile."""

    interaction_id: UUID | None = None
    note: str | None = None


class Prefill(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the page need not ask, and what it must."""

    known: dict[str, VisibleFact]
    ask: list[str]
    notices: list[ShownNotice] = []


class DraftInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answers that changed since the last save."""

    token: str
    save: str
    values: dict[str, str | bool | int | float | list[str] | None]


class DraftSaved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a save: it is durable, and was so before if it is a duplicate."""

    save: str
    duplicate: bool
    version: int


class Journey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One customer's whole way; touchpoints, the oldest first, are counted from 0."""

    title: str
    customer_id: UUID | None
    as_of: datetime
    phases: list[PhaseSpan]
    touchpoints: list[JourneyTouchpoint]
    handoffs: list[JourneyHandoff]
    promises: list[JourneyPromise]
    waits: list[JourneyWait]
    decisions: list[JourneyDecision]
    notes: list[JourneyNote]
    totals: JourneyTotals
    earlier: int = 0


class PhaseSpan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A time in one phase; its touchpoints are those of this `index`."""

    index: int
    name: Phase
    from_: datetime = msgspec.field(name="from")
    to: datetime
    rule: str
    moved_by: str | None = None
    border_id: UUID | None = None


class JourneyTouchpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A touchpoint of the customer; what stays among staff is none."""

    id: UUID | None
    at: datetime
    channel: Channel
    direction: Direction
    phase_index: int
    phase: Phase
    kind: InteractionKind
    conversation_id: UUID | None
    mood: float | None = None
    frictions: list[JourneyFriction] = []
    says: str | None = None
    subject: str | None = None
    answered: bool | None = None


class JourneyHandoff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A handoff, with what happened behind the scenes; `touchpoint` is the index of the contact before it."""

    id: UUID | None
    at: datetime
    touchpoint: int
    queue: str
    queue_title: str
    end: HandoffEnd
    seconds: float | None = None
    promised_from: datetime | None = None


class JourneyPromise(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A promised callback, behind the scenes; `touchpoint` is the index of the contact before its window ended."""

    id: UUID | None
    promised_from: datetime
    promised_to: datetime
    touchpoint: int
    kept: bool | None
    late_s: int | None = None


class JourneyWait(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A time without a contact of 22 hours or more, which the picture folds."""

    before: int
    seconds: float


class JourneyDecision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A decision point, derived from what happened or set by a person."""

    id: UUID | None
    kind: DecisionKind
    touchpoint: int
    text: str | None = None


class JourneyNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person noted of a phase, for this customer or for a segment."""

    id: UUID
    phase: Phase
    kind: NoteKind
    text: str
    owner: str | None = None
    due: date | None = None
    customer_id: UUID | None = None
    segment: str | None = None
    written_by: str | None = None


class JourneyTotals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The journey in numbers."""

    days: int
    contacts: int
    frictions: int
    asked_again: int
    until_solved_s: float | None
    handoffs: int
    handoffs_worked: int
    lowest: int | None
    longest_wait_s: float | None


class BorderChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A border to move, or the move to undo."""

    index: int | None = None
    at: datetime | None = None
    phase: Phase | None = None
    undo: UUID | None = None


class DecisionInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A decision point to set."""

    interaction_id: UUID
    text: str


class SetDecision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A decision point that a person set."""

    id: UUID
    interaction_id: UUID
    text: str
    set_by: str


class JourneyNoteInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A note about a phase, of a customer or of a segment."""

    phase: Phase
    kind: NoteKind
    text: str
    owner: str | None = None
    due: date | None = None
    customer_id: UUID | None = None
    segment: str | None = None


class JourneyNotePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[JourneyNote]
    next: str | None


class JourneyNotePatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changes of a note; what is absent stays."""

    phase: Phase | None = None
    text: str | None = None
    owner: str | None = None
    due: date | None = None


class Flow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The journeys of one segment, or of two side by side on one scale."""

    from_: datetime = msgspec.field(name="from")
    to: datetime
    as_of: datetime
    gave_up_days: int
    threshold: float
    segments: list[SegmentFlow]
    ways: list[FlowWay]
    differences: list[FlowDifference]
    worst: list[FlowMatter]


class SegmentFlow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The ways of one segment's matters; each matter with a contact of the customer's own is on one way."""

    name: str
    members: int
    matters: int
    without_own_contact: int
    median_solution_s: float | None
    repeated_questions: int
    steps: list[FlowNode]
    links: list[FlowLink]
    hidden: HiddenWays
    endings: FlowEndings


class FlowNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A channel in a column; what came here was solved here, given up here, is open here, or went on by a link."""

    step: int
    channel: Channel
    matters: int
    solved: int
    gave_up: int
    open: int
    asked_again: int


class FlowLink(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Matters that went from one node to a node of the next column."""

    from_: FlowPlace = msgspec.field(name="from")
    to: FlowPlace
    matters: int
    share: float
    median_wait_s: float
    asked_again: int


class FlowPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node, as links name it."""

    step: int
    channel: Channel


class HiddenWays(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ways that are too rare to be listed; nodes and links count them all the same."""

    ways: int
    matters: int


class FlowEndings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the matters of a segment ended; the three add up to all of them."""

    solved: int
    gave_up: int
    open: int


class FlowWay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way, and what became of the matters on it."""

    segment: str
    way: list[Channel]
    matters: int
    share: float
    solved: int
    gave_up: int
    open: int
    median_solution_s: float | None
    repeated_questions: int
    examples: list[UUID]


class FlowDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that two segments have different shares of."""

    what: DifferenceKind
    step: int | None
    channel: Channel | None
    came_from: Channel | None
    a: FlowRatio
    b: FlowRatio
    difference: float


class FlowRatio(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A share with what it is made of."""

    matters: int
    of: int
    share: float


class FlowMatter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One matter with its way."""

    segment: str
    customer_id: UUID
    conversation_id: UUID
    subject: str | None
    opened_at: datetime
    last_at: datetime
    way: list[Channel]
    contacts: int
    ending: FlowEnding
    frictions: int
    repeated_questions: int
    dropped_calls: int
    failed_attempts: int


class FlowMatterPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[FlowMatter]
    next: str | None


class Persona(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the customers of a segment have in common, as a sample of them tells it."""

    segment: str
    as_of: datetime
    customers: int
    sample: int
    channels: list[PersonaChannel]
    styles: list[PersonaStyle]
    wants: list[PersonaWant]
    questions: list[PersonaQuestion]
    moods: list[PersonaMood]
    quotes: list[PersonaQuote]
    first: Impression
    last: Impression
    silent_days: int


class PersonaChannel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A channel by which customers of the segment come to us."""

    channel: Channel
    contacts: int
    share: float


class PersonaStyle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A style of communication that was stated of customers."""

    style: str
    customers: int


class PersonaWant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A subject that several customers turned to us about."""

    subject: str
    matters: int
    share: float


class PersonaQuestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question in the words of a customer."""

    text: str
    channel: Channel
    customers: int


class PersonaMood(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How customers feel in a phase of their journeys."""

    phase: Phase
    mood: float
    touchpoints: int


class PersonaQuote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer wrote or said; names, addresses and numbers are left out, and who it was is not told."""

    text: str
    channel: Channel
    at: datetime
    mood: float | None


class Impression(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Contacts at one end of journeys, one of each customer."""

    contacts: int
    mood: float | None
    frictions: int
    share: float


class SegmentDefinition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A segment as it shall be."""

    title: str
    rule: str | None = None


class Segment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A segment with its size: customers of whom it was stated, and those whom its rule meets."""

    name: str
    title: str
    rule: str | None
    customers: int
    stated: int
    met: int
    undecided: UndecidedCustomers | None = None
    evaluating: bool = False
    error: str | None = None
    changed_at: datetime | None = None


class UndecidedCustomers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of how many customers a rule decides nothing."""

    customers: int
    reason: str


class SegmentPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Segment]
    next: str | None


class SegmentTrial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule that is tried and not stored."""

    rule: str


class SegmentTrialResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom of the newest customers a rule would meet."""

    customers: int
    met: int
    undecided: UndecidedCustomers | None
    examples: list[UUID]


class SegmentMemberships(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every segment that a customer is in."""

    items: list[SegmentMembership]


class SegmentMembership(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A segment that a customer is in."""

    name: str
    title: str
    stated: bool
    since: datetime | None


class AtRiskList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customers who may leave, the most urgent first."""

    items: list[CustomerAtRisk]
    total: int


class CustomerAtRisk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer who may leave."""

    customer_id: UUID
    name: str | None
    level: str
    since: datetime
    reasons: list[RiskReason]
    way: WayTally | None
    actions: list[RiskActionTaken]


class RiskReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that raises the risk."""

    code: str
    value: int | float


class WayTally(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How matters ended that went one way."""

    way: list[str]
    matters: int
    gave_up: int


class RiskActionTaken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person did about it."""

    action: RiskAction
    note: str | None
    by: str
    at: datetime


class RiskActionRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was done about a customer who may leave."""

    action: RiskAction
    note: str | None = None


class RecordedRiskAction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An action as it was recorded."""

    customer_id: UUID
    action: RiskAction
    at: datetime


class RiskRules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of the warnings, by rule."""

    items: list[RiskRuleResult]


class RiskRuleResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of the warnings of one rule; a warning of several rules counts for each of them."""

    code: str
    fired: int
    acted_on: int
    stayed_with_action: int
    left_with_action: int
    stayed_without_action: int
    left_without_action: int
    undecided: int


class RuleInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule: whom it concerns, what to do then, what to say, and what that rests on."""

    title: str
    condition: str
    action: str
    words: dict[str, str]
    because: dict[str, str] | list[str] = []
    until: str | None = None
    priority: int = 50
    audiences: list[str] | msgspec.UnsetType = msgspec.UNSET
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    enabled: bool = True
    purpose: str = "service"


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule as it counts now."""

    name: str
    shipped: bool
    title: str
    condition: str
    action: str
    words: dict[str, str]
    because: dict[str, str]
    until: str | None
    priority: int
    audiences: list[str]
    purpose: str
    valid_from: datetime | None
    valid_until: datetime | None
    enabled: bool


class RulePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Rule]
    next: str | None


class RuleDryRun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule that is tried out and stored nowhere."""

    rule: RuleInput


class DryRunResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom a rule would have met among the newest customers."""

    looked_at: int
    met: int
    customers: list[UUID]
    undecided: int
    reasons: list[UndecidedReason]
    complete: bool


class UndecidedReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a rule could not be decided, and how often."""

    why: str
    customers: int


class RuleOutcomes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of what a rule advised: a rule that never helps is seen."""

    rule: str
    since: datetime
    taken: OutcomeCount
    declined: OutcomeCount


class OutcomeCount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Answers of one kind to what a rule advised."""

    answers: int
    customers: int
    solved: int


class NextActions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to do next for a customer."""

    customer_id: UUID
    version: int
    next: list[NextAction]


class OutcomeInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an action that was advised."""

    taken: bool
    note: str | None = None


class RecordedOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an action, on record."""

    id: UUID
    customer_id: UUID
    rule: str
    taken: bool
    note: str | None
    at: datetime
    version: int


class ContentInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page or text that answers questions. What is left empty does not limit whom it is for."""

    title: str
    url: str | None = None
    text: str | None = None
    languages: list[str] = []
    channels: list[Channel] = []
    segments: list[str] = []
    phases: list[Phase] = []
    subjects: list[str] = []
    purpose: str = "service"


class ContentItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A content as it is stored."""

    title: str
    url: str | None = None
    text: str | None = None
    languages: list[str] = []
    channels: list[Channel] = []
    segments: list[str] = []
    phases: list[Phase] = []
    subjects: list[str] = []
    purpose: str = "service"
    id: str
    updated_at: datetime
    because: list[ContentReason] = []


class ContentPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[ContentItem]
    next: str | None


class GapMap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which questions of a period no content answers; a customer in two segments counts in both."""

    from_: datetime = msgspec.field(name="from")
    to: datetime
    questions: int
    unanswered: int
    is_partial: bool
    gaps: list[ContentGap]


class ContentGap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Questions of one phase, segment and subject that no content answers."""

    phase: Phase | None
    segment: str | None
    subject: str | None
    questions: int
    customers: int
    asked_again: int
    examples: list[GapExample]


class GapExample(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question in the customer's words."""

    customer_id: UUID
    asked_at: datetime
    channel: Channel
    text: str


class NoticeInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What customers are told before they ask. What is left empty does not limit whom it is for."""

    texts: dict[str, str]
    from_: datetime | None = msgspec.field(name="from", default=None)
    until: datetime | None = None
    queues: list[str] = []
    channels: list[Channel] = []
    segments: list[str] = []
    options_when_closed: list[ClosedOption] = []
    purpose: str = "service"
    state: NoticeState = NoticeState.PUBLISHED


class ClosedOption(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer can do while the desk is closed."""

    texts: dict[str, str]
    url: str | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice as it is stored, with its text in one language."""

    id: str
    text: str
    language: str
    from_: datetime = msgspec.field(name="from")
    until: datetime | None
    options: list[ShownOption] = []
    state: NoticeState
    texts: dict[str, str]
    queues: list[str]
    channels: list[Channel]
    segments: list[str]
    options_when_closed: list[ClosedOption]
    purpose: str
    drafted_for: str | None
    published_at: datetime | None
    updated_at: datetime
    reach: NoticeReach | None


class NoticeReach(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many customers a notice concerns, as it was counted when it was published."""

    customers: int
    channels: dict[str, int]


class NoticePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Notice]
    next: str | None


class ConcernedCustomerPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[ConcernedCustomer]
    next: str | None


class ConcernedCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer whom a notice concerns, and where it may be sent."""

    customer_id: UUID
    language: str | None
    channels: list[Channel]


class Feedback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ratings of a period. Groups are in the order of their names; a customer of two segments counts in both."""

    by: FeedbackBy
    from_: datetime = msgspec.field(name="from")
    to: datetime
    total: FeedbackScores
    groups: list[FeedbackGroup]


class FeedbackScores(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The three scores."""

    csat: Score
    nps: Score
    effort: Score


class Score(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A score with its interval."""

    n: int
    score: float | None
    low: float | None
    high: float | None
    few: bool


class FeedbackGroup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The scores of one queue, channel, phase or segment."""

    csat: Score
    nps: Score
    effort: Score
    key: str | None


class SurveyRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom to ask what, about which matter."""

    customer_id: UUID
    conversation_id: UUID
    question: SurveyQuestion
    channel: Channel | None = None


class CreatedSurvey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A link that was just made; only this answer shows it."""

    url: str
    expires_at: datetime


class PrivacyRequestInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer asks for; the customer by an id or by an identity in any spelling, one of the two."""

    kind: RequestKind
    reason: str
    customer_id: UUID | None = None
    identity: IdentityClaim | None = None
    purposes: list[Purpose] | None = None


class PrivacyRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request as it stands."""

    id: UUID
    kind: RequestKind
    state: RequestState
    customer_id: UUID
    purposes: list[Purpose] | None
    reason: str | None
    received_at: datetime
    due_on: date
    extended: bool
    overdue: bool
    verified_at: datetime | None
    ended_at: datetime | None
    steps: list[PrivacyRequestStep]


class PrivacyRequestStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was done with a request."""

    at: datetime
    action: StepAction
    by: str
    note: str | None


class PrivacyRequestPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[PrivacyRequest]
    next: str | None


class PrivacyRequestPatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is done with a request."""

    state: RequestState | None = None
    reason: str | None = None
    note: str | None = None
    extend: bool = False


class Preview(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an erasure would take."""

    customer_id: UUID
    customer_ids: list[UUID]
    tables: list[ErasedRows]
    kept: list[KeptRows]
    attachments: int
    held: str | None


class ErasedRows(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an erasure took from one table."""

    table: str
    rows: int
    deleted: bool
    digest: str = ""


class KeptRows(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an erasure leaves in one table, and why."""

    table: str
    reason: str


class ErasureReceipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The proof of an erasure; it holds nothing of the customer but ids that lead to nothing."""

    erasure_id: UUID
    customer_ids: list[UUID]
    state: ErasureState
    ordered_by: str
    reason: str | None
    request_id: UUID | None
    ordered_at: datetime
    erased_at: datetime | None
    tables: list[ErasedRows]
    kept: list[KeptRows]
    attachments: int
    sequence: int | None
    hash: str | None


class CustomerExport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of a customer, at one moment."""

    schema: str
    format: str
    exported_at: datetime
    language: str | None
    sections: dict[str, list[dict[str, Any]]]


class ChannelDeliveryPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[ChannelDelivery]
    next: str | None


class ChannelDelivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A delivery to a door: how it was answered, and what it became."""

    id: UUID
    received_at: datetime
    outcome: DeliveryOutcome
    problem: str | None
    detail: str | None
    latency_ms: float
    registered: int
    duplicates: int
    interactions: list[UUID]
    customers: list[UUID]
    handoffs: list[UUID]
    kept: bool


class ScreenPop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call, and the context of its customer as a console shows it; both null until the system says who calls. `rings_at` are the agents that are being rung, `agent` speaks with the customer, or spoke last."""

    call_id: UUID
    source: str
    call_ref: str
    phase: CallPhase
    direction: Direction
    customer_id: UUID | None
    numbers: list[CallerNumber]
    queue: str | None
    rings_at: list[str]
    agent: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: CallOutcome | None
    interaction_id: UUID | None
    context: ConsoleView | None


class CallerNumber(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the customer on the other end is known, as the telephone system says it; a claim."""

    kind: IdentityKind
    value: str


class MailTokenRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A mail that is about to be sent; with an attempt or a text it goes on record, as sent by the caller."""

    conversation_id: UUID
    channel: str | None = None
    mail_ref: str | None = None
    attempt: str | None = None
    text: str | None = None


class MailToken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to put into the mail's headers."""

    conversation_id: UUID
    reply_to: str
    message_id: str
    headers: dict[str, str]
    undeliverable: list[UndeliverableAddress] = []
    interaction_id: UUID | None = None


class UndeliverableAddress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An address of the customer that mail of ours did not reach."""

    address: str
    since: datetime
    bounces: int


class FormTokenInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer of a page, how sure the site is of that, and the names of the page's fields. Forms with the same `draft` share what is typed, so that a visit is one conversation; without one, a new one begins."""

    fields: list[str]
    customer_id: UUID | None = None
    identity: IdentityClaim | None = None
    assurance: Assurance = Assurance.CLAIMED
    conversation: ConversationKey | None = None
    draft: str | None = None
    subject: str | None = None


class FormToken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new token, which is stored nowhere, and the draft that the site names again for its next form."""

    token: str
    form: str
    draft: str
    expires_at: datetime


class WebhookRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is told of what: the events of these types that this role may see; a partner's webhook names its queue."""

    url: str
    types: list[str]
    role: Audience
    queue: str | None = None


class StoredWebhook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A webhook as it was stored."""

    name: str
    url: str
    types: list[str]
    role: Audience
    queue: str | None
    secret: str | None = None


class Webhook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A receiver outside, and how many deliveries wait or were given up. Storing it again enables a disabled one."""

    name: str
    url: str
    types: list[str]
    role: Audience
    queue: str | None
    created_at: datetime
    disabled_at: datetime | None
    paused_at: datetime | None
    delivered_at: datetime | None
    pending: int
    failing: int
    dead: int


class WebhookPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[Webhook]
    next: str | None


class WebhookDeliveryPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a list, in the list's order."""

    items: list[WebhookDelivery]
    next: str | None


class WebhookDelivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event on its way: `tries` began so far, the next one at `due_at` unless it was given up at `dead_at`."""

    event_id: int
    type: str
    customer_id: UUID
    version: int
    subject_id: UUID | None
    created_at: datetime
    tries: int
    tried_at: datetime | None
    failure: str | None
    due_at: datetime | None
    dead_at: datetime | None


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of the given up deliveries is tried again: all of them unless something is said."""

    since: datetime | None = None
    event_id: int | None = None


class ReplayAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many deliveries wait again; more may be left while that is 10,000."""

    replayed: int


class Liveness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The process answers."""

    status: str = "ok"


class Readiness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`degraded` names what does not work: without the cache all is slower, without the database little is left."""

    status: str
    degraded: list[str]


class EventTicket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket that has just been made; it is shown in this answer alone."""

    ticket: str
    expires_at: datetime


class RpcMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A JSON-RPC request, or without an `id` a notification."""

    jsonrpc: str
    method: str
    id: str | int | None = None
    params: dict[str, Any] | None = None


class RpcResponse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A JSON-RPC response."""

    jsonrpc: str
    id: str | int | None = None
    result: dict[str, Any] | None = None
    error: RpcError | None = None


class RpcError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the protocol cannot go on; what a tool cannot do stands in its result."""

    code: int
    message: str
    data: Any = None
