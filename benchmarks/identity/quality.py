"""How good the matches of a set of people are, in one answer."""

from collections.abc import Sequence
from time import perf_counter

from msgspec import Struct

from benchmarks.identity.files import PeopleSet
from benchmarks.identity.metrics import (
    LIKELY_P,
    FoundPair,
    GroupQuality,
    PairQuality,
    Share,
    measure_groups,
    measure_households,
    measure_pairs,
    measure_strength,
)
from benchmarks.identity.normal import normal_forms, pairs_in_contact
from benchmarks.identity.served import match_by_service
from service.identity.matching.groups import group_pairs


class MatchQuality(Struct, frozen=True, kw_only=True):
    """What is measured of one set."""

    pairs: PairQuality
    groups: GroupQuality
    strong: Share
    household: Share | None
    """None if the truth knows no households."""
    seconds: float
    """Import and resolving together, on servers that were started for it."""
    records: int


def measure_set(people: PeopleSet, region: str) -> MatchQuality:
    """Import, resolve and measure."""
    began = perf_counter()
    found = match_by_service(people.rows, region)
    return judge(people, found, region, seconds=perf_counter() - began)


def judge(people: PeopleSet, found: Sequence[FoundPair], region: str, *, seconds: float) -> MatchQuality:
    """The quality of matches."""
    household = None
    if people.truth.households:
        contacts = pairs_in_contact(people.rows, normal_forms(people.rows, region))
        household = measure_households(found, people.truth, contacts)
    return MatchQuality(
        pairs=measure_pairs(found, people.truth),
        groups=measure_groups(group_pairs([one[:3] for one in found if one.p >= LIKELY_P]), people.truth),
        strong=measure_strength(found, people.truth, "strong"),
        household=household,
        seconds=seconds,
        records=len(people.rows),
    )
