"""Administrators write, try and silence rules of next actions; supervisors read them, and what became of the advice."""

import re
from zoneinfo import ZoneInfo

import pytest

from service.insight.advice.model import Rule
from service.insight.advice.shipped import SHIPPED_RULES
from service.web.console.guidance.rule_forms import SHIPPED_TITLES, RuleForm, rule_form, rule_input
from tests.web.console.browser import CSP, act, create_agent, told
from tests.web.console.test_admin_pages import words_outside_of_catalogs
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]

BERLIN = ZoneInfo("Europe/Berlin")
RULES = "/console/admin/rules"
RULE = "/console/admin/rule"
EVIL = '<img src=x onerror="alert(1)"> %(name)s 100%'
TYPED = {
    "name": "call_them",
    "title": "Call",
    "condition": "signals.contacts_30d >= 1",
    "action": "call_back",
    "words_en": "Shall we call? {contacts}",
    "because": "contacts = signals.contacts_30d",
    "priority": "60",
    "audiences": ["console", "bot"],
    "enabled": "yes",
}
REFUSED = [
    ({"name": "Call them"}, "1 to 64 small letters"),
    ({"name": "hand_over"}, "There is a rule of this name already."),
    ({"title": " "}, "A short name is needed"),
    ({"condition": "signals.modd < 0.0"}, "Line 1, character 9: `signals.modd` is unknown"),
    ({"condition": "signals.mood <"}, "This condition cannot be taken. Line 1, character"),
    ({"condition": ""}, "This condition cannot be taken."),
    ({"action": "Call back!"}, "A code of small letters"),
    ({"words_en": ""}, "Words of 1 to 1,000 characters are needed"),
    ({"words_en": "x" * 1001}, "Words of 1 to 1,000 characters are needed"),
    ({"words_en": "{order}"}, "Words of 1 to 1,000 characters are needed"),
    ({"because": "contacts = signals.contacts_30"}, "`contacts`: Line 1, character 9"),
    ({"because": "contacts = 1\nsignals.mood"}, "Give a name to every fact"),
    ({"because": "contacts = 1\ncontacts = 2"}, "Each name is given once."),
    ({"because": "contacts ="}, "A fact of these cannot be taken."),
    ({"until": "soon"}, "This expression cannot be taken. Line 1, character 1"),
    ({"priority": "101"}, "A number from 0 to 100 is expected."),
    ({"priority": "much"}, "A number from 0 to 100 is expected."),
    ({"audiences": []}, "One of them is needed."),
    ({"audiences": "store"}, "One of them is needed."),
    ({"valid_from": "soon"}, "This time cannot be taken."),
    ({"valid_from": "2026-12-02T09:00", "valid_until": "2026-12-01T09:00"}, "The end must be a time after"),
]


@pytest.fixture
async def supervisor(browser, rooms):
    await create_agent(rooms, "sue", "supervisor")
    await browser.sign_in("sue")
    return browser


async def change(browser, **fields):
    """The form of a rule as it stands, with these fields changed."""
    path = f"{RULE}/{fields['name']}"
    seen = re.search(r'name="seen" value="([^"]*)"', (await browser.get(path)).text)[1]
    return await act(browser, path, **({"seen": seen} | fields))


@pytest.mark.slow
async def test_a_rule_is_tried_written_changed_and_deleted(admin, desk):
    anna = (await desk.register(subject="Router")).json()["customer_id"]
    tried = await act(admin, f"{RULES}/preview", **TYPED)
    assert "It would have met 1 of 1 customer." in told(tried)
    assert f'href="/console/customers/{anna}"' in tried.text
    assert (await act(admin, RULES, **TYPED)).headers["location"] == RULES
    stored = (await desk("console", "GET", "/v1/rules/call_them")).json()
    assert (stored["because"], stored["priority"]) == ({"contacts": "signals.contacts_30d"}, 60)
    await desk("console", "POST", f"/v1/customers/{anna}/next/call_them", {"taken": True})
    assert "Call call_them · own rule enabled 60 Console, Bots 1 · 0 solved 0" in told(await admin.get(RULES))
    late = {"valid_until": "2026-12-01T09:00", "words_de": "Anruf?"}
    assert (await change(admin, **(TYPED | late))).status_code == 303
    stored = (await desk("console", "GET", "/v1/rules/call_them")).json()
    assert (stored["valid_until"], stored["words"]["de"]) == ("2026-12-01T09:00:00+01:00", "Anruf?")
    assert (await act(admin, f"{RULE}/call_them/delete")).status_code == 303
    assert (await admin.get(f"{RULE}/call_them")).status_code == 404


