"""Which of several statements about a person stands."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from service.identity.golden.model import Candidate, FieldRule, SurvivorshipRule, Value
from service.identity.golden.own import FactStatement, MemberStatement, known_values, own_candidates
from service.identity.golden.survive import choose_golden, golden_fields

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
RULES = {rule: {"family": FieldRule(rule=rule)} for rule in SurvivorshipRule}


def stated(
    value: Value,
    *,
    field: str = "family",
    source: str = "shop",
    record: str = "1",
    day: int = 0,
    verified: bool = False,
    pinned: bool = False,
    trust: int = 50,
    normal: str = "",
) -> Candidate:
    return Candidate(
        field=field,
        value=value,
        normal=normal,
        source=source,
        external_id=None if pinned else record,
        stated_at=BEGAN + timedelta(days=day),
        verified=verified,
        pinned=pinned,
        trust=trust,
    )


def standing(*candidates: Candidate, rules: dict[str, FieldRule] | None = None, field: str = "family") -> Value:
    return choose_golden(candidates, rules or {})[field].values[0].best.value


OLD = stated("Maier", source="crm", day=1, trust=80)
NEW = stated("Meyer-Schmidt", source="shop", day=9)
TWICE = (stated("Mayr", source="till", day=5), stated("MAYR", source="hotline", day=4))


@pytest.mark.parametrize(
    ("rule", "stands"),
    [
        (SurvivorshipRule.RECENT, "Meyer-Schmidt"),
        (SurvivorshipRule.TRUSTED, "Maier"),
        (SurvivorshipRule.FREQUENT, "Mayr"),
        (SurvivorshipRule.LONGEST, "Meyer-Schmidt"),
        (SurvivorshipRule.OLDEST, "Maier"),
        (SurvivorshipRule.ALL, "Meyer-Schmidt"),
    ],
)
def test_each_rule_chooses_its_own_family_name(rule: SurvivorshipRule, stands: str) -> None:
    assert standing(OLD, NEW, *TWICE, rules=RULES[rule]) == stands


@pytest.mark.parametrize("rule", SurvivorshipRule)
def test_what_is_verified_stands_above_every_rule_and_what_is_pinned_above_that(rule: SurvivorshipRule) -> None:
    proven = stated("Proven", source="till", day=5, verified=True)
    assert standing(OLD, NEW, *TWICE, proven, rules=RULES[rule]) == "Proven"
    assert standing(OLD, NEW, proven, stated("Pinned", pinned=True), rules=RULES[rule]) == "Pinned"


def test_the_order_of_sources_stands_above_their_trust() -> None:
    rules = {"family": FieldRule(rule=SurvivorshipRule.TRUSTED, sources=("till", "shop"))}
    assert standing(OLD, NEW, *TWICE, rules=rules) == "Mayr"


@pytest.mark.parametrize(
    ("field", "best", "others"),
    [
        ("family", "Müller", ["MÜLLER", "müller", "MÃ¼ller"]),
        ("full", "Anna Müller", ["Müller, Anna", "ANNA MÜLLER"]),
        ("phone", "+4930123456", ["030 123456", "0049 30 123456"]),
        ("birth_date", "1970-05-06", ["06.05.1970"]),
    ],
)
def test_one_value_in_several_spellings_is_shown_in_the_best_one(field: str, best: str, others: list[str]) -> None:
    said = [
        stated(value, field=field, record=str(day), day=day, normal="n") for day, value in enumerate([best, *others])
    ]
    choice = choose_golden(said, {})[field]
    assert (len(choice.values), choice.values[0].best.value, choice.reason()) == (1, best, "only")


def test_an_empty_value_never_stands() -> None:
    assert standing(stated("Maier"), stated("  ", day=9, verified=True)) == "Maier"
    assert "address" not in choose_golden([stated({"country": " "}, field="address")], {})


@pytest.mark.parametrize(
    "part", [{"postal-code": "80331"}, {"country": "DE"}, {"address-level2": "Köln", "country": "DE"}]
)
@pytest.mark.parametrize("verified", [False, True])
def test_an_address_is_one_block_and_a_part_of_one_does_not_replace_it(part: dict[str, str], *, verified: bool) -> None:
    home = {"street-address": "Ring 1", "postal-code": "10115", "address-level2": "Berlin"}
    later = stated(part, field="address", day=9, verified=verified)
    assert standing(stated(home, field="address"), later, field="address") == home
    assert standing(later, field="address") == part


def test_a_placeholder_number_stands_only_alone() -> None:
    placeholder, number = stated("000000", field="phone", day=9), stated("+4930123456", field="phone", normal="n")
    assert standing(placeholder, number, field="phone") == "+4930123456"
    assert standing(placeholder, field="phone") == "000000"


def test_given_and_family_name_come_from_one_record() -> None:
    said = [
        stated("Anna", field="given", record="1", day=1),
        stated("Maier", field="family", record="1", day=8),
        stated("Berta", field="given", record="2", day=5),
        stated("Huber", field="family", record="2", day=5),
    ]
    golden = golden_fields(choose_golden(said, {}))
    assert [golden[field].value for field in ("given", "family")] == ["Anna", "Maier"]
    rules = {"given": FieldRule(rule=SurvivorshipRule.RECENT)}
    assert standing(*said, rules=rules, field="given") == "Berta"


def test_the_whole_name_follows_its_parts_and_a_pinned_part() -> None:
    said = [stated("Anna", field="given"), stated("Maier")]
    assert standing(*said, field="full") == "Anna Maier"
    assert standing(*said, stated("Huber", pinned=True), field="full") == "Anna Huber"
    assert standing(*said, stated("Dr. Anna Maier", field="full", pinned=True), field="full") == "Dr. Anna Maier"


def test_what_the_customer_told_us_is_among_the_candidates_and_what_a_person_vouched_for_stands() -> None:
    member = MemberStatement(customer_id=UUID(int=1), name="Anna Alt", language="de", since=BEGAN)
    facts = [
        FactStatement(name="bday", value=Raw(b'"1970-05-06"'), source="form", at=BEGAN, verified=False, vouched=True),
        FactStatement(name="postal-code", value=Raw(b"10115"), source="form", at=BEGAN, verified=False),
        FactStatement(name="street-address", value=Raw(b'"Ring 1"'), source="form", at=BEGAN, verified=False),
    ]
    said = [*own_candidates([member], facts, []), stated("1980-01-02", field="birth_date", verified=True)]
    golden = golden_fields(choose_golden(said, {}))
    assert golden["address"].value == {"postal-code": "10115", "street-address": "Ring 1"}
    assert (golden["birth_date"].value, golden["birth_date"].rule) == ("1970-05-06", "vouched")
    assert golden["full"].value == "Anna Alt"
    assert golden["language"].value == "de"


def test_facts_follow_what_stands_unless_it_is_a_fact_itself() -> None:
    fact = FactStatement(name="tel", value=Raw(b'"+4930999999"'), source="form", at=BEGAN, verified=True)
    said = [*own_candidates([], [fact], []), stated("Maier"), stated("+4930123456", field="phone", normal="n")]
    said.append(stated({"street-address": "Ring 1"}, field="address"))
    known = {name: value for name, value, _ in known_values(choose_golden(said, {}))}
    assert known == {
        "family-name": "Maier",
        "street-address": "Ring 1",
        "postal-code": None,
        "address-level2": None,
        "country": None,
    }


VALUES = st.builds(
    stated,
    st.sampled_from(["Maier", "MAIER", "Meyer", "Mayr", "maier "]),
    field=st.sampled_from(["given", "family", "full"]),
    source=st.sampled_from(["crm", "shop"]),
    record=st.sampled_from(["1", "2"]),
    day=st.integers(0, 3),
    verified=st.booleans(),
    normal=st.sampled_from(["", "maier"]),
)


@given(st.lists(VALUES, max_size=8).flatmap(lambda said: st.tuples(st.just(said), st.permutations(said))))
def test_the_order_in_which_statements_come_decides_nothing(pair: tuple[list[Candidate], list[Candidate]]) -> None:
    said, shuffled = pair
    for rules in RULES.values():
        assert golden_fields(choose_golden(said, rules)) == golden_fields(choose_golden(shuffled, rules))
