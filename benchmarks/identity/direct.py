"""Matches without servers: the same normal forms, keys and weights, for measurements of speed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from benchmarks.identity.normal import MOST_SHARING
from service.identity.matching.keys import match_keys
from service.identity.matching.model import NormalRecord
from service.identity.matching.profile import Profile
from service.identity.matching.tables import shipped_tables
from service.identity.matching.weigh import NameFrequencies, Weigher

IndexPair = tuple[int, int]


def candidate_pairs(records: Sequence[NormalRecord]) -> Iterator[IndexPair]:
    """The pairs that meet under a key of not too many records, each once."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        for key in match_keys(record):
            holders[key].append(number)
    seen: set[IndexPair] = set()
    for together in holders.values():
        if len(together) <= MOST_SHARING:
            for pair in combinations(together, 2):
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def create_weigher(records: Sequence[NormalRecord], profiles: Sequence[Profile]) -> Weigher:
    """A weigher with the shipped tables and the frequencies of these records."""
    given = Counter(one.given for one in profiles if one.given)
    family = Counter(name for one in profiles if (name := one.family or one.organisation))
    frequencies = NameFrequencies(
        given=given,
        given_total=given.total(),
        family=family,
        family_total=family.total(),
        phones=Counter(phone.number for one in records for phone in one.phones),
        emails=Counter(email for one in records for email in one.emails),
    )
    return Weigher(shipped_tables(), frequencies, records=len(records))