@pytest.mark.slow
async def test_a_shipped_rule_is_silenced_and_brought_back(admin, desk):
    assert "Hand over what failed twice hand_over · comes with askonce enabled" in told(await admin.get(RULES))
    assert (await act(admin, f"{RULE}/hand_over/silence")).headers["location"] == RULES
    assert "Hand over what failed twice hand_over · replaces a shipped one silenced" in told(await admin.get(RULES))
    silent = (await desk("console", "GET", "/v1/rules/hand_over")).json()
    assert silent["because"] == dict(SHIPPED_RULES["hand_over"].because)
    assert (await act(admin, f"{RULE}/hand_over/delete")).status_code == 303
    assert (await desk("console", "GET", "/v1/rules/hand_over")).json()["shipped"] is True
    assert (await act(admin, f"{RULE}/hand_over/delete")).status_code == 409


@pytest.mark.slow
async def test_what_cannot_be_taken_is_told_with_its_place_and_the_text_is_kept(admin):
    for fields, said in REFUSED:
        answer = await act(admin, RULES, **(TYPED | fields))
        assert answer.status_code == 422, fields
        assert said in told(answer), fields
        assert "Expected" not in told(answer), fields
        assert "Shall we call?" in answer.text or "words_en" in fields
        if "name" not in fields:
            assert said in told(await act(admin, f"{RULES}/preview", **(TYPED | fields))), fields


@pytest.mark.slow
async def test_a_rule_that_was_changed_meanwhile_is_not_overwritten(admin, desk):
    await act(admin, RULES, **TYPED)
    seen = re.search(r'name="seen" value="([^"]*)"', (await admin.get(f"{RULE}/call_them")).text)[1]
    await change(admin, **(TYPED | {"title": "Theirs"}))
    late = await act(admin, f"{RULE}/call_them", **(TYPED | {"seen": seen, "title": "Mine"}))
    assert late.status_code == 409
    assert "Nothing was saved." in told(late)
    assert 'value="Mine"' in late.text
    assert (await desk("console", "GET", "/v1/rules/call_them")).json()["title"] == "Theirs"


@pytest.mark.slow
async def test_supervisors_read_rules_and_change_none(supervisor, desk):
    evil = {"title": EVIL, "condition": "true", "action": "x", "words": {"fr": EVIL}, "because": ["signals.mood"]}
    await desk("admin", "PUT", "/v1/rules/evil", evil)
    for path in (RULES, f"{RULE}/evil"):
        page = await supervisor.get(path)
        assert page.headers["content-security-policy"] == CSP
        assert "<img src=x" not in page.text
        assert "100%" in told(page)
    assert "An administrator changes rules." in told(await supervisor.get(f"{RULE}/evil"))
    for path in (RULES, f"{RULES}/preview", f"{RULE}/evil", f"{RULE}/evil/silence", f"{RULE}/evil/delete"):
        assert (await act(supervisor, path, **TYPED)).status_code == 403, path
    assert (await supervisor.get(f"{RULES}/new")).status_code == 403


@pytest.mark.slow
@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_is_in_the_catalogs(admin):
    names = {*NAMES_OF_DATA, *SHIPPED_RULES, "ada", "AD", "Bots"}
    for path in (RULES, f"{RULES}/new", f"{RULE}/hand_over"):
        page = await admin.get(path)
        assert page.status_code == 200, path
        shown = re.sub(r"<textarea.*?</textarea>", "", page.text, flags=re.DOTALL)
        assert words_outside_of_catalogs(shown, names) == set(), path


def test_the_form_of_a_rule_gives_the_same_rule():
    paths = {"signals.mood": "signals.mood"}
    for name, shipped in SHIPPED_RULES.items():
        for because in (shipped.because, paths, {}):
            fields = {field: getattr(shipped, field) for field in shipped.__struct_fields__}
            stored = Rule(
                **(fields | {"because": because, "words": {"fr": "x"} | shipped.words}), name=name, shipped=True
            )
            again = rule_input(rule_form(stored, BERLIN), stored, BERLIN)
            assert again.because == (tuple(because) if because in (paths, {}) else because)
            assert (again.words, again.condition, again.until) == (stored.words, stored.condition, stored.until)


def test_a_line_with_a_comparison_is_no_name():
    typed = RuleForm(title="x", condition="true", action="x", words_en="x", audiences="bot", because="customer == null")
    assert rule_input(typed, None, BERLIN).because == ("customer == null",)


def test_the_titles_of_shipped_rules_are_in_the_catalogs():
    assert {rule.title for rule in SHIPPED_RULES.values()} == SHIPPED_TITLES
