import asyncio

import pytest

from service.db.pool import Database
from service.errors import Overloaded
from service.events import feed as feed_module
from service.events import stream as stream_module
from service.events.rules import EventFilter
from service.model.ids import new_id
from service.model.vocabulary import Audience
from service.worker.housekeeping import SQL as HOUSEKEEPING
from tests.events.conftest import has_read, reading
from tests.events.sse import EventSource, Listener
from tests.fixtures import KEY_ID, NOW
from tests.patience import until
from tests.wire import Wire

CONSOLE = EventFilter(audience=Audience.CONSOLE)


@pytest.fixture
async def listen(feed):
    """A function that opens a stream and listens to it."""
    listeners = []

    async def open_stream(receiver=CONSOLE, *, resume=None, source=feed):
        stream = await source.open_stream(receiver, resume=resume)
        listeners.append(Listener(stream.chunks()))
        listeners[-1].stream = stream
        await until(lambda: listeners[-1].comments)
        return listeners[-1]

    yield open_stream
    for listener in listeners:
        await listener.stop()


async def test_a_console_hears_of_everything_in_order_and_once(listen, world):
    console = await listen()
    anna = await world.customer()
    handoff = await world.handoff(anna)
    await world.tell("context.changed", anna)
    await world.tell("handoff.offered", anna, handoff)
    await world.tell("parcel.sent", anna, handoff)

    await until(lambda: len(console.events) == 3)

    assert console.ids == [1, 2, 3]
    assert console.events[0].data == {"customer_id": str(anna), "version": 1}
    assert console.events[1].type == "handoff.offered"
    assert console.events[1].data == {
        "customer_id": str(anna),
        "version": 2,
        "handoff_id": str(handoff),
        "state": "offered",
        "queue": "support",
    }
    assert console.events[2].data == {"customer_id": str(anna), "version": 3, "subject_id": str(handoff)}


async def test_what_happened_before_a_stream_is_opened_is_not_told(feed, listen, world):
    await world.tell("context.changed", await world.customer(), times=5)
    await until(lambda: has_read(feed, 5))
    console = await listen()
    await world.tell("context.changed", new_id())

    await until(lambda: console.events)
    assert console.ids == [6]


@pytest.mark.parametrize("remembered", [2000, 3])
async def test_a_stream_goes_on_where_the_last_one_ended_also_in_a_new_process(monkeypatch, database, listen, world):
    monkeypatch.setattr(feed_module, "PAGE_SIZE", 4)
    first = await listen()
    await world.tell("context.changed", new_id(), times=3)
    await until(lambda: len(first.events) == 3)
    await first.stop()
    await world.tell("context.changed", new_id(), times=30)

    async with reading(database) as restarted:
        second = await listen(resume=first.last_id, source=restarted)
        await world.tell("context.changed", new_id(), times=3)
        await until(lambda: len(second.events) == 33)

    assert first.ids + second.ids == list(range(1, 37))


async def test_a_stream_that_resumes_while_much_happens_misses_nothing_and_hears_nothing_twice(
    monkeypatch, listen, world
):
    monkeypatch.setattr(feed_module, "PAGE_SIZE", 7)
    await world.tell("context.changed", new_id(), times=50)

    async def more():
        for _ in range(20):
            await world.tell("context.changed", new_id(), times=5)

    telling = asyncio.create_task(more())
    resumed = [await listen(resume=str(number)) for number in (0, 10, 49)]
    await telling
    await until(lambda: all(one.ids and one.ids[-1] == 150 for one in resumed))

    assert [one.ids for one in resumed] == [list(range(begin, 151)) for begin in (1, 11, 50)]


async def test_a_stream_that_heard_nothing_yet_can_be_resumed_too(listen, world):
    await world.tell("context.changed", new_id(), times=4)
    silent = await listen(EventFilter(audience=Audience.CONSOLE, customer_id=new_id()))
    await silent.stop()
    assert silent.events == []

    await world.tell("context.changed", new_id())
    resumed = await listen(resume=silent.last_id)
    await until(lambda: resumed.ids and resumed.ids[-1] == 5)


