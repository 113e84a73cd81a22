"""Money at the till: exact decimals, as many as the currency has, and what is finer is refused in words."""

from decimal import Decimal

import pytest

from service.conditions.money import decimals_of

DISCOUNT = {"title": "Voucher", "kind": "discount", "terms": {"amount": 5.005, "currency": "EUR"}}


@pytest.fixture
async def redeem(shop, new_customer):
    """A function that redeems a condition by the text of an amount, under a receipt of its own each time."""
    condition = await shop.grant(await new_customer())
    path = f"/v1/conditions/{condition['id']}/redemptions"

    async def send(amount: str, currency: str, receipt: str | None = None):
        text = f'{{"receipt":"{receipt or amount + currency}","amount":{amount},"currency":"{currency}"}}'
        return await shop.desk("till 42").post(path, content=text)

    return send


@pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("RSD", 2)])
def test_a_currency_has_the_decimals_of_iso_4217(currency, decimals):
    assert decimals_of(currency) == decimals


async def test_an_amount_stays_exact_from_the_till_to_the_answer(redeem):
    for amount in ("0.1", "19.90", "100000000000.01", "999999999999.99"):
        answer = await redeem(amount, "EUR")
        assert f'"amount":{amount},' in answer.text
    assert '"amount":1.005,' in (await redeem("1.005", "KWD")).text
    assert '"amount":1500,' in (await redeem("1500", "JPY")).text


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("19.985", "EUR", "An amount in EUR has at most 2 decimals: round it before you send it."),
        ("59.940000000000005", "EUR", "Expected at most 4 decimals in `amount`"),
        ("99.5", "JPY", "An amount in JPY has no decimals: round it before you send it."),
        ("1.0005", "KWD", "An amount in KWD has at most 3 decimals: round it before you send it."),
    ],
)
async def test_more_decimals_than_the_currency_has_are_refused_in_words(redeem, amount, currency, message):
    answer = await redeem(amount, currency)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-input")
    assert answer.json()["detail"] == message


async def test_zeros_at_the_end_are_no_further_decimals_and_make_no_other_amount(redeem):
    first = await redeem("19.9800", "EUR", "R-1")
    again = await redeem("19.98", "EUR", "R-1")
    assert (first.status_code, again.status_code, again.headers["idempotent-replayed"]) == (201, 201, "true")
    assert [(await redeem(zeros, "JPY")).status_code for zeros in ("1500.00", "0.0000000", "0e-99999")] == [
        201,
        201,
        400,
    ]


async def test_a_voucher_has_the_decimals_of_its_currency_and_the_price_of_a_unit_may_be_finer(shop, new_customer):
    console, path = shop.desk("console"), f"/v1/customers/{await new_customer()}/conditions"
    refused = await console.post(path, json=DISCOUNT, headers={"idempotency-key": "k-1"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "terms.amount")
    fuel = await console.post(path, json=DISCOUNT | {"kind": "price"}, headers={"idempotency-key": "k-2"})
    assert (fuel.status_code, Decimal(str(fuel.json()["terms"]["amount"]))) == (201, Decimal("5.005"))
    changed = await console.patch(f"/v1/conditions/{fuel.json()['id']}", json={"kind": "discount"})
    assert changed.status_code == 400
