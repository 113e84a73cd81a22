"""Tables learned from pairs without labels."""

import random

import msgspec
import pytest

from service.identity.matching.keys import KeyKind
from service.identity.matching.learn import LevelCounts, learn_tables, refusal
from service.identity.matching.tables import FieldTable, MatchTables, read_tables, shipped_tables, write_tables
from service.identity.matching.wording import FIELDS

_BY_KEYS = (KeyKind.PHONE, KeyKind.HOUSE)


def drawn(tables: MatchTables, people: int, homes: int, strangers: int, seed: int) -> LevelCounts:
    """Pairs as the tables say, drawn by chance."""
    dice, counts = random.Random(seed), LevelCounts()
    fields = [tables.fields[name] for name in FIELDS]
    columns = [[field.person for field in fields], [field.household for field in fields], [f.stranger for f in fields]]
    for column, pairs in zip(columns, (people, homes, strangers), strict=True):
        for _ in range(pairs):
            counts.add(tuple(dice.choices(range(len(shares)), shares)[0] for shares in column), _BY_KEYS)
    return counts


@pytest.mark.parametrize("seed", range(10))
def test_the_household_class_stays_alive(seed: int) -> None:
    proposal = learn_tables(drawn(shipped_tables(), 400, 60, 2000, seed), shipped_tables(), records=1000)
    assert proposal.refusal is None
    assert proposal.tables.fields["given"].household[4] > 0.9
    assert 0.04 < proposal.tables.household < 0.3


def test_what_the_records_at_hand_are_like_is_learned() -> None:
    given = shipped_tables().fields["given"]
    here = msgspec.structs.replace(given, person=(0.5, 0.3, 0.05, 0.1, 0.04, 0.005, 0.005))
    truth = msgspec.structs.replace(shipped_tables(), fields=shipped_tables().fields | {"given": here})
    learned = learn_tables(drawn(truth, 2000, 300, 3000, 3), shipped_tables(), records=3000).tables
    assert learned.fields["given"].person[:2] == pytest.approx((0.5, 0.3), abs=0.05)
    assert learned.person == pytest.approx(2 * 2000 / 3000, rel=0.1)
    assert learned.fields["given"].stranger == given.stranger


def test_a_field_is_not_learned_from_pairs_that_its_own_key_brought_together() -> None:
    counts, tables = LevelCounts(), shipped_tables()
    counts.add((0, 0, 0, 0, 0, -1, -1), [KeyKind.PHONE], 5000)
    learned = learn_tables(counts, tables, records=3000).tables
    assert learned.fields["phone"].person == pytest.approx(tables.fields["phone"].person, rel=1e-3)
    assert learned.fields["given"].person[0] > 0.99


def test_a_household_of_people_with_one_given_name_is_refused() -> None:
    given = shipped_tables().fields["given"]
    same = FieldTable(person=given.person, household=given.person, stranger=given.stranger)
    assert refusal(msgspec.structs.replace(shipped_tables(), fields=shipped_tables().fields | {"given": same}))
    assert refusal(shipped_tables()) is None


def test_tables_are_read_as_they_were_written() -> None:
    assert read_tables(write_tables(shipped_tables())) == shipped_tables()


def test_tables_that_lack_a_level_are_refused() -> None:
    text = write_tables(shipped_tables()).replace(b'"given"', b'"first"')
    with pytest.raises(msgspec.ValidationError, match="need the fields"):
        read_tables(text)
