"""Decides what records that are put change; pure: it is given what is on record, and gives rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from service.identity.sources.quality.model import Judgement
from service.identity.sources.stating import RecordKey, StatedRecord
from service.identity.sources.taking import StatedValue, canonical_json, language_of, name_of
from service.model.ids import new_id
from service.model.names import name_key


class RecordRow(NamedTuple):
    """A row of the table source_record."""

    source: str
    external_id: str
    customer_id: UUID
    stated_at: datetime
    verified: bool
    changed_at: datetime
    name: str | None
    name_key: str | None


class ValueRow(NamedTuple):
    """A row of the table customer_value."""

    customer_id: UUID
    value_id: UUID
    source: str
    external_id: str
    field: str
    position: int
    value: str
    normal: str
    stated_at: datetime
    registered_at: datetime
    verified: bool
    quality: str | None
    ended_at: datetime | None


class ProfileRow(NamedTuple):
    """The name and language of a customer by a record, and what the record said before."""

    customer_id: UUID
    name: str | None = None
    name_key: str | None = None
    language: str | None = None
    old_name: str | None = None
    old_language: str | None = None


class CurrentValue(Struct, kw_only=True):
    """A value that a record states now; `new` if this batch is the first to store it."""

    value_id: UUID
    stated: StatedValue
    new: bool = False


class RecordState(Struct, kw_only=True):
    """A record on record: what it states now, and when its system learned that."""

    key: RecordKey
    customer_id: UUID
    stated_at: datetime
    verified: bool
    current: list[CurrentValue]


class RecordPlan:
    """The rows of one batch; `add` each record in order, then store what has come together."""

    def __init__(self, states: Iterable[RecordState], *, now: datetime) -> None:
        self.states = {state.key: state for state in states}
        self.records: dict[RecordKey, RecordRow] = {}
        self.values: dict[UUID, ValueRow] = {}
        self.late: list[ValueRow] = []
        self.ended: list[tuple[UUID, UUID]] = []
        self.moved: list[tuple[UUID, UUID, int]] = []
        self.changed: dict[UUID, set[str]] = {}
        """Customer -> fields."""
        self.profiles: dict[UUID, ProfileRow] = {}
        self._now = now

    def add(self, stated: StatedRecord, customer_id: UUID) -> bool:
        """One more record: what it states replaces what the same record said, unless that was learned later.

        Gives whether the record is new or states something else than before.
        """
        state = self.states.get(stated.key)
        is_new = state is None
        if state is None:
            self.changed.setdefault(customer_id, set()).add("record")
            state = self.states[stated.key] = RecordState(
                key=stated.key, customer_id=customer_id, stated_at=stated.stated_at, verified=False, current=[]
            )
            self._touch(state, stated)
        if stated.stated_at < state.stated_at:
            self._add_late(state, stated)
            return False
        before = [one.stated for one in state.current]
        fields = self._replace(state, stated)
        if fields:
            self.changed.setdefault(state.customer_id, set()).update(fields)
            self._add_profile(state.customer_id, before, stated)
        if fields or stated.stated_at > state.stated_at or stated.verified != state.verified:
            self._touch(state, stated)
        return is_new or bool(fields)

    def _add_profile(self, customer_id: UUID, before: Sequence[StatedValue], stated: StatedRecord) -> None:
        old = self.profiles.get(customer_id)
        self.profiles[customer_id] = ProfileRow(
            customer_id,
            stated.name,
            _key_of(stated.name),
            language_of(stated.values),
            old.old_name if old else name_of(before),
            old.old_language if old else language_of(before),
        )

    def _replace(self, state: RecordState, stated: StatedRecord) -> set[str]:
        """End what the record does not state any more, add what is new; gives the fields."""
        left = list(state.current)
        state.current = []
        fields = set()
        for value in stated.values:
            kept = next((one for one in left if _says_the_same(one.stated, value)), None)
            if kept is None:
                fields.add(value.field)
                state.current.append(self._store(state, value, stated.stated_at))
                continue
            left.remove(kept)
            state.current.append(kept)
            if kept.stated.position != value.position:
                fields.add(value.field)
                self._move(state, kept, value)
        for one in left:
            fields.add(one.stated.field)
            self._end(state, one)
        return fields

    def _store(self, state: RecordState, value: StatedValue, stated_at: datetime) -> CurrentValue:
        row = self._row(state, value, stated_at)
        self.values[row.value_id] = row
        return CurrentValue(value_id=row.value_id, stated=value, new=True)

    def _move(self, state: RecordState, kept: CurrentValue, value: StatedValue) -> None:
        if kept.new:
            self.values[kept.value_id] = self.values[kept.value_id]._replace(position=value.position)
        else:
            self.moved.append((state.customer_id, kept.value_id, value.position))
        kept.stated = value

    def _end(self, state: RecordState, one: CurrentValue) -> None:
        if one.new:
            self.values[one.value_id] = self.values[one.value_id]._replace(ended_at=self._now)
        else:
            self.ended.append((state.customer_id, one.value_id))

    def _add_late(self, state: RecordState, stated: StatedRecord) -> None:
        """What came after something newer was on record has ended already."""
        for value in stated.values:
            if not any(_says_the_same(one.stated, value) for one in state.current):
                self.late.append(self._row(state, value, stated.stated_at)._replace(ended_at=self._now))

    def _touch(self, state: RecordState, stated: StatedRecord) -> None:
        state.stated_at, state.verified = stated.stated_at, stated.verified
        self.records[state.key] = RecordRow(
            *state.key,
            state.customer_id,
            state.stated_at,
            state.verified,
            self._now,
            stated.name,
            _key_of(stated.name),
        )

    def _row(self, state: RecordState, value: StatedValue, stated_at: datetime) -> ValueRow:
        return ValueRow(
            state.customer_id,
            new_id(),
            *state.key,
            value.field,
            value.position,
            value.value,
            value.normal,
            stated_at,
            self._now,
            value.verified,
            None if value.judgement is None else _quality(value.judgement),
            None,
        )


def _says_the_same(one: StatedValue, other: StatedValue) -> bool:
    return (one.field, one.value, one.verified) == (other.field, other.value, other.verified)


def _quality(judgement: Judgement) -> str:
    return canonical_json({"verdict": judgement.verdict, "hint": judgement.hint})


@lru_cache(maxsize=4096)
def _key_of(name: str | None) -> str | None:
    return name_key(name) if name else None
