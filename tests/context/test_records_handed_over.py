"""A handoff reads of a customer what goes with its conversation, and no more: the packet is that of the whole context."""

from uuid import uuid4

import pytest

from service.context.projection import project_context
from service.context.records import RecordsQuery, load_all_records
from service.handoff.packet import build_packet
from tests.context.records import BERLIN
from tests.context.test_records import grant
from tests.fixtures import NOW


@pytest.fixture
async def matter(company):
    """A customer with two matters, a missed call and a condition; their id and the first matter."""
    told = {"facts": {"order_number": "A-1"}, "attempt": ("Restart", "failed")}
    first = await company.register(ref="router", subject="Router", text="It blinks", **told)
    await company.register(ref="bill", subject="Bill", text="Too high", facts={"order_number": "A-2"})
    await company.register(ref="router", text="Still", channel="phone", kind="call", outcome="missed")
    await grant(company, first.customer_id)
    return first.customer_id, first.conversation_id


async def read(company, *queries: RecordsQuery):
    async with company.database.connection() as connection:
        return await load_all_records(connection, queries, now=NOW, zone=BERLIN)


async def test_the_packet_is_the_one_of_the_whole_context(company, matter):
    customer_id, conversation_id = matter
    asked = [RecordsQuery(customer_id=customer_id, handed_over=one) for one in (None, conversation_id)]
    packets = [
        build_packet(project_context(one, now=NOW, zone=BERLIN), conversation_id) for one in await read(company, *asked)
    ]
    assert b"A-1" in bytes(packets[0])
    assert packets[0] == packets[1]


async def test_what_stays_behind_is_not_read(company, matter):
    customer_id, conversation_id = matter
    whole, taken = await read(
        company,
        RecordsQuery(customer_id=customer_id),
        RecordsQuery(customer_id=customer_id, handed_over=conversation_id),
    )
    assert [len(one.conversations) for one in (whole, taken)] == [2, 1]
    assert (taken.identities, taken.contacts, taken.dropped_calls) == ((), (), ())
    assert (len(whole.contacts), len(whole.dropped_calls)) == (3, 1)


async def test_a_conversation_of_another_customer_is_not_read(company, matter):
    customer_id, _ = matter
    (taken,) = await read(company, RecordsQuery(customer_id=customer_id, handed_over=uuid4()))
    assert (taken.conversations, len(taken.recent)) == ((), 3)
