"""In what two customers disagree, and which sources would hear of their golden record; pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from uuid import UUID

from service.identity.customers import ExclusiveValue
from service.identity.golden.model import Candidate, SurvivorshipRule
from service.identity.golden.survive import Choice
from service.resolution.model import MergeConflict, ToldRecord
from service.resolution.playback.news import RecordName, compare_record

_NAME_PARTS = {"given", "family"}


def different_values(here: Mapping[str, Choice], there: Mapping[str, Choice]) -> Iterator[MergeConflict]:
    """The fields with one value each of which the two choices share no spelling."""
    shared = here.keys() & there.keys()
    for field in sorted(shared - ({"full"} if shared >= _NAME_PARTS else set())):
        mine, theirs = here[field], there[field]
        if mine.rule is not SurvivorshipRule.ALL and mine.values[0].keys().isdisjoint(theirs.values[0].keys()):
            yield MergeConflict(
                field=field, here=[mine.values[0].best.value], there=[theirs.values[0].best.value], exclusive=False
            )


def different_exclusive_values(values: Iterable[ExclusiveValue], here: Collection[UUID]) -> Iterator[MergeConflict]:
    """The groups of which the members `here` have other values than the others."""
    groups: dict[str, tuple[set[str], set[str]]] = {}
    for one in values:
        mine, theirs = groups.setdefault(one.group, (set(), set()))
        (mine if one.customer_id in here else theirs).add(one.value)
    for group, (mine, theirs) in sorted(groups.items()):
        if mine and theirs and mine != theirs:
            yield MergeConflict(
                field=group.removesuffix(":"), here=[*sorted(mine)], there=[*sorted(theirs)], exclusive=True
            )


def told_records(
    statements: Iterable[Candidate], before: Mapping[str, Choice], after: Mapping[str, Choice]
) -> list[ToldRecord]:
    """The records of a customer with something to learn when its golden record changes."""
    records = {(one.source, one.external_id) for one in statements if one.external_id is not None}
    return sorted(
        ToldRecord(source=source, external_id=external_id)
        for source, external_id in records
        if _has_news((source, external_id), before, after)
    )


def _has_news(record: RecordName, before: Mapping[str, Choice], after: Mapping[str, Choice]) -> bool:
    told, _ = compare_record(record, before, {})
    return compare_record(record, after, told)[1]
