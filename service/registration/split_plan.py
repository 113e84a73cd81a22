"""Decides what becomes of a customer's records when some interactions get a customer of their own; pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from service.model.ids import new_id
from service.registration.replay import MemberRecord, RecordedInteraction, Replay
from service.timeline.model import AttemptRow, Conversation, FactHistoryRow, FactRow


class RecountedQuestions(NamedTuple):
    """An interaction that stays: how many questions it repeats without those that go, and how many less that is."""

    customer_id: UUID
    occurred_at: datetime
    interaction_id: UUID
    repeated_questions: int
    less: int


class SplitPlan:
    """The records of a new customer, which has the `named` interactions alone, and of the members that they leave.

    A conversation of which all interactions go, goes whole. Of another one, those that go get a conversation of their
    own: it has the same source, ref, subject and status, so that later messages of either side find theirs.
    """

    def __init__(
        self,
        customer_id: UUID,
        members: Sequence[MemberRecord],
        conversations: Iterable[Conversation],
        named: Collection[UUID],
    ) -> None:
        self._members = members
        self._named = named
        related = sorted((one for member in members for one in member.interactions), key=lambda one: one.order)
        self.moved = [one for one in related if one.interaction_id in named]
        stays = [one for one in related if one.interaction_id not in named]
        staying = {one.conversation_id for one in stays}
        self._shared = {one.conversation_id: one for one in conversations if one.conversation_id in staying}
        self.whole = {one.conversation_id for one in self.moved} - staying
        self._own = {conversation_id: new_id() for conversation_id in self._shared}
        self.new = Replay(customer_id)
        for version, told in enumerate(self.moved, 1):
            self.new.tell(told, version=version, conversation_id=self._own.get(told.conversation_id))
        self._rest = Replay(customer_id)
        for told in stays:
            if told.conversation_id in self._shared:
                self._rest.tell(told, version=told.version)
        self._replays = {one.customer_id: one.replay(without=named) for one in members}

    @property
    def touched(self) -> set[UUID]:
        """The conversations that lose interactions."""
        return self.whole | self._shared.keys()

    def conversation_of(self, told: RecordedInteraction) -> UUID:
        """Where an interaction that goes is told from now on."""
        return self._own.get(told.conversation_id, told.conversation_id)

    def conversations(self) -> Iterator[Conversation]:
        """Both parts of each shared conversation. What was taken out of its facts stays out."""
        for conversation_id, before in self._shared.items():
            for replayed, owner in (
                (self.new.conversations[self._own[conversation_id]], self.new.customer.customer_id),
                (self._rest.conversations[conversation_id], before.customer_id),
            ):
                yield replace(
                    before,
                    customer_id=owner,
                    conversation_id=replayed.conversation_id,
                    channels=replayed.channels,
                    opened_at=replayed.opened_at,
                    last_at=replayed.last_at,
                    interactions=replayed.interactions,
                    facts={name: said for name, said in replayed.facts.items() if name in before.facts},
                )

    def attempts(self) -> list[AttemptRow]:
        """What was tried in the conversations that are touched."""
        rest = (
            one._replace(customer_id=self._shared[one.conversation_id].customer_id)
            for one in self._rest.attempts.values()
        )
        return [*self.new.attempts.values(), *rest]

    def facts(self, names: Collection[str]) -> list[FactRow]:
        """What the new customer and the members know of these facts."""
        replays = (self.new, *self._replays.values())
        return [fact for replay in replays for fact in replay.facts.values() if fact.name in names]

    def fact_history(self, names: Collection[str]) -> list[FactHistoryRow]:
        """What they knew of these facts."""
        replays = (self.new, *self._replays.values())
        return [fact for replay in replays for fact in replay.history if fact.name in names]

    def recounted(self) -> list[RecountedQuestions]:
        """The interactions that stay and no longer repeat the same number of questions."""
        return [one for member in self._members for one in self._recounted_of(member)]

    def _recounted_of(self, member: MemberRecord) -> Iterator[RecountedQuestions]:
        before, after = member.replay().repeated, self._replays[member.customer_id].repeated
        for told in member.interactions:
            if told.interaction_id in after and after[told.interaction_id] != before[told.interaction_id]:
                less = before[told.interaction_id] - after[told.interaction_id]
                count = max(told.repeated_questions - less, 0)
                less = told.repeated_questions - count
                yield RecountedQuestions(told.customer_id, told.occurred_at, told.interaction_id, count, less)
