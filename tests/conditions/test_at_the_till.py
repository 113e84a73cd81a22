"""The unrecognised guest: a brand ambassador stands at the till and says her name."""

import asyncio
import re
from datetime import timedelta

import pytest

from tests.fixtures import NOW

ANNA = {
    "identities": {"phone": "+491711234567", "loyalty_card": "4006381333931", "email": "anna@example.de"},
    "facts": {"postal-code": "70173", "bday": "1985-12-24"},
}
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
CONTACT_DATA = ("+49171", "1234567", "anna@example.de", "70173", "1985", "4006381333931")


@pytest.fixture
async def anna(new_customer):
    return await new_customer("Anna Müller", **ANNA)


async def look_up(till, **question):
    return await till.post("/v1/store/lookup", json=question)


async def test_she_says_her_name_and_postal_code_and_gets_her_terms(shop, anna):
    condition = await shop.grant(anna, contract="AMB-7", max_uses=1, max_uses_per="month")
    till = shop.desk("till 42")

    asked = (await look_up(till, name="anna mueller")).json()
    assert asked["match"] == "candidates"
    [candidate] = asked["candidates"]
    assert candidate["hint"] == "A. M., customer since 2019, de"
    assert candidate["confirm"] == ["postal_code", "phone_last4", "birth_date"]

    basket = {"currency": "EUR", "lines": [{"sku": "1", "category": "shoes", "qty": 1, "unit_price": 99.9}]}
    found = await till.post(
        "/v1/store/confirm", json={"token": candidate["token"], "postal_code": "D-70173", "basket": basket}
    )
    assert found.json()["match"] == "exact"
    assert found.json()["customer"] == {"id": str(anna), "display": "A. M."}
    [term] = found.json()["conditions"]
    assert (term["id"], term["terms"], term["uses_left"]) == (condition["id"], {"percent": 20}, 1)
    assert (term["applies"], term["because"]) == (True, "Applies to 1 of 1 line.")

    redeemed = await till.post(
        f"/v1/conditions/{condition['id']}/redemptions",
        json={"store": "DE-042", "receipt": "R-1", "amount": 79.92, "currency": "EUR"},
    )
    assert redeemed.status_code == 201
    assert redeemed.headers["context-version"] == "2"
    again = (await look_up(till, identity={"kind": "phone", "value": "0171/1234567"}, basket=basket)).json()
    assert again["conditions"][0]["because"] == "Used up: 1 of 1 this month."


async def test_her_card_shows_her_name_and_the_terms_at_once(shop, anna):
    await shop.grant(anna)
    found = await look_up(shop.desk("till 42"), identity={"kind": "loyalty_card", "value": "4006 3813 3393 1"})
    assert found.json()["customer"]["display"] == "Anna Müller"
    assert found.headers["context-version"] == str(found.json()["version"]) == "1"


@pytest.mark.parametrize("answer", [{"postal_code": "70173"}, {"phone_last4": "4567"}, {"birth_date": "24.12.1985"}])
@pytest.mark.promise("S23")
async def test_no_answer_unlocks_contact_data(shop, anna, answer):
    await shop.grant(anna)
    till = shop.desk("till 42")
    proposed = await look_up(till, name="Anna Müller")
    token = proposed.json()["candidates"][0]["token"]
    confirmed = await till.post("/v1/store/confirm", json={"token": token, **answer})
    told = re.sub(UUID, "", proposed.text.replace(token, "") + confirmed.text)  # digits of an id tell nothing
    assert confirmed.status_code == 200
    assert [secret for secret in (*CONTACT_DATA, "Müller", "Anna") if secret in told] == []


@pytest.mark.promise("S10")
async def test_the_impostor_is_told_the_same_whatever_was_wrong(shop, anna):
    await shop.grant(anna)
    till = shop.desk("till 42")
    token = (await look_up(till, name="Anna Müller")).json()["candidates"][0]["token"]
    guesses = [{"token": token, "postal_code": f"7017{digit}"} for digit in (4, 5, 6)]
    guesses += [{"token": token, "postal_code": "70173"}, {"token": "guessed", "postal_code": "70173"}]
    answers = [await till.post("/v1/store/confirm", json=guess) for guess in guesses]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["type"] == "/problems/not-confirmed"


async def tries_within(shop, desk, span) -> int:
    """How many wrong answers a till can give in this time if it waits as long as it is told."""
    till, ends_at, tries = shop.desk(desk), shop.clock.now() + span, 0
    while shop.clock.now() < ends_at:
        answer = await till.post("/v1/store/confirm", json={"token": "guessed", "postal_code": "70174"})
        if answer.status_code == 403:
            tries += 1
        else:
            assert (answer.status_code, answer.json()["type"]) == (429, "/problems/look-up-budget")
            shop.clock.advance(timedelta(seconds=int(answer.headers["retry-after"])))
    return tries


async def test_wrong_answers_slow_the_till_down_more_and_more(shop):
    """S10: an impostor who tries on is answered a few times an hour."""
    assert await tries_within(shop, "till 42", timedelta(minutes=1)) == 11  # five at once, then after 1, 2, 4, … s
    assert await tries_within(shop, "till 42", timedelta(hours=1)) <= 12
    assert await tries_within(shop, "till 42", timedelta(days=1)) <= 6 * 24 + 1


