"""Administrators make and revoke keys of the API in the console, as by `askonce keys`."""

import re

import pytest

from service.access.keys import find_keys, hash_key, list_keys
from service.model.vocabulary import Role
from tests.web.console.browser import act, create_agent, told

pytestmark = pytest.mark.slow

KEYS = "/console/admin/keys"


async def test_a_key_is_shown_once_and_holds_until_it_is_revoked(admin, rooms):
    assert "No key is in force" in told(await admin.get(KEYS))
    made = await act(admin, KEYS, htmx=True, name="web shop", role="partner", queue="support", days="30")
    key = re.search(r'value="(ask_partner_[\w-]{43})"', made.text)[1]
    assert "It will not be shown again" in told(made)
    shown = await admin.get(KEYS)
    assert "web shop Partner support 21 Nov 2026 21 Dec 10:30 Revoke" in told(shown)
    assert key not in shown.text
    async with rooms.database.connection() as connection:
        (stored,) = await list_keys(connection)
        assert (await find_keys(connection, [hash_key(key.encode())], rooms.clock.now())) != {}
    assert (await act(admin, f"{KEYS}/{stored.key_id}/revoke")).headers["location"] == KEYS
    async with rooms.database.connection() as connection:
        assert (await find_keys(connection, [hash_key(key.encode())], rooms.clock.now())) == {}
    assert "Keys that ended" in told(await admin.get(KEYS))


REFUSED = [
    ("name", {"name": "  "}),
    ("queue", {"role": "partner"}),
    ("queue", {"role": "console", "queue": "support"}),
    ("store", {"role": "bot", "store": "DE-042"}),
    ("days", {"days": "0"}),
]


async def test_what_cannot_be_taken_is_told_at_its_field_and_no_key_is_made(admin, rooms):
    for field, typed in REFUSED:
        answer = await act(admin, KEYS, htmx=True, **({"name": "shop", "space": "all shops"} | typed))
        assert answer.status_code == 422, typed
        assert re.search(rf'id="{field}-problem">\s*\S', answer.text)
        assert 'value="all shops"' in answer.text
    async with rooms.database.connection() as connection:
        assert await list_keys(connection) == []


async def test_keys_are_the_administrators_alone(browser, rooms):
    for role in ("agent", "supervisor", "privacy"):
        await create_agent(rooms, role, role)
        await browser.sign_in(role)
        for path in (KEYS, f"{KEYS}/new"):
            assert (await browser.get(path)).status_code == 403
        assert (await act(browser, KEYS, name="mine", role=Role.ADMIN.value)).status_code == 403
