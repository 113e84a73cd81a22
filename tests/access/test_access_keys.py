"""Keys of the API: shown once, stored as a hash, narrow, and ended by name or id."""

import re
from datetime import timedelta

import pytest

from service.access.keys import (
    create_key,
    is_key,
    is_sandbox_key,
    list_keys,
    revoke_key,
    sandbox_key,
)
from service.db.pool import Database
from service.errors import InvalidInput
from service.model.vocabulary import Role
from tests.fixtures import NOW


async def create(database: Database, role: Role = Role.BOT, name: str = "shop-bot", **narrowing) -> str:
    async with database.connection() as connection:
        return await create_key(connection, role=role, name=name, now=NOW, **narrowing)


async def revoke(database: Database, key: str) -> int:
    async with database.connection() as connection:
        return len(await revoke_key(connection, key, NOW))


async def listed(database: Database):
    async with database.connection() as connection:
        return await list_keys(connection)


@pytest.mark.promise("S5")
async def test_a_key_names_its_role_and_holds_256_random_bits(database):
    first, second = await create(database), await create(database)
    assert re.fullmatch(r"ask_bot_[A-Za-z0-9_-]{43}", first)
    assert first != second


@pytest.mark.promise("S5")
async def test_the_database_never_holds_the_text_of_a_key(database):
    key = await create(database)
    async with database.connection() as connection:
        dump = await connection.fetchval("SELECT string_agg(api_key::text, E'\n') FROM api_key")
    assert key not in dump
    assert key.removeprefix("ask_bot_") not in dump


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("queue", {"role": Role.PARTNER}),
        ("name", {"name": " "}),
        ("name", {"name": "x" * 201}),
        ("store", {"role": Role.STORE, "store": "DE\n042"}),
        ("space", {"space": ""}),
        ("expires_at", {"expires_at": NOW}),
    ],
)
async def test_a_key_that_could_not_be_used_is_not_created(database, field, wrong):
    with pytest.raises(InvalidInput) as refused:
        await create(database, **wrong)
    assert refused.value.field == field
    assert await listed(database) == []


_QUEUES = {Role.PARTNER, Role.BOT, Role.STORE}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("option", "roles"), [("queue", _QUEUES), ("store", {Role.STORE})])
@pytest.mark.promise("S20")
async def test_an_option_without_an_effect_on_the_role_is_refused_with_a_sentence(database, role, option, roles):
    """S20: a key that looks narrower than it is, is not made."""
    given = {"queue": "repairs"} if role is Role.PARTNER else {}
    if role in roles:
        await create(database, role, **given | {option: "DE-042"})
        return
    with pytest.raises(InvalidInput, match=f"A key of role {role} .* leave --{option} out") as refused:
        await create(database, role, **given | {option: "DE-042"})
    assert refused.value.field == option
    assert await listed(database) == []


async def test_the_list_tells_what_each_key_may_do_and_until_when(database):
    await create(database, Role.PARTNER, "north", queue="overflow", expires_at=NOW + timedelta(days=1))
    await create(database, Role.STORE, "till", store="DE-042")
    partner, store = await listed(database)
    assert (partner.role, partner.queue, partner.expires_at) == (Role.PARTNER, "overflow", NOW + timedelta(days=1))
    assert (store.role, store.store, store.revoked_at) == (Role.STORE, "DE-042", None)


async def test_a_key_has_the_space_of_its_name_unless_it_is_given_another(database):
    await create(database, name="shop-bot")
    await create(database, name="shop-bot-2", space="shop-bot")
    await create(database, name="shop-bot-2")
    assert [key.space for key in await listed(database)] == ["shop-bot", "shop-bot", "shop-bot-2"]


async def test_a_name_revokes_all_its_keys_and_an_id_one(database):
    for name in ("shop-bot", "shop-bot", "till", "till"):
        await create(database, name=name)
    till, _ = (key.key_id for key in await listed(database) if key.name == "till")
    assert await revoke(database, "shop-bot") == 2
    assert await revoke(database, str(till)) == 1
    assert [key.name for key in await listed(database) if key.revoked_at is None] == ["till"]


async def test_a_key_is_revoked_once(database):
    await create(database)
    assert [await revoke(database, "shop-bot"), await revoke(database, "shop-bot")] == [1, 0]


async def test_the_keys_of_a_sandbox_are_the_same_always_and_say_what_they_are(database):
    async with database.connection() as connection:
        key = await create_key(connection, role=Role.BOT, name="bot", now=NOW, sandbox=True)
    assert key == sandbox_key(Role.BOT) == "ask_bot_sandbox-not-for-real-data-00000000000000000"
    assert is_key(key.encode())
    assert is_sandbox_key(key.encode())
    assert not is_sandbox_key((await create(database)).encode())
