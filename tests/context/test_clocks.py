"""Senders' clocks are wrong by days and by years: they hide no message, and all that reads orders alike."""

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.context.projection import project_context
from service.context.records import RecordsQuery, load_records
from service.db.migrate import list_migrations
from service.handoff.packet import build_packet
from service.registration.prepare import prepare_submission
from service.timeline.history import TimelineItem, read_timeline
from tests.context.records import BERLIN
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event

DAY, YEARS = timedelta(days=1), timedelta(days=3653)
RIGHT, AHEAD, FAR_AHEAD, BEHIND = timedelta(), DAY, YEARS, -DAY
LOST = datetime(1970, 1, 1, tzinfo=UTC) - NOW
AS_BEFORE_THE_UPGRADE = """
UPDATE interaction SET occurred_at = (details ->> 'occurred_at')::timestamptz, details = details - 'occurred_at'
WHERE details ? 'occurred_at'
"""
_customers = count(1)


class Sent(NamedTuple):
    """A message: its number in the order of arrival, what its sender's clock said, and when it arrived."""

    number: int
    stated_at: datetime
    registered_at: datetime

    @property
    def place(self) -> tuple[datetime, int]:
        return (min(self.stated_at, self.registered_at), self.number)


class Reads(NamedTuple):
    """What each read makes of a customer's messages."""

    context: dict[str, Any]
    packet: dict[str, Any]
    timeline: list[TimelineItem]
    backwards: list[TimelineItem]


async def send(company, email: str, requests) -> list[Sent]:
    """Send the messages of each request together, a gap after those of the one before."""
    sent: list[Sent] = []
    for gap, clocks in requests:
        company.clock.advance(gap)
        now = company.clock.now()
        new = [Sent(len(sent) + place, now + clock, now) for place, clock in enumerate(clocks)]
        submissions = [
            prepare_submission(
                event(email=email, ref="a", at=one.stated_at, text=str(one.number), facts={"last": one.number}),
                key_id=KEY_ID,
                region="DE",
            )
            for one in new
        ]
        await company.registrar.register_all(submissions)
        sent += new
    return sent


async def read_pages(connection, customer_id, *, newest_first: bool = False) -> list[TimelineItem]:
    items: list[TimelineItem] = []
    after = None
    while True:
        page = await read_timeline(connection, customer_id, after=after, limit=7, newest_first=newest_first)
        items += page.items
        if (after := page.next) is None:
            return items


async def read_all(company, email: str) -> Reads:
    """All that reads messages."""
    context = await company.see(email)
    customer_id = UUID(context["customer"]["id"])
    async with company.database.connection() as connection:
        query, now = RecordsQuery(customer_id=customer_id), company.clock.now()
        whole = project_context(await load_records(connection, query, now=now, zone=BERLIN), now=now, zone=BERLIN)
        packet = build_packet(whole, UUID(context["conversations"][0]["id"]))
        pages = [await read_pages(connection, customer_id, newest_first=newest) for newest in (False, True)]
    return Reads(context, msgspec.json.decode(packet), *pages)


def numbers(items) -> list[int]:
    return [int(one["text"]) for one in items]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


requests = st.lists(
    st.tuples(
        st.sampled_from([timedelta(), timedelta(milliseconds=1), timedelta(minutes=1), DAY]),
        st.lists(st.sampled_from([RIGHT, RIGHT, AHEAD, FAR_AHEAD, BEHIND, LOST]), min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=requests)
async def test_whatever_the_clocks_of_senders_say_no_message_hides_another_and_all_reads_order_alike(company, requests):
    email = f"customer{next(_customers)}@example.de"
    sent = await send(company, email, requests)
    found = await read_all(company, email)
    newest_first = [one.number for one in sorted(sent, key=lambda one: one.place, reverse=True)]
    recent = numbers(found.context["recent"])
    assert {one.number for one in sent[-20:] if one.stated_at == one.registered_at} <= set(recent)
    assert recent == newest_first[:20]
    assert numbers(found.packet["transcript"]) == recent[::-1]
    assert found.context["known"]["last"]["value"] == newest_first[0]
    (conversation,) = found.context["conversations"]
    places = [one.place[0] for one in sent]
    assert (moment(conversation["opened_at"]), moment(conversation["last_at"])) == (min(places), max(places))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=requests)
async def test_the_timeline_has_each_message_once_as_it_arrived_and_as_its_sender_dated_it(company, requests):
    email = f"customer{next(_customers)}@example.de"
    sent = await send(company, email, requests)
    found = await read_all(company, email)
    assert [Sent(int(one.text), one.occurred_at, one.registered_at) for one in found.timeline] == sent
    assert found.backwards == found.timeline[::-1]


@pytest.mark.parametrize("ahead", [AHEAD, FAR_AHEAD, datetime(2199, 12, 31, 23, 59, tzinfo=UTC) - NOW])
async def test_a_device_that_is_ahead_comes_before_what_arrives_after_it_and_is_shown_as_dated(company, ahead):
    sent = await send(company, "anna@example.de", [(timedelta(), [ahead] * 25), (timedelta(minutes=1), [RIGHT])])
    found = await read_all(company, "anna@example.de")
    assert numbers(found.context["recent"])[:3] == [25, 24, 23]
    assert moment(found.context["recent"][1]["occurred_at"]) == sent[24].stated_at
    times = [moment(one["at"]) for one in found.packet["transcript"]]
    assert times[-2:] == [NOW, NOW + timedelta(minutes=1)]
    assert all(earlier <= later for earlier, later in pairwise(times))


async def test_what_was_stated_with_another_offset_is_the_same_moment(company):
    stated = (NOW + YEARS).astimezone(BERLIN)
    await company.register(at=stated, text="0")
    assert moment((await company.see())["recent"][0]["occurred_at"]) == stated


async def test_merged_customers_order_by_the_same_times(company):
    anna = (await company.register(at=NOW + YEARS, text="0")).customer_id
    company.later(minutes=1)
    await company.merge(anna, (await company.register(email="b@example.de", at=NOW + YEARS, text="1")).customer_id)
    company.later(minutes=1)
    await company.register(at=company.clock.now(), text="2")
    assert numbers((await company.see())["recent"]) == [2, 1, 0]


async def test_an_upgrade_brings_earlier_messages_into_this_order_and_drops_their_views(company):
    sent = await send(company, "anna@example.de", [(timedelta(), [FAR_AHEAD]), (timedelta(minutes=1), [RIGHT])])
    before = await company.see()
    (migration,) = [text for name, text in list_migrations() if name.endswith("order_of_interactions")]
    async with company.database.transaction() as connection:
        await connection.execute(AS_BEFORE_THE_UPGRADE)
        assert await connection.fetchval("SELECT count(*) FROM interaction WHERE occurred_at > registered_at") == 1
        await connection.execute(migration)
    after = await company.see(validate=True)
    assert after["recent"] == before["recent"]
    assert moment(after["recent"][1]["occurred_at"]) == sent[0].stated_at
    assert after["version"] == before["version"] + 1


async def test_a_fact_of_the_process_whose_clock_is_behind_is_still_the_later_one(company):
    await company.register(at=NOW + YEARS, facts={"city": "Ulm"})
    company.later(seconds=-1)
    await company.register(at=NOW + YEARS, facts={"city": "Bonn"})
    assert (await company.see())["known"]["city"]["value"] == "Bonn"