async def test_a_slow_till_slows_no_other_and_is_itself_again_after_a_while(shop, anna):
    await shop.grant(anna)
    await tries_within(shop, "till 42", timedelta(minutes=1))
    await shop.desk("till 42").post("/v1/store/confirm", json={"token": "guessed", "postal_code": "70174"})

    async def confirms(desk) -> int:
        token = (await look_up(shop.desk(desk), name="Anna Müller")).json()["candidates"][0]["token"]
        said = {"token": token, "postal_code": "70173"}
        return (await shop.desk(desk).post("/v1/store/confirm", json=said)).status_code

    assert [await confirms(desk) for desk in ("till 1", "till 42")] == [200, 429]
    shop.clock.advance(timedelta(hours=2))
    assert [await confirms("till 42") for _ in range(20)] == [200] * 20


async def test_many_wrong_answers_at_once_gain_none(shop):
    till = shop.desk("till 42")
    guess = {"token": "guessed", "postal_code": "70174"}
    answers = await asyncio.gather(*(till.post("/v1/store/confirm", json=guess) for _ in range(30)))
    assert sorted(answer.status_code for answer in answers) == [403] * 6 + [429] * 24


async def test_a_token_is_too_old_after_five_minutes(shop, anna):
    await shop.grant(anna)
    till = shop.desk("till 42")
    token = (await look_up(till, name="Anna Müller")).json()["candidates"][0]["token"]
    shop.clock.advance(timedelta(minutes=5))
    assert (await till.post("/v1/store/confirm", json={"token": token, "postal_code": "70173"})).status_code == 403


async def test_a_name_that_nobody_has_looks_like_one_whose_owner_has_no_terms(shop, anna):
    till = shop.desk("till 42")
    nobody, no_terms = await look_up(till, name="Xaver Unbekannt"), await look_up(till, name="Anna Müller")
    assert nobody.content == no_terms.content == b'{"match":"candidates","candidates":[]}'


async def test_terms_of_another_store_are_not_for_this_one(shop, anna):
    condition = await shop.grant(anna, scope={"stores": ["DE-001"]})
    phone = {"kind": "phone", "value": "+491711234567"}
    assert (await look_up(shop.desk("till 42"), identity=phone)).json()["conditions"] == []
    assert (await look_up(shop.desk("till 42"), name="Anna Müller")).json()["candidates"] == []
    assert len((await look_up(shop.desk("till 1"), identity=phone)).json()["conditions"]) == 1
    path = f"/v1/conditions/{condition['id']}/redemptions"
    receipt = {"receipt": "R-1", "amount": "10.00", "currency": "EUR"}
    foreign = await shop.desk("till 42").post(path, json=receipt)
    absent = await shop.desk("till 42").post(path.replace(condition["id"], str(anna)), json=receipt)
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert (await shop.desk("till 1").post(path, json=receipt)).status_code == 201


async def test_a_till_asks_for_its_own_store_alone(shop, anna):
    phone = {"kind": "phone", "value": "+491711234567"}
    answer = await look_up(shop.desk("till 42"), identity=phone, store="DE-001")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/foreign-store")
    assert (await look_up(shop.desk("any till"), identity=phone, store="DE-001")).status_code == 200
    nowhere = await look_up(shop.desk("any till"), name="Anna Müller")
    assert (nowhere.status_code, nowhere.json()["errors"][0]["field"]) == (400, "store")


async def test_terms_begin_and_end_at_the_till_on_the_second(shop, anna):
    await shop.grant(
        anna,
        valid_from=(NOW + timedelta(hours=1)).isoformat(),
        valid_until=(NOW + timedelta(hours=2)).isoformat(),
    )
    seen = []
    for step in (3599, 1, 3599, 1):
        shop.clock.advance(timedelta(seconds=step))
        answer = await look_up(shop.desk("till 42"), identity={"kind": "phone", "value": "+491711234567"})
        seen.append(len(answer.json()["conditions"]))
    assert seen == [0, 1, 1, 0]


async def test_who_is_not_known_is_said_so(shop, anna):
    answer = await look_up(shop.desk("till 42"), identity={"kind": "phone", "value": "+491711234568"})
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/customer-unknown")


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({}, None),
        ({"name": "Anna", "identity": {"kind": "phone", "value": "+491711234567"}}, None),
        ({"identity": {"kind": "phone", "value": "12"}}, "identity.value"),
        ({"name": "Anna", "basket": {"currency": "EUR", "lines": []}}, "basket.lines"),
        ({"nam": "Anna"}, "nam"),
    ],
)
async def test_a_question_that_is_none_is_refused(shop, question, field):
    answer = await look_up(shop.desk("till 42"), **question)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json().get("errors", [])] == ([field] if field else [])


async def test_every_customer_shown_to_a_till_is_on_record(shop, anna, database):
    await look_up(shop.desk("till 42"), identity={"kind": "phone", "value": "+491711234567"})
    await shop.audit.flush(NOW)
    async with database.connection() as connection:
        [row] = await connection.fetch("SELECT view, customer_ids FROM read_audit")
    assert tuple(row) == ("store", [anna])