async def test_an_idle_stream_shows_that_it_lives_and_keeps_its_place(monkeypatch, listen, world):
    monkeypatch.setattr(stream_module, "KEEP_ALIVE_S", 0.05)
    silent = await listen(EventFilter(audience=Audience.CONSOLE, customer_id=new_id()))
    await until(lambda: silent.comments >= 3)
    await world.tell("context.changed", new_id(), times=7)

    await until(lambda: silent.last_id == "7")
    assert silent.events == []


@pytest.mark.parametrize("remembered", [0])
@pytest.mark.parametrize("resume", ["1", "99", "-4", "1e3", "", "²", "9" * 40])
async def test_a_place_that_cannot_be_resumed_from_is_said_and_the_stream_begins_now(
    feed, database, listen, world, resume
):
    await world.tell("context.changed", new_id(), times=4)
    await until(lambda: has_read(feed, 4))
    async with database.connection() as connection:
        await connection.execute(HOUSEKEEPING.expire_events, NOW.replace(year=2027), 3)

    console = await listen(resume=resume)
    await world.tell("context.changed", new_id())

    await until(lambda: len(console.events) == 2)
    assert console.types == ["reset", "context.changed"]
    assert console.ids == [4, 5]


async def test_a_customer_s_stream_hears_of_all_who_were_merged_into_it(listen, world):
    anna = await world.customer()
    double = await world.customer(merged_into=anna)
    survivor, merged, other = [
        await listen(EventFilter(audience=Audience.BOT, customer_id=customer_id))
        for customer_id in (anna, double, new_id())
    ]
    await world.tell("context.changed", anna)

    await until(lambda: survivor.events and merged.events)
    assert survivor.events[0].data["customer_id"] == merged.events[0].data["customer_id"] == str(anna)
    assert other.events == []


async def test_a_receiver_that_does_not_read_costs_no_memory_and_misses_nothing(feed, monkeypatch, world):
    monkeypatch.setattr(stream_module, "MAX_WAITING_EVENTS", 10)
    stream = await feed.open_stream(CONSOLE)
    chunks, read = stream.chunks(), EventSource()
    await anext(chunks)
    await world.tell("context.changed", new_id())
    read.feed(await anext(chunks))

    for _ in range(10):
        await world.tell("context.changed", new_id(), times=5)
    await until(lambda: has_read(feed, 51))
    assert len(stream._queued) <= 10

    while read.ids[-1] < 51:
        read.feed(await anext(chunks))
    assert read.ids == list(range(1, 52))


async def test_streams_beyond_the_limit_are_refused_until_one_ends(database):
    async with reading(database, most_streams=1) as feed:
        first = await feed.open_stream(CONSOLE)
        with pytest.raises(Overloaded):
            await feed.open_stream(CONSOLE)
        first.close()
        await feed.open_stream(CONSOLE)


async def test_a_server_that_stops_ends_its_streams_and_opens_no_other(feed, listen):
    console = await listen()
    feed.close()
    await asyncio.wait_for(console.task, 5)
    with pytest.raises(Overloaded):
        await feed.open_stream(CONSOLE)


async def test_a_stream_that_is_opened_while_a_process_starts_waits_for_its_first_look_at_the_journal(database):
    feed = feed_module.EventFeed(database, max_streams=1)
    feed.start()
    console = Listener((await feed.open_stream(CONSOLE)).chunks())
    await until(lambda: console.comments)
    await console.stop()
    await feed.stop()


async def test_streams_go_on_after_an_outage_of_the_database(database_url, world):
    wire = Wire(database_url)
    await wire.mend()
    shaky = await Database.connect(wire.url, connections=2)
    async with reading(shaky) as feed:
        console = Listener((await feed.open_stream(CONSOLE)).chunks())
        await until(lambda: console.comments)
        await wire.cut()
        await world.tell("context.changed", new_id())
        await wire.mend()
        await until(lambda: console.ids == [1])
        await console.stop()
    await shaky.close()
    await wire.remove()


def test_a_partner_without_a_queue_hears_nothing():
    with pytest.raises(ValueError, match="one queue"):
        EventFilter(audience=Audience.PARTNER)


