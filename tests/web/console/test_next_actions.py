"""The card of the next step says what the rules advise, and asks whether it was done."""

import pytest

from tests.fixtures import NOW
from tests.patience import until
from tests.web.console.browser import Browser, act
from tests.web.console.story import tell_annas_story
from tests.web.console.test_customer import told

SORRY = "2 Versuche haben nicht geholfen."
RULE = {
    "title": "Quote",
    "condition": "true",
    "action": "quote",
    "words": {"en": "You said: {said}"},
    "because": {"said": "conversations[0].subject"},
}


@pytest.fixture
async def anna(browser: Browser, desk) -> str:
    """The path of Anna's page; Jana has signed in."""
    await browser.sign_in()
    return f"/console/customers/{await tell_annas_story(desk, NOW)}"


@pytest.mark.parametrize("taken", ["true", "false"])
async def test_an_action_is_shown_until_an_agent_says_what_became_of_it(browser, anna, desk, taken):
    assert SORRY in await told(browser, anna)
    answer = await act(browser, f"{anna}/next/hand_over", taken=taken)
    assert answer.status_code == 303
    assert SORRY not in await told(browser, anna)
    outcomes = (await desk("console", "GET", "/v1/rules/hand_over/outcomes")).json()
    assert outcomes["taken" if taken == "true" else "declined"]["answers"] == 1


async def test_words_of_a_customer_are_escaped_in_an_action(browser, anna, desk):
    said = '<img src=x onerror="alert(1)">'
    who = [("email", "anna.weber@example.de")]
    await desk.register("channel", identities=who, subject=said, text="x", at=NOW)
    await desk("admin", "PUT", "/v1/rules/quote", RULE)
    await until(lambda: _shows(browser, anna, "You said:"), seconds=2)
    html = (await browser.get(anna)).text
    assert "<img src=x" not in html
    assert "You said: &lt;img src=x" in html


async def _shows(browser: Browser, path: str, words: str) -> bool:
    return words in (await browser.get(path)).text


async def test_an_answer_to_a_rule_that_is_gone_is_refused(browser, anna):
    assert (await act(browser, f"{anna}/next/none", taken="true")).status_code == 404
