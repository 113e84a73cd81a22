"""The shapes of requests and answers. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from datetime import date, datetime
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
    PASS_ = "pass"


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
