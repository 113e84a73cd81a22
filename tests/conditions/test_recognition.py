"""Names said at a till: who is meant, what is hinted, and which answers confirm."""

import pytest

from service.conditions.name_matching import (
    ConfirmationAnswers,
    NameMatch,
    best_name_matches,
    candidate_hint,
    confirmation_factors,
    confirms_answer,
)
from service.conditions.till import ConfirmationFactor
from service.model.ids import new_id
from service.model.names import name_key
from tests.conditions.examples import NOW


def somebody(name, customer_id=None):
    return NameMatch(customer_id=customer_id or new_id(), name_key=name_key(name), name=name, language="de", since=NOW)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Anna Müller", "Anna Müller"),
        ("anna mueller", "Anna Müller"),
        ("Müller, Anna", "Anna Müller"),
        ("Anna Müler", "Anna Müller"),
        ("Anna Mayer", "Anna Meier"),
        ("Klaus Schneidr", "Claus Schneider"),
        ("Anna Müller", "Anna Maria Müller-Lüdenscheidt"),
        ("Frau Dr. Anna Müller", "Anna Müller"),
        ("Müller", "Anna Müller"),
    ],
)
def test_a_name_is_found_however_it_is_said(said, meant):
    assert [one.name for one in best_name_matches(name_key(said), [somebody(meant)])] == [meant]


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("Anna Müller", "Anna Schmidt"),
        ("Anna Müller", "Peter Müller"),
        ("Anna", "Anna Müller"),
        ("Xaver", "Anna Müller"),
    ],
)
def test_somebody_else_is_not_meant(said, other):
    assert best_name_matches(name_key(said), [somebody(other)]) == []


def test_the_likest_come_first():
    same = [somebody("Anna Müller") for _ in range(4)]
    like = [somebody("Anna Maria Müller"), somebody("Anna Muller-Schmidt"), somebody("Hanna Müller")]
    found = best_name_matches(name_key("Anna Müller"), like + same)
    assert found[:4] == same
    assert len(found) == 7


def test_a_customer_known_by_two_names_is_one_candidate():
    customer_id = new_id()
    names = [somebody("Anna Müller", customer_id), somebody("Anna Müller-Schmidt", customer_id)]
    assert len(best_name_matches(name_key("Anna Müller"), names)) == 1


def test_a_hint_is_initials_year_and_language():
    assert candidate_hint(somebody("Anna-Lena Müller")) == "A. L. M., customer since 2026, de"


KNOWN = ConfirmationAnswers(
    postal_code="SW1A 1AA", birth_date="1985-12-24", phones=("+491711234567", "+4971112340042", "+4930901820;ext=77")
)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (ConfirmationFactor.POSTAL_CODE, "sw1a1aa"),
        (ConfirmationFactor.POSTAL_CODE, " SW1A-1AA "),
        (ConfirmationFactor.PHONE_LAST4, "4567"),
        (ConfirmationFactor.PHONE_LAST4, "00 42"),
        (ConfirmationFactor.PHONE_LAST4, "1820"),
        (ConfirmationFactor.BIRTH_DATE, "1985-12-24"),
        (ConfirmationFactor.BIRTH_DATE, "24.12.1985"),
        (ConfirmationFactor.BIRTH_DATE, "24. 12. 1985"),
        (ConfirmationFactor.BIRTH_DATE, "24/12/1985"),
    ],
)
def test_the_right_answer_confirms_in_any_spelling(factor, said):
    assert confirms_answer(KNOWN, factor, said)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (ConfirmationFactor.POSTAL_CODE, "SW1A 1AB"),
        (ConfirmationFactor.POSTAL_CODE, "-"),
        (ConfirmationFactor.PHONE_LAST4, "567"),
        (ConfirmationFactor.PHONE_LAST4, "+491711234567"),
        (ConfirmationFactor.PHONE_LAST4, "none"),
        (ConfirmationFactor.BIRTH_DATE, "12/24/1985"),
        (ConfirmationFactor.BIRTH_DATE, "31.02.1985"),
        (ConfirmationFactor.BIRTH_DATE, "1985"),
        (ConfirmationFactor.BIRTH_DATE, "٢٤.١٢.x"),
    ],
)
def test_a_wrong_answer_does_not_confirm(factor, said):
    assert not confirms_answer(KNOWN, factor, said)


@pytest.mark.parametrize(
    ("told", "said"), [("70173", "D-70173"), ("DE-70173", "70173"), (70173, "70173"), ("D - 70173", "70 173")]
)
def test_a_postal_code_is_the_same_with_and_without_its_country(told, said):
    assert confirms_answer(ConfirmationAnswers(postal_code=told), ConfirmationFactor.POSTAL_CODE, said)


@pytest.mark.parametrize(
    "answers",
    [
        ConfirmationAnswers(),
        ConfirmationAnswers(postal_code="", birth_date="", phones=()),
        ConfirmationAnswers(postal_code=None, birth_date="in spring"),
        ConfirmationAnswers(postal_code={"value": "70173"}, birth_date=["1985-12-24"]),
        ConfirmationAnswers(postal_code=True, birth_date=19),
    ],
)
def test_what_is_not_known_is_not_asked_and_confirms_nothing(answers):
    assert confirmation_factors(answers) == {}
    assert not any(
        confirms_answer(answers, factor, said) for factor in ConfirmationFactor for said in ("", "None", "1985-12-24")
    )


def test_what_is_known_is_offered_in_a_fixed_order():
    assert list(confirmation_factors(KNOWN)) == [
        ConfirmationFactor.POSTAL_CODE,
        ConfirmationFactor.PHONE_LAST4,
        ConfirmationFactor.BIRTH_DATE,
    ]
    assert list(confirmation_factors(ConfirmationAnswers(birth_date="24.12.1985"))) == [ConfirmationFactor.BIRTH_DATE]
