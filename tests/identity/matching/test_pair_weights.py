"""How likely two records speak of one person."""

import pytest

from service.identity.matching.model import NormalAddress
from service.identity.matching.profile import Profile
from service.identity.matching.tables import shipped_tables
from service.identity.matching.weigh import MatchStrength, NameFrequencies, Weigher
from tests.identity.matching.people import HOME, LINE, MOBILE, compared

WEIGHER = Weigher(shipped_tables(), NameFrequencies(), records=100_000)
_BARE: dict[str, object] = {"birth_date": "", "addresses": (), "phones": (), "emails": ()}


def test_the_same_record_twice_is_one_person() -> None:
    assert WEIGHER.weigh(compared(), compared()).strength is MatchStrength.STRONG


def test_husband_and_wife_at_one_address_with_one_line_are_a_household() -> None:
    wife = compared(**_BARE | {"addresses": (HOME,), "phones": (LINE,)})
    husband = compared(**_BARE | {"addresses": (HOME,), "phones": (LINE,), "given": "karl"})
    score = WEIGHER.weigh(wife, husband)
    assert score.strength is MatchStrength.HOUSEHOLD
    assert score.p < 0.2


def test_two_records_of_one_common_name_are_no_suggestion() -> None:
    names = NameFrequencies(given={"anna": 900}, given_total=100_000, family={"muller": 900}, family_total=100_000)
    one = compared(**_BARE)
    assert Weigher(shipped_tables(), names, records=100_000).weigh(one, one).strength is None


def test_a_birth_date_that_stands_for_nothing_known_says_less() -> None:
    dates = NameFrequencies(born={"19800312": 5000}, born_total=100_000)
    one = compared(**_BARE | {"birth_date": "19800312"})
    assert Weigher(shipped_tables(), dates, records=100_000).weigh(one, one).p < WEIGHER.weigh(one, one).p


def test_father_and_son_of_one_name_are_not_one_person() -> None:
    father = compared(**_BARE | {"addresses": (HOME,), "phones": (LINE,), "generation": "sen"})
    son = compared(**_BARE | {"addresses": (HOME,), "phones": (LINE,), "generation": "jun"})
    assert WEIGHER.weigh(father, son).p < 0.5


def test_a_person_is_never_an_organisation() -> None:
    firm = compared(given="", family="", organisation="mueller gmbh")
    assert WEIGHER.weigh(compared(), firm).p == 0
    assert WEIGHER.weigh(firm, firm).strength is not MatchStrength.HOUSEHOLD


@pytest.mark.parametrize(
    "both",
    [{"emails": ("falke@example.de",)}, {"phones": (MOBILE,)}, {"birth_date": "19800312", "addresses": (HOME,)}],
)
def test_one_kind_of_evidence_beside_the_name_is_strong(both: dict[str, object]) -> None:
    assert WEIGHER.weigh(compared(**_BARE | both), compared(**_BARE | both)).strength is MatchStrength.STRONG


def test_a_mailbox_that_only_spells_the_name_is_no_evidence_beside_the_name() -> None:
    one = compared(**_BARE | {"emails": ("anna.mueller@example.de",)})
    assert WEIGHER.weigh(one, one).strength is MatchStrength.LIKELY


def test_another_family_name_is_never_strong() -> None:
    one, other = compared(), compared(family="oppenheimer")
    assert WEIGHER.weigh(one, other).strength is MatchStrength.LIKELY


def test_an_identity_that_both_state_says_much() -> None:
    one = compared(**_BARE | {"identities": ("customer_number:4711",)})
    assert WEIGHER.weigh(one, one).strength is MatchStrength.STRONG
    assert WEIGHER.weigh(one, compared(**_BARE | {"identities": ("loyalty_card:4711",)})).levels[-1] == -1


def test_a_rare_name_says_more_than_a_common_one() -> None:
    names = NameFrequencies(family={"mueller": 9000, "muller": 9000, "zeitvogel": 2}, family_total=1_000_000)
    weigher = Weigher(shipped_tables(), names, records=1_000_000)
    common, rare = compared(**_BARE), compared(**_BARE | {"family": "zeitvogel"})
    assert weigher.weigh(rare, rare).p > weigher.weigh(common, common).p


def test_a_value_that_many_share_loses_its_weight() -> None:
    shared = NameFrequencies(phones={LINE.number: 40})
    one = compared(**_BARE | {"phones": (LINE,)})
    assert Weigher(shipped_tables(), shared, records=100_000).weigh(one, one).p < WEIGHER.weigh(one, one).p


def test_two_firms_that_both_have_an_office_mailbox_are_not_alike() -> None:
    one, other = (
        compared(given="", family="", organisation=f"zimmerei {name}", emails=(f"office@{name}.de",))
        for name in ("berg", "hansen")
    )
    assert WEIGHER.weigh(one, other).levels[5] == -1


def test_a_postal_code_that_most_customers_share_says_little() -> None:
    village = NameFrequencies(places={"80331": 90_000}, place_total=100_000)
    street = NormalAddress(country="DE", postal_code="80331", town="munchen", street="", house="")
    one = compared(**_BARE | {"addresses": (street,)})
    assert Weigher(shipped_tables(), village, records=100_000).weigh(one, one).p < WEIGHER.weigh(one, one).p


@pytest.mark.parametrize(
    ("both", "owners"),
    [
        ({"phones": (LINE,)}, {"phones": {LINE.number: 101}}),
        ({"emails": ("falke@example.de",)}, {"emails": {"falke@example.de": 101}}),
    ],
)
def test_a_value_that_more_than_a_hundred_share_is_no_evidence(
    both: dict[str, object], owners: dict[str, dict[str, int]]
) -> None:
    one, bare = compared(**_BARE | both), compared(**_BARE)
    shared = Weigher(shipped_tables(), NameFrequencies(**owners), records=100_000).weigh(one, one)  # type: ignore[arg-type]
    assert shared.p == WEIGHER.weigh(bare, bare).p
    assert not any(reason.field in {"phone", "email"} for reason in shared.reasons)


def test_reasons_say_what_speaks_for_and_against() -> None:
    score = WEIGHER.weigh(compared(), compared(birth_date="19911224"))
    said = {reason.field: (reason.level, reason.bits > 0) for reason in score.reasons}
    assert said["born"] == ("different", False)
    assert said["phone"] == ("same_mobile", True)


def test_the_best_pair_of_records_counts_for_two_customers() -> None:
    unlike = compared(given="karl", family="beck", birth_date="19550101")
    assert WEIGHER.weigh_all([unlike, compared()], [compared()]) == WEIGHER.weigh(compared(), compared())
    assert _nothing([], [compared()])


def _nothing(ones: list[Profile], others: list[Profile]) -> bool:
    return WEIGHER.weigh_all(ones, others).strength is None
