"""A batch of interactions is two statements: one that reads, one that stores."""

import asyncio
from contextlib import asynccontextmanager
from itertools import count

import asyncpg
import pytest

from service.db.pool import Database
from service.errors import AskonceError
from service.registration.batcher import Registrar
from service.registration.prepare import prepare_submission
from tests.fixtures import KEY_ID
from tests.registration.events import event

ANNA, PHONE = ("email", "anna@example.de"), ("phone", "0171 1234567")
CALL = {"channel": "phone", "kind": "call", "outcome": "answered"}


def submission(**fields):
    return prepare_submission(event(**fields), key_id=KEY_ID, region="DE")


@asynccontextmanager
async def sent_to(database: Database):
    """The statements that are sent during the block, by the one connection that is used."""
    sent: list[str] = []
    async with database.connection() as connection:
        connection.add_query_logger(lambda one: sent.append(one.query))
    yield sent
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT 'the same connection'")
    assert sent.pop() == "SELECT 'the same connection'"


BATCHES = {
    "a known customer": [{}],
    "a first contact": [{"email": "ben@example.de"}],
    "an identity that comes to a known customer": [{"identities": [ANNA, ("phone", "0171 7654321")]}],
    "an identity that is proven": [{"identities": [(*ANNA, True)]}],
    "a number of another customer": [{"identities": [ANNA, PHONE]}],
    "a customer number beside a known card": [{"identities": [ANNA, ("loyalty_card", "gold:2")]}],
    "a device": [{"identities": [ANNA, ("device", "d-1")]}],
    "an answered call": [{"identities": [PHONE], **CALL}],
    "a ref, a subject and facts": [{"ref": "4711", "subject": "Router", "facts": {"a": 1}, "asks": ["a"]}],
    "sixteen of eight customers": [{"email": f"c{n % 8}@example.de"} for n in range(16)],
}


@pytest.mark.parametrize("name", BATCHES)
async def test_a_batch_is_two_statements_and_no_transaction_around_them(registrar, database, name):
    for known in ([ANNA, ("loyalty_card", "gold:1")], [PHONE]):
        await registrar.register(submission(identities=known))
    async with sent_to(database) as sent:
        answers = await registrar.register_all([submission(**one) for one in BATCHES[name]])
    assert not any(isinstance(one, AskonceError) or one.duplicate for one in answers)
    assert [statement.split("\n")[0][:10] for statement in sent] == ["-- All tha", "-- What a "]


async def test_a_repeated_delivery_is_one_statement(registrar, database):
    await registrar.register(submission(id="m-1"))
    async with sent_to(database) as sent:
        assert (await registrar.register(submission(id="m-1"))).duplicate
    assert len(sent) == 1


async def test_an_identity_that_an_earlier_one_of_the_batch_brings_finds_the_conversation_of_its_customer(registrar):
    first = await registrar.register(submission(identities=[ANNA], ref="4711"))
    both = [submission(identities=[ANNA, PHONE], subject="Bill"), submission(identities=[PHONE], ref="4711")]
    _, later = await registrar.register_all(both)
    assert (later.customer_id, later.conversation_id) == (first.customer_id, first.conversation_id)


async def test_an_identity_that_is_claimed_and_then_proven_in_one_batch_is_proven(registrar, database):
    await registrar.register_all([submission(identities=[ANNA]), submission(identities=[(*ANNA, True)])])
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT verified, link, source FROM identity")
    assert [tuple(row) for row in rows] == [(True, "proven", "shop-bot")]


async def test_what_changed_after_the_snapshot_is_read_again_under_a_lock(registrar, database):
    await registrar.register(submission(identities=[ANNA]))
    async with other_writer(database) as writer:
        ours = asyncio.create_task(registrar.register(submission()))
        await waits(database)
        await writer.execute("UPDATE customer SET version = version + 1")
    assert (await ours).version == 3


@asynccontextmanager
async def other_writer(database: Database):
    """A connection that has locked all customers, and commits at the end of the block."""
    async with database.transaction() as connection:
        await connection.execute("SELECT FROM customer FOR UPDATE")
        yield connection


async def waits(database: Database) -> None:
    async with asyncio.timeout(10):
        while not await lock_waits(database):
            await asyncio.sleep(0.01)


async def lock_waits(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")


async def test_a_first_contact_of_sixteen_at_once_by_two_channels_makes_one_customer(database_url, settings, clock):
    wide = await Database.connect(database_url, connections=16, opened=16)
    numbers = count()

    async def drop_nothing(customer_ids) -> None: ...

    async def contact(identities, **fields):
        registrar = Registrar(wide, drop_nothing, settings=settings, clock=clock)
        return await registrar.register(submission(id=f"m-{next(numbers)}", identities=identities, **fields))

    mails = (contact([ANNA, PHONE], source="mail", channel="email") for _ in range(8))
    calls = (contact([PHONE, ANNA], source="pbx", channel="phone", kind="call") for _ in range(8))
    answers = await asyncio.gather(*mails, *calls)
    assert len({one.customer_id for one in answers}) == 1
    assert sorted(one.version for one in answers) == list(range(1, 17))
    await wide.close()


async def test_what_overtakes_leaves_no_value_of_a_customer_in_the_servers_log(database):
    async with database.connection() as connection:
        with pytest.raises(asyncpg.SerializationError, match="another transaction was faster"):
            await connection.fetchval("SELECT refuse_overtaken()")
