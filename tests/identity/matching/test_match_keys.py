"""The keys under which records meet."""

import pytest

from service.identity.matching.keys import KEY_FIELDS, MAX_KEYS, KeyKind, key_kind, match_keys
from service.identity.matching.model import NormalAddress, NormalPhone, NormalRecord
from tests.identity.matching.people import HOME, LINE, MOBILE, anna

_NOTHING: dict[str, object] = {"given": "", "family": "", "birth_date": "", "addresses": (), "phones": (), "emails": ()}


@pytest.mark.parametrize(
    ("kind", "shared"),
    [
        (KeyKind.PHONE, {"phones": (MOBILE,)}),
        (KeyKind.EMAIL, {"emails": ("wanderfalke77@example.de",)}),
        (KeyKind.MAILBOX, {"emails": ("wanderfalke77@example.at",)}),
        (KeyKind.PLACE_AND_BIRTH, {"birth_date": "19800312", "addresses": (HOME,)}),
        (KeyKind.NAME_AND_BIRTH, {"family": "mueller", "birth_date": "19800312"}),
        (KeyKind.NAME_AND_BIRTH, {"given": "anna", "birth_date": "19800312"}),
        (KeyKind.NAME_AND_BIRTH, {"family": "anna", "birth_date": "19800312"}),
        (KeyKind.NAME_AND_PLACE, {"family": "mueller", "addresses": (HOME,)}),
        (KeyKind.NAME_AND_PLACE, {"given": "anna", "addresses": (HOME,)}),
        (KeyKind.HOUSE, {"addresses": (HOME,)}),
        (KeyKind.NAMES, {"given": "anna", "family": "mueller"}),
    ],
)
def test_what_records_share_brings_them_together(kind: KeyKind, shared: dict[str, object]) -> None:
    shared_keys = {*match_keys(anna(**(_NOTHING | shared)))} & {*match_keys(anna())}
    assert kind in {key_kind(key) for key in shared_keys}


def test_names_in_the_wrong_order_meet() -> None:
    one, other = (
        anna(**_NOTHING | {"given": "anna", "family": "mueller"}),
        anna(**_NOTHING | {"given": "muller", "family": "anna"}),
    )
    assert {*match_keys(one)} == {*match_keys(other)} != set()


def test_every_word_of_a_double_name_brings_records_together() -> None:
    one, other = (
        anna(**_NOTHING | {"given": "anna", "family": "schulz mueller"}),
        anna(**_NOTHING | {"given": "anna", "family": "mueller"}),
    )
    assert {*match_keys(one)} & {*match_keys(other)}


def test_a_record_with_little_to_match_by_meets_others_like_it_by_a_name_alone() -> None:
    one, other = anna(**_NOTHING | {"given": "anna", "family": "zeitvogel"}), anna(**_NOTHING | {"family": "zeitvogel"})
    assert {key_kind(key) for key in {*match_keys(one)} & {*match_keys(other)}} == {KeyKind.NAME}


def test_every_kind_of_key_says_what_fields_it_is_made_of() -> None:
    assert set(KEY_FIELDS) == set(KeyKind)


def test_a_record_without_anything_to_match_by_has_no_keys() -> None:
    assert match_keys(NormalRecord()) == []


def test_keys_are_signed_64_bit_numbers_and_bounded() -> None:
    homes = tuple(NormalAddress("DE", str(code), "", "hauptstr", "1") for code in range(10000, 10050))
    phones = tuple(NormalPhone(str(number), is_mobile=False) for number in range(498912300, 498912400))
    keys = match_keys(anna(family="a b c d e f", addresses=homes, phones=(LINE, *phones), emails=("a@b.de",) * 50))
    assert len(keys) <= MAX_KEYS
    assert all(-(2**63) <= key < 2**63 for key in keys)