HEARD = {
    Audience.CONSOLE: {"context.changed", "handoff.offered", "handoff.taken", "callback.due", "parcel.sent"},
    Audience.BOT: {"context.changed", "handoff.offered", "handoff.taken", "callback.due"},
    Audience.STORE: {"context.changed"},
    Audience.PARTNER: {"handoff.taken"},
    Audience.SALES: {"context.changed"},
    Audience.MARKETING: {"context.changed"},
}
HEAR_CHANGES_ALONE = {Audience.STORE, Audience.SALES, Audience.MARKETING}


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.promise("S2")
async def test_each_audience_hears_what_it_may_see_and_a_partner_its_queue_alone(listen, world, audience):
    anna = await world.customer()
    ours, theirs = await world.handoff(anna, "support"), await world.handoff(anna, "nord")
    callback = await world.callback(anna, "support")
    queue = "nord" if audience is Audience.PARTNER else None
    listener = await listen(EventFilter(audience=audience, queue=queue))
    for kind, subject in (
        ("context.changed", None),
        ("handoff.offered", ours),
        ("handoff.taken", theirs),
        ("handoff.gone", new_id()),
        ("callback.due", callback),
        ("parcel.sent", None),
        ("handoff.taken", theirs),
    ):
        await world.tell(kind, anna, subject)
    last = await listen(resume="6")
    await until(lambda: last.ids == [7])
    await until(lambda: audience in HEAR_CHANGES_ALONE or listener.ids[-1:] == [7])

    assert set(listener.types) - {"handoff.gone"} == HEARD[audience]
    assert b"Anna waits" not in listener.raw
    assert b"+49171" not in listener.raw


async def test_a_giver_hears_of_all_that_it_gave_in_one_stream_and_misses_nothing_between(listen, world):
    bot, anna, ben = new_id(), await world.customer(), await world.customer()
    ours = [await world.handoff(anna, giver=bot), await world.handoff(ben, "nord", giver=bot)]
    theirs, given = await world.handoff(ben), EventFilter(audience=Audience.BOT, given_by=bot)
    first = await listen(given)
    for handoff in (ours[0], theirs, ours[1]):
        await world.tell("handoff.accepted", anna, handoff)
    await until(lambda: first.ids == [1, 3])
    await world.tell("context.changed", anna)
    for handoff in (theirs, *ours):
        await world.tell("handoff.returned", anna, handoff)
    await until(lambda: first.ids == [1, 3, 6, 7])
    resumed = await listen(given, resume="3")
    await until(lambda: [event.data["handoff_id"] for event in resumed.events] == [str(one) for one in ours])


async def test_a_giver_hears_of_the_callback_that_its_handoff_became(listen, world):
    anna = await world.customer()
    callback, other = await world.callback(anna), EventFilter(audience=Audience.BOT, given_by=new_id())
    giver, stranger = await listen(EventFilter(audience=Audience.BOT, given_by=KEY_ID)), await listen(other)
    await world.tell("callback.due", anna, callback)
    await until(lambda: giver.types == ["callback.due"])
    assert stranger.events == []


async def test_a_giver_hears_of_what_an_agent_passed_on(listen, world):
    bot, anna = new_id(), await world.customer()
    given = await world.handoff(anna, giver=bot)
    passed_on = await world.handoff(anna, "nord")
    callback = await world.callback(anna, "nord")
    await world.execute("UPDATE handoff SET parent_id = $2 WHERE handoff_id = $1", passed_on, given)
    await world.execute("UPDATE callback SET handoff_id = $2 WHERE callback_id = $1", callback, passed_on)
    giver = await listen(EventFilter(audience=Audience.BOT, given_by=bot))
    agent = await listen(EventFilter(audience=Audience.BOT, given_by=KEY_ID))
    await world.tell("handoff.fell_back", anna, passed_on)
    await world.tell("callback.due", anna, callback)
    await until(lambda: giver.types == ["handoff.fell_back", "callback.due"])
    assert agent.events == []


async def test_a_queue_s_stream_hears_of_its_handoffs_and_callbacks_alone(listen, world):
    anna = await world.customer()
    support, night = await world.handoff(anna, "support"), await world.callback(anna, "night")
    listener = await listen(EventFilter(audience=Audience.CONSOLE, queue="night"))
    await world.tell("context.changed", anna)
    await world.tell("handoff.offered", anna, support)
    await world.tell("callback.due", anna, night)

    await until(lambda: listener.events)
    assert listener.types == ["callback.due"]
