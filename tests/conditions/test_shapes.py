"""What may be asked for: shapes that refuse what no till could honour."""

from decimal import Decimal

import msgspec
import pytest

from service.conditions.model import ConditionInput, ConditionPatch, RedemptionInput, Terms
from service.conditions.till import Basket
from service.model.vocabulary import Audience


@pytest.mark.parametrize(
    "terms",
    [
        "{}",
        '{"percent":20,"text":"and more"}',
        '{"amount":5}',
        '{"currency":"EUR"}',
        '{"percent":20,"currency":"EUR"}',
        '{"percent":100.01}',
        '{"percent":-1}',
        '{"percent":"NaN"}',
        '{"amount":1e400,"currency":"EUR"}',
        '{"amount":0.00001,"currency":"EUR"}',
        '{"amount":5,"currency":"eur"}',
        '{"amount":5,"currency":"EURO"}',
        '{"text":""}',
        '{"percent":null}',
        '{"per_cent":20}',
    ],
)
def test_terms_have_exactly_one_form_and_numbers_in_range(terms):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(terms, type=Terms)


@pytest.mark.parametrize(
    ("text", "amount"), [("0.1", "0.1"), ('"99.90"', "99.90"), ("1.2345", "1.2345"), ("500", "500")]
)
def test_money_is_exact_as_a_number_and_as_a_string(text, amount):
    terms = msgspec.json.decode(f'{{"amount":{text},"currency":"EUR"}}', type=Terms)
    assert terms.amount == Decimal(amount)


def test_partners_see_a_condition_only_when_they_are_named():
    wanted = msgspec.json.decode(b'{"title":"VIP","kind":"vip","terms":{"text":"Lounge"}}', type=ConditionInput)
    assert set(wanted.audiences) == {Audience.CONSOLE, Audience.STORE, Audience.BOT}


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (ConditionInput, '{"title":"","kind":"vip","terms":{"text":"x"}}'),
        (ConditionInput, '{"title":"x","kind":"gift","terms":{"text":"x"}}'),
        (ConditionInput, '{"title":"x","kind":"vip","terms":{"text":"x"},"audiences":[]}'),
        (ConditionInput, '{"title":"x","kind":"vip","terms":{"text":"x"},"max_uses":0}'),
        (ConditionInput, '{"title":"x","kind":"vip","terms":{"text":"x"},"valid_from":"2026-01-01T00:00:00"}'),
        (ConditionInput, '{"title":"x","kind":"vip","terms":{"text":"x"},"valid_from":"0001-01-01T00:00:00+14:00"}'),
        (ConditionInput, '{"title":"x","kind":"vip","terms":{"text":"x"},"scope":{"shops":[]}}'),
        (ConditionPatch, '{"title":null}'),
        (ConditionPatch, '{"valid_until":"9999-12-31T23:59:59-14:00"}'),
        (RedemptionInput, '{"receipt":"R-1","amount":-1,"currency":"EUR","store":"DE-042"}'),
        (RedemptionInput, '{"receipt":"","amount":1,"currency":"EUR","store":"DE-042"}'),
        (Basket, '{"currency":"EUR","lines":[]}'),
        (Basket, '{"currency":"EUR","lines":[{"sku":"1","qty":"Infinity"}]}'),
    ],
)
def test_what_no_till_could_honour_is_refused(shape, body):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=shape)


def test_a_patch_tells_absent_from_null():
    patch = msgspec.json.decode(b'{"valid_until":null}', type=ConditionPatch)
    assert patch.valid_until is None
    assert patch.contract is msgspec.UNSET
