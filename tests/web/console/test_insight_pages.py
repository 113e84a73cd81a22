"""Supervisors see who may leave, why, what was done and whether it helped; segments are defined and tried."""

import pytest

from service.insight.at_risk.model import RiskRuleResult
from service.web.console.insight.at_risk import _line
from tests.insight.conftest import evaluate
from tests.web.console.browser import CSP, act, create_agent, told
from tests.web.console.test_admin_pages import words_outside_of_catalogs
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

__all__ = ["_pseudo_language", "evaluate"]
pytestmark = pytest.mark.slow

AT_RISK = "/console/at-risk"
SEGMENTS = "/console/admin/segments"
EVIL = '<img src=x onerror="alert(1)"> %(name)s 100%'


async def trouble(desk, **fields) -> str:
    """A customer with two failed attempts and a low mood."""
    for number in range(2):
        registered = await desk.register(attempt=(f"Try {number}", "failed"), mood=-0.8, **fields)
    return registered.json()["customer_id"]


@pytest.fixture
async def supervisor(browser, rooms):
    await create_agent(rooms, "ada", "supervisor")
    await browser.sign_in("ada")
    return browser


async def test_who_may_leave_stands_there_in_words_with_what_was_done(supervisor, desk, evaluate):
    assert "No customer is at risk of leaving" in told(await supervisor.get(AT_RISK))
    anna = await trouble(desk)
    await desk("console", "PATCH", f"/v1/customers/{anna}", {"name": EVIL})
    await evaluate()
    page = await supervisor.get(AT_RISK)
    said = told(page)
    for words in ("1 customer", "high risk", "2 attempts failed", "low mood (-0.8)", "nothing yet", "100%"):
        assert words in said, words
    assert "<img" not in page.text
    assert f'href="/console/customers/{anna}"' in page.text
    done = await act(supervisor, f"{AT_RISK}/{anna}", action="offered")
    assert done.headers["location"] == AT_RISK
    assert "Made an offer ada , 10:30" in told(await supervisor.get(AT_RISK))
    assert "On a way" not in said
    assert (await act(supervisor, f"{AT_RISK}/{anna}", action="danced")).status_code == 400


async def test_rules_are_counted_and_one_that_never_helps_is_named(supervisor, desk, rooms, evaluate):
    await trouble(desk)
    await evaluate()
    said = told(await supervisor.get(AT_RISK))
    assert "Do the warnings help?" in said
    assert "does not help so far" not in said
    counts = {"code": "low_mood", "fired": 20, "acted_on": 10, "undecided": 0}
    helpless = RiskRuleResult(
        **counts, stayed_with_action=3, left_with_action=7, stayed_without_action=3, left_without_action=7
    )
    helping = RiskRuleResult(
        **counts, stayed_with_action=4, left_with_action=6, stayed_without_action=3, left_without_action=7
    )
    few = RiskRuleResult(
        **counts, stayed_with_action=0, left_with_action=9, stayed_without_action=3, left_without_action=7
    )
    assert [_line(one).is_helpless for one in (helpless, helping, few)] == [True, False, False]


async def test_a_segment_is_tried_defined_and_forgotten(admin, desk, evaluate):
    anna = await trouble(desk)
    typed = {"name": "sad & tired", "title": "Sad", "rule": "signals.failed_attempts >= 2"}
    tried = await act(admin, f"{SEGMENTS}/preview", **typed)
    assert "1 of the newest customer" in told(tried)
    assert anna in tried.text
    saved = await act(admin, SEGMENTS, **typed)
    assert saved.headers["location"] == "/console/admin/segment/sad%20%26%20tired"
    await evaluate()
    page = await admin.get(saved.headers["location"])
    assert "0 by statement, 1 by the rule" in told(page)
    assert "Sad sad & tired 1 signals.failed_attempts >= 2 up to date" in told(await admin.get(SEGMENTS))
    gone = await act(admin, f"{saved.headers['location']}/delete")
    assert gone.headers["location"] == SEGMENTS
    assert (await admin.get(saved.headers["location"])).status_code == 404


async def test_a_wrong_rule_says_where_it_is_wrong_and_keeps_what_was_typed(admin):
    typed = {"name": "sad", "title": "Sad", "rule": "signals.modd < 0.0"}
    for path in (f"{SEGMENTS}/preview", SEGMENTS):
        said = told(await act(admin, path, **typed))
        assert "This rule cannot be taken. Line 1, character 9: `signals.modd` is unknown" in said, path
    assert "signals.modd &lt; 0.0" in (await act(admin, SEGMENTS, **typed)).text
    assert "There is no segment yet" in told(await admin.get(SEGMENTS))


async def test_supervisors_try_rules_and_administrators_save_them(supervisor):
    assert "You may try here" in told(await supervisor.get(f"{SEGMENTS}/new"))
    typed = {"name": "all", "title": "All", "rule": "true"}
    assert "0 of the newest 0 customers" in told(await act(supervisor, f"{SEGMENTS}/preview", **typed))
    assert (await act(supervisor, SEGMENTS, **typed)).status_code == 403
    assert (await act(supervisor, "/console/admin/segment/all/delete")).status_code == 403


async def test_agents_see_neither_page(browser, rooms):
    await create_agent(rooms, "max")
    await browser.sign_in("max")
    for path in (AT_RISK, SEGMENTS):
        assert (await browser.get(path)).status_code == 403
    assert "May leave" not in told(await browser.get("/console"))


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_is_in_the_catalogs_and_every_page_forbids_what_it_does_not_need(admin, desk, evaluate):
    await trouble(desk)
    await evaluate()
    for path in (AT_RISK, SEGMENTS, f"{SEGMENTS}/new"):
        page = await admin.get(path)
        assert page.headers["content-security-policy"] == CSP
        assert words_outside_of_catalogs(page.text, NAMES_OF_DATA | {"ada", "AD"}) == set(), path
