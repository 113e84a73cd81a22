"""What registration makes of interactions that are on record, told once more in their order; pure."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from service.identity.customers import CustomerState
from service.identity.model import Resolution
from service.model.interaction import InteractionContent
from service.model.vocabulary import ConversationStatus
from service.registration.model import Submission
from service.registration.plan import RegistrationPlan
from service.timeline.facts import HIDDEN_VALUE
from service.timeline.model import AttemptRow, Conversation, FactHistoryRow, FactRow

_NO_TIME = timedelta()


class RecordedInteraction(NamedTuple):
    """An interaction on record: whose it is, where it stands, and what it said that others build on."""

    customer_id: UUID
    occurred_at: datetime
    interaction_id: UUID
    version: int
    registered_at: datetime
    conversation_id: UUID
    key_id: UUID
    by_person: bool
    repeated_questions: int
    content: InteractionContent

    @property
    def order(self) -> tuple[datetime, UUID, int]:
        """The order of registration, over all members of a merge set."""
        return (self.registered_at, self.customer_id, self.version)


class FactEnd(NamedTuple):
    """A fact was deleted: after the statement `version`, at the change `ended_version`."""

    version: int
    name: str
    ended_version: int


class Replay:
    """The records of one customer, as its interactions, corrections and deletions make them."""

    def __init__(self, customer_id: UUID) -> None:
        self.customer = CustomerState(customer_id=customer_id)
        self.conversations: dict[UUID, Conversation] = {}
        self.facts: dict[str, FactRow] = {}
        self.history: list[FactHistoryRow] = []
        self.attempts: dict[tuple[UUID, str], AttemptRow] = {}
        self.repeated: dict[UUID, int] = {}

    def tell(self, told: RecordedInteraction, *, version: int, conversation_id: UUID | None = None) -> None:
        """Register an interaction once more, under a version and perhaps in another conversation."""
        content = told.content
        conversation = self._conversation(conversation_id or told.conversation_id, content.source)
        self.customer.version = version - 1
        counted = self.customer.repeated_questions
        customer_id = self.customer.customer_id
        plan = RegistrationPlan(
            {customer_id: self.customer},
            [conversation],
            [fact for name in {*content.facts, *content.asks} if (fact := self._known(name)) is not None],
            now=told.registered_at,
            reopen=_NO_TIME,
        )
        known = Resolution(customer_id=customer_id, is_new=False, attach=(), verify=(), conflicts=())
        plan.add(
            Submission(content, (), told.key_id, customer_id, conversation.conversation_id, by_person=told.by_person),
            known,
        )
        self.repeated[told.interaction_id] = self.customer.repeated_questions - counted
        self.facts.update({name: fact for (_, name), fact in plan.facts.items()})
        self.history += plan.fact_history
        for key, attempt in plan.attempts.items():
            if key not in self.attempts or attempt.at >= self.attempts[key].at:
                self.attempts[key] = attempt

    def correct(self, fact: FactRow) -> None:
        """A fact is corrected: the value before goes to the history, or this one if a person vouched for that."""
        before = self._known(fact.name)
        if before is not None and before.vouched and not fact.vouched:
            self._end_fact(fact, fact.version)
            return
        self.end(FactEnd(fact.version, fact.name, fact.version))
        self.facts[fact.name] = fact

    def end(self, ended: FactEnd) -> None:
        """A fact is known no longer."""
        fact = self._known(ended.name)
        self.facts.pop(ended.name, None)
        if fact is not None:
            self._end_fact(fact, ended.ended_version)

    def _known(self, name: str) -> FactRow | None:
        """The fact, unless a deletion hides what others of the merge set know of it."""
        fact = self.facts.get(name)
        return None if fact is None or fact.value == HIDDEN_VALUE else fact

    def _end_fact(self, fact: FactRow, version: int) -> None:
        values = {name: value for name, value in fact._asdict().items() if name != "vouched"}
        self.history.append(FactHistoryRow(**values, ended_version=version))

    def _conversation(self, conversation_id: UUID, source: str) -> Conversation:
        if conversation_id not in self.conversations:
            self.conversations[conversation_id] = Conversation(
                customer_id=self.customer.customer_id,
                conversation_id=conversation_id,
                source=source,
                ref=None,
                subject=None,
                status=ConversationStatus.OPEN,
                channels=[],
                opened_at=datetime.max.replace(tzinfo=UTC),
                last_at=datetime.min.replace(tzinfo=UTC),
                resolved_at=None,
                interactions=0,
                facts={},
            )
        return self.conversations[conversation_id]


class MemberRecord(NamedTuple):
    """What one member of a merge set said of some facts, and what people corrected and deleted of them."""

    customer_id: UUID
    interactions: Sequence[RecordedInteraction]
    corrections: Sequence[FactRow]
    ends: Sequence[FactEnd]

    def replay(self, *, without: Collection[UUID] = ()) -> Replay:
        """Its records, without some interactions."""
        replay = Replay(self.customer_id)
        steps: list[tuple[int, int, RecordedInteraction | FactRow | FactEnd]] = [
            *((one.version, 0, one) for one in self.interactions if one.interaction_id not in without),
            *((one.version, 0, one) for one in self.corrections),
            *((one.version, 1, one) for one in self.ends),
        ]
        for version, _, step in sorted(steps, key=lambda one: one[:2]):
            if isinstance(step, RecordedInteraction):
                replay.tell(step, version=version)
            elif isinstance(step, FactRow):
                replay.correct(step)
            else:
                replay.end(step)
        return replay
