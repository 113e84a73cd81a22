"""What `?` tells of the keys of a page are the keys that its templates give."""

import re

import pytest

from service.web.console.desk_words import CALL_RESULTS
from service.web.console.work_words import PAGE_KEYS, page_keys
from tests.house.place import text
from tests.web.console.browser import ShownTexts
from tests.web.console.desk_story import hand_off, promise

TO_COME = {"V", "M"}
"""Keys whose buttons are on the page once there is something to verify or to merge."""
TEMPLATES = {
    "/console/customers/": ("customer_step", "customer_writing", "customer_strip"),
    "/console/handoffs/": ("handoff_parts",),
    "/console/callbacks/": ("callback_parts",),
}


@pytest.mark.parametrize("path", TEMPLATES)
def test_the_list_has_every_key_that_the_page_gives(path):
    source = "".join(text(f"service/web/console/templates/{name}.html") for name in TEMPLATES[path])
    given = set(re.findall(r'data-key="([a-z0-9])"', source))
    given |= set(re.findall(r'\b(?:step|tab)\("\w+", (?:_\("[^"]+"\), )?"([a-z])"', source))
    given |= {look.key for look in CALL_RESULTS.values()} if "CALL_RESULTS" in source else set()
    listed = {key for key, _ in PAGE_KEYS[path]}
    assert {key.upper() for key in given} == listed - TO_COME


def test_pages_without_keys_of_their_own_list_those_of_every_page():
    assert page_keys("/console/callbacks") == page_keys("/password") == ()
    assert page_keys("/console/customers/x/timeline") == ()


async def test_the_dialog_tells_the_keys_of_handoffs_and_callbacks(browser, desk):
    await desk.register()
    await browser.sign_in()
    handoff, callback = await hand_off(desk), await promise(desk)
    shown = {}
    for path in (f"/console/handoffs/{handoff['id']}", f"/console/callbacks/{callback['id']}"):
        shown[path.split("/")[2]] = " ".join(ShownTexts((await browser.get(path)).text.partition('id="keys"')[2]).texts)
    assert "A accept D decline O take over S start" in shown["handoffs"]
    assert "C call back R still calling 1 Connected 2 No answer" in shown["callbacks"]
    for said in shown.values():
        assert "↵ answer while it rings Esc let it ring" in said
