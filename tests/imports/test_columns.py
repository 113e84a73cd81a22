"""The columns that a CSV file may have, and what their cells mean."""

import pytest

from service.errors import InvalidInput
from service.identity.profile import CustomerInput
from service.imports.columns import Columns
from service.model.interaction import Interaction


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("NAME", "name"),
        (" Name ", "name"),
        ("Identity . EMail", "identity.email"),
        ("preferred channel", "preferred_channel"),
        ("\ufeffname", "name"),
    ],
)
def test_a_header_is_known_in_any_spelling(header, name):
    assert Columns(CustomerInput).parse_header([header]) == [name]


@pytest.mark.parametrize(("header", "name"), [("fact.orderNo", "fact.orderNo"), ("FACT.ORDER_NO", "fact.order_no")])
def test_a_fact_keeps_its_case_unless_all_is_in_capitals(header, name):
    assert Columns(Interaction).parse_header([header]) == [name]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["name", "identity.email", "Name"], "stands twice (columns 1 and 3)"),
        (["email"], "did you mean identity.email?"),
        (["identity.emial"], "did you mean identity.email"),
        (["zzz"], "there are "),
        (["", " "], "names no column"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused_before_anything_is_stored(header, said):
    with pytest.raises(InvalidInput) as refused:
        Columns(CustomerInput).parse_header(header)
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("cell", "verified"),
    [("TRUE", True), ("yes", True), ("1", True), ("no", False), ("False", False), ("wahr", "wahr")],
)
def test_whether_an_identity_is_verified_is_never_guessed(cell, verified):
    row = Columns.to_json({"identity.email": "a@x.de", "identity.email.verified": cell})
    assert row["identities"] == [{"kind": "email", "value": "a@x.de", "verified": verified}]


@pytest.mark.parametrize(("cell", "answered"), [("yes", True), (" No ", False), ("maybe", "maybe")])
def test_whether_a_concern_was_answered_is_never_guessed(cell, answered):
    assert Columns.to_json({"answered": cell}) == {"answered": answered}


def test_numbers_may_have_a_decimal_comma():
    assert Columns.to_json({"mood": "-0,6", "rating.value": "4.5"}) == {"mood": -0.6, "rating": {"value": 4.5}}
