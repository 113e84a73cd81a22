"""An agent checks who is there by what only the customer should know; no page ever says what would be right."""

from datetime import timedelta
from uuid import uuid4

import pytest

from service.conditions.name_matching import ConfirmationAnswers
from service.desks.verify import askable_factors
from service.model.vocabulary import Channel
from tests.web.console.browser import ShownTexts
from tests.web.console.test_customer import anna, told

pytestmark = pytest.mark.slow

__all__ = ["anna"]
RIGHT, SECRET = "D-70 193", "70193"
AUDIT = "SELECT action, fields FROM change_audit WHERE action LIKE 'customer.%verified' ORDER BY version"


async def answer(browser, anna: str, said: str, **fields: str):
    form = {"event_id": str(uuid4()), "factor": "postal_code", "answer": said, "csrf_token": await browser.token()}
    return await browser.submit(f"{anna}/verification", htmx=True, **form | fields)


async def test_a_right_answer_makes_conditions_nameable_until_the_next_contact(browser, anna, desk, database):
    before = await told(browser, anna)
    assert ("name after verifying" in before, "ask for: Postcode" in before) == (True, True)
    checked = await answer(browser, anna, RIGHT)
    assert (checked.status_code, checked.headers["hx-retarget"]) == (200, "#customer")
    said = " ".join(ShownTexts(checked.text).texts)
    for words in ("Verified", "Terms may be named.", "may be named", "Postcode: checked"):
        assert words in said
    async with database.connection() as connection:
        assert [tuple(one) for one in await connection.fetch(AUDIT)] == [("customer.verified", ["postal_code"])]
    await desk.register("channel", identities=[("email", "anna.weber@example.de")], text="Once more.")
    assert "name after verifying" in await told(browser, anna)


async def test_after_three_wrong_answers_none_is_looked_at_for_a_while(browser, anna, clock, database):
    for wrong in ("70194", "", "7019"):
        refused = await answer(browser, anna, wrong)
        assert (refused.status_code, SECRET in refused.text) == (422, False)
    paused = await answer(browser, anna, RIGHT)
    assert (paused.status_code, paused.headers["retry-after"], SECRET in paused.text) == (429, "300", False)
    assert "wrong answer" in await told(browser, anna)
    async with database.connection() as connection:
        assert [one["action"] for one in await connection.fetch(AUDIT)] == ["customer.not_verified"] * 3
    clock.offset += timedelta(minutes=5)
    assert (await answer(browser, anna, RIGHT)).status_code == 200


async def test_an_answer_is_stored_nowhere_and_a_factor_that_is_not_known_confirms_nothing(browser, anna, database):
    assert (await answer(browser, anna, "1970-01-01", factor="birth_date")).status_code == 422
    assert (await answer(browser, anna, "x", factor="shoe_size")).status_code == 400
    await answer(browser, anna, "a-wrong-answer")
    async with database.connection() as connection:
        stored = (
            "SELECT count(*) FROM interaction i WHERE i::text LIKE '%a-wrong-answer%' OR i::text LIKE '%1970-01-01%'"
        )
        assert await connection.fetchval(stored) == 0


async def test_data_of_a_channel_that_looks_like_a_check_breaks_no_page(browser, anna, desk):
    for data in ({"factor": [1], "result": "right"}, "x", {"factor": "postal_code", "result": {}}):
        who = [("email", "anna.weber@example.de")]
        await desk.register("channel", identities=who, kind="note", text="Odd.", data={"verification": data})
    assert "Odd." in await told(browser, anna)


@pytest.mark.parametrize(
    ("channel", "asked"), [(Channel.PHONE, ["postal_code"]), (Channel.EMAIL, ["postal_code", "phone_last4"])]
)
def test_in_a_call_nobody_is_asked_for_the_number_that_the_call_shows(channel, asked):
    assert askable_factors(ConfirmationAnswers(postal_code="70193", phones=("+491711234567",)), channel) == asked
