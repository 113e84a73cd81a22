"""Identities that an earlier version stored in another spelling are brought to the present one, and nothing else is."""

import pytest

from service.db.pool import Database
from service.identity.customers import find_owners
from service.identity.model import Identity
from service.identity.respell import respell_identities
from service.model.vocabulary import IdentityKind
from service.registration.batcher import Registrar
from service.registration.prepare import prepare_submission
from service.settings.model import Settings
from tests.fixtures import KEY_ID, NOW, StandingClock
from tests.registration.events import event

OLD, PRESENT = "+551187654321", "+5511987654321"


@pytest.fixture
def register(database: Database, settings: Settings, clock: StandingClock):
    async def drop_nothing(customer_ids) -> None: ...

    registrar = Registrar(database, drop_nothing, settings=settings, clock=clock)

    async def register_event(*identities: tuple[str, str]):
        return await registrar.register(prepare_submission(event(identities=identities), key_id=KEY_ID, region="DE"))

    return register_event


async def respelled(database: Database):
    return [one async for one in respell_identities(database, region="DE", now=NOW)]


async def owner(database: Database, number: str):
    phone = Identity(IdentityKind.PHONE, number)
    async with database.connection() as connection:
        found = (await find_owners(connection, [phone])).get(phone)
    return found and found.customer_id


async def store_as(database: Database, stored: str, *, in_place_of: str) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE identity SET value = $1 WHERE value = $2", stored, in_place_of)


async def test_a_number_of_an_old_plan_is_found_again_and_the_change_is_on_record(database, register):
    anna = await register(("phone", PRESENT), ("customer_number", "K-1"))
    await store_as(database, OLD, in_place_of=PRESENT)
    [changed] = await respelled(database)
    assert (changed.change.customer_id, changed.change.version) == (anna.customer_id, anna.version + 1)
    assert (await owner(database, PRESENT), await owner(database, OLD)) == (anna.customer_id, None)
    assert await respelled(database) == []


async def test_two_spellings_of_one_customer_become_one(database, register):
    anna = await register(("phone", PRESENT), ("phone", "+491711234567"))
    await store_as(database, OLD, in_place_of="+491711234567")
    [changed] = await respelled(database)
    assert changed.change.customer_id == anna.customer_id
    assert (await owner(database, PRESENT), await owner(database, OLD)) == (anna.customer_id, None)


async def test_two_customers_of_one_number_are_suggested_to_be_one_and_not_merged(database, register):
    anna, ben = await register(("phone", PRESENT)), await register(("phone", "+491711234567"))
    await store_as(database, OLD, in_place_of="+491711234567")
    assert [one.sharing for one in await respelled(database)] == [(ben.customer_id, anna.customer_id)]
    assert (await owner(database, PRESENT), await owner(database, OLD)) == (anna.customer_id, ben.customer_id)
    async with database.connection() as connection:
        suggested = await connection.fetch("SELECT customer_id, other_customer_id, value FROM merge_suggestion")
    assert [tuple(one) for one in suggested] == [(ben.customer_id, anna.customer_id, PRESENT)]


async def test_what_this_version_takes_for_no_identity_stays_on_record(database, register):
    somebody = await register(("phone", "+491711234567"))
    await store_as(database, "+86282452253", in_place_of="+491711234567")
    assert await respelled(database) == []
    assert await owner(database, "+86282452253") == somebody.customer_id
