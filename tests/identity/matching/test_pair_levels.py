"""How alike two records are."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from service.identity.matching.levels import address_level, born_level, compare
from service.identity.matching.model import NormalAddress, NormalPhone, NormalRecord
from service.identity.matching.names import family_level, given_level, name_levels
from service.identity.matching.profile import Profile, profile
from service.identity.matching.wording import FIELDS, LEVELS
from tests.identity.matching.people import HOME, LINE, MOBILE, compared

_NAMES = some.sampled_from(
    [
        "anna",
        "hanna",
        "anna",
        "lena",
        "maria",
        "marie",
        "mueller",
        "muller",
        "moller",
        "meier",
        "maier",
        "beck",
        "bek",
        "a",
        "m",
        "kiel",
    ]
)
_WORDS = some.lists(_NAMES | some.text("abcdeimnorstu", max_size=9), max_size=3).map(" ".join)
_DATES = some.sampled_from(["", "19800312", "19801203", "19800313", "19810312", "19550101", "19801111"])
_ADDRESSES = some.builds(
    NormalAddress,
    country=some.just("DE"),
    postal_code=some.sampled_from(["", "80331", "80313", "10115"]),
    town=some.sampled_from(["", "munchen", "berlin"]),
    street=some.sampled_from(["", "hauptstr", "haupstr", "ringstr"]),
    house=some.sampled_from(["", "1", "12"]),
)
_PHONES = some.builds(
    NormalPhone, number=some.sampled_from(["4917112345", "4917112346", "498912345"]), is_mobile=some.booleans()
)
_EMAILS = some.sampled_from(
    ["anna.muller@a.de", "anna.muller@b.de", "muller@a.de", "falke@a.de", "falke@b.at", "falk@a.de"]
)
_IDENTITIES = some.sampled_from(
    ["customer_number:4711", "customer_number:4712", "loyalty_card:4711", "loyalty_card:99"]
)
_RECORDS = some.builds(
    NormalRecord,
    given=_WORDS,
    family=_WORDS,
    generation=some.sampled_from(["", "jun", "sen"]),
    birth_date=_DATES,
    addresses=some.lists(_ADDRESSES, max_size=3).map(tuple),
    phones=some.lists(_PHONES, max_size=3).map(tuple),
    emails=some.lists(_EMAILS, max_size=3).map(tuple),
    former=_WORDS,
    identities=some.lists(_IDENTITIES, max_size=2).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(_RECORDS, _RECORDS)
def test_it_does_not_matter_which_record_comes_first(one: NormalRecord, other: NormalRecord) -> None:
    found = compare(profile(one), profile(other))
    assert found == compare(profile(other), profile(one))
    assert all(-1 <= level < len(LEVELS[name]) for name, level in zip(FIELDS, found, strict=True))


@given(_RECORDS)
def test_what_is_compared_can_be_stored(record: NormalRecord) -> None:
    stored = msgspec.msgpack.encode([profile(record)])
    assert msgspec.msgpack.decode(stored, type=list[Profile]) == [profile(record)]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("anna", "anna", "same"),
        ("anna", "anna lena", "variant"),
        ("a", "anna", "initial"),
        ("a", "berta", "different"),
        ("stephan", "stefan", "variant"),
        ("steffi", "stephanie", "variant"),
        ("martina", "bine", "different"),
        ("berta", "bertha", "alike"),
        ("jack", "hugh", "different"),
        ("anna", "peter", "different"),
    ],
)
def test_given_names(one: str, other: str, level: str) -> None:
    assert LEVELS["given"][given_level(one, other)][0] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("meier", "meier", "same"),
        ("meier", "maier", "alike"),
        ("schmidt", "schmitd", "alike"),
        ("meier", "meier schulz", "part"),
        ("schulz", "meier schulz", "part"),
        ("neumann", "naumberg", "different"),
    ],
)
def test_family_names(one: str, other: str, level: str) -> None:
    assert LEVELS["family"][family_level(one, other)][0] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("19800312", "19800312", "same"),
        ("19800312", "19801203", "slip"),
        ("19800312", "19800313", "slip"),
        ("19800312", "19800323", "two_slips"),
        ("19800312", "19810313", "near"),
        ("19800312", "19800727", "same_year"),
        ("19800312", "19551101", "different"),
    ],
)
def test_birth_dates(one: str, other: str, level: str) -> None:
    assert LEVELS["born"][born_level(one, other)][0] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("baeckerei berger", "baeckerei berger", "same"),
        ("baeckerei berger", "baeckerei bergner", "alike"),
        ("baeckerei berger", "berger", "part"),
        ("baeckerei berger", "baeckerei hansen", "different"),
        ("baeckerei berger", "zimmerei hansen", "different"),
    ],
)
def test_organisations(one: str, other: str, level: str) -> None:
    firms = [compared(given="", family="", organisation=name) for name in (one, other)]
    assert LEVELS["family"][compare(*firms)[1]][0] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("falke77@example.de", "falke77@example.de", "same"),
        ("falke77@example.de", "falke77@example.at", "slip"),
        ("falke77@example.de", "falke77@elsewhere.de", "local_part"),
        ("falke77@example.de", "falek77@exampel.de", "slip"),
        ("falke77@example.de", "amsel@example.de", "different"),
    ],
)
def test_mailboxes(one: str, other: str, level: str) -> None:
    assert LEVELS["email"][compare(compared(emails=(one,)), compared(emails=(other,)))[5]][0] == level


def test_british_postal_codes_of_one_district_are_near() -> None:
    one, other = (NormalAddress("GB", code, "", "", "") for code in ("np76lx", "np75ab"))
    assert LEVELS["address"][address_level(one, other)][0] == "other_street"


def test_one_name_alone_is_compared_with_both_names() -> None:
    assert name_levels("newstead", "", "robert", "newstead") == (-1, 0)


def test_a_name_in_the_wrong_order_agrees() -> None:
    assert name_levels("anna", "kowalski", "kowalski", "anna") == (0, 0)


def test_a_name_that_is_missing_is_unknown() -> None:
    assert compare(compared(given=""), compared())[:2] == (-1, 0)


def test_the_best_pair_of_several_values_counts() -> None:
    other = NormalAddress(country="DE", postal_code="10115", town="berlin", street="ringstr", house="3")
    found = compare(compared(addresses=(other, HOME), phones=(LINE, MOBILE)), compared())
    assert [LEVELS[name][found[FIELDS.index(name)]][0] for name in ("address", "phone")] == [
        "same_house",
        "same_mobile",
    ]


def test_two_mailboxes_that_only_spell_the_name_say_nothing() -> None:
    one, other = compared(emails=("anna.mueller@gmx.de",)), compared(emails=("mueller@web.de",))
    assert compare(one, other)[FIELDS.index("email")] == -1


def test_a_maiden_name_agrees_with_the_name_from_before_the_wedding() -> None:
    wed, before = compared(family="schulz", former="mueller"), compared()
    assert compare(wed, before)[1] == compare(before, wed)[1] == 0


def test_father_and_son_of_one_name_are_told_apart() -> None:
    levels = [
        compare(compared(generation=one), compared(generation=other))[0] for one, other in [("jun", "sen"), ("jun", "")]
    ]
    assert [LEVELS["given"][level][0] for level in levels] == ["two_generations", "one_generation"]
