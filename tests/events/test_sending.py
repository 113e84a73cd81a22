import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from service.events import sending
from service.events.retries import RETRY_WAITS
from service.events.transport import Resolver
from service.events.webhooks import rotate_secret
from service.model.ids import new_id
from service.model.vocabulary import Audience
from service.worker.housekeeping import delete_expired
from service.worker.webhooks import WebhookSender
from tests.events import sinks
from tests.events.office import OK
from tests.events.sinks import status
from tests.fixtures import NOW


async def test_an_event_is_sent_as_a_signed_cloud_event(office):
    office.clock.system_now = lambda: datetime.now(UTC)
    crm = await office.sink()
    secret = await office.hook(crm.url)
    anna = await office.world.customer()
    handoff = await office.world.handoff(anna)
    await office.world.tell("handoff.offered", anna, handoff)

    await office.rest()

    (received,) = crm.received
    assert received.verified(secret) == {
        "specversion": "1.0",
        "id": "1",
        "source": "https://askonce.example",
        "type": "askonce.handoff.offered",
        "subject": str(anna),
        "time": "2026-11-21T09:30:00Z",
        "datacontenttype": "application/json",
        "data": {
            "customer_id": str(anna),
            "version": 1,
            "handoff_id": str(handoff),
            "state": "offered",
            "queue": "support",
        },
    }
    assert received.headers["content-type"] == "application/cloudevents+json"
    assert received.headers["webhook-id"] == "1"
    assert received.headers["host"] == f"127.0.0.1:{crm.port}"
    assert await office.left() == (0, 0)


async def test_for_a_day_after_a_rotation_both_secrets_verify_a_message(office):
    office.clock.system_now = lambda: datetime.now(UTC)
    crm = await office.sink()
    old = await office.hook(crm.url)
    async with office.duties.database.transaction() as connection:
        new = (await rotate_secret(connection, "crm", now=office.clock.now())).secret
    await office.world.tell("context.changed", new_id())
    await office.rest()
    (received,) = crm.received
    assert received.verified(old) == received.verified(new)
    assert len(received.headers["webhook-signature"].split()) == 2


async def test_a_webhook_is_told_of_the_types_it_asked_for(office):
    one, two = await office.sink(), await office.sink()
    await office.hook(one.url, "handoff.*", "context.changed", name="one")
    await office.hook(two.url, "handoff.gone", name="two")
    for kind in ("context.changed", "callback.due", "handoff.gone", "handoff.offered", "handoffs.gone"):
        await office.world.tell(kind, new_id())

    await office.rest()
    assert sorted(one.ids) == [1, 3, 4]
    assert two.ids == [3]


@pytest.mark.promise("S2")
async def test_a_partner_s_webhook_is_told_of_its_queue_alone_and_of_nothing_personal(office):
    nord = await office.sink()
    anna = await office.world.customer()
    ours, theirs = await office.world.callback(anna, "support"), await office.world.callback(anna, "nord")
    moved_on = await office.world.handoff(anna, "nord")
    await office.hook(nord.url, role=Audience.PARTNER, queue="nord")
    for kind, subject in (
        ("context.changed", None),
        ("callback.due", ours),
        ("callback.due", theirs),
        ("handoff.offered", moved_on),
    ):
        await office.world.tell(kind, anna, subject)
    await office.world.execute("UPDATE handoff SET queue = 'support'")

    await office.rest()
    assert nord.ids == [3]
    assert b"Anna" not in nord.received[0].body
    assert await office.left() == (0, 0)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (status(500), "status 500"),
        (status(404), "status 404"),
        (status(301, "location: http://169.254.169.254/latest/meta-data/"), "status 301"),
        (status(307, "location: http://127.0.0.1:1/"), "status 307"),
        (sinks.hang, "no answer in time"),
        (sinks.drip_headers, "no answer in time"),
        (sinks.nonsense, "no connection"),
        (sinks.slam, "no connection"),
    ],
    ids=["500", "404", "metadata", "inside", "hangs", "drips", "nonsense", "slams"],
)
@pytest.mark.promise("D13")
async def test_what_a_bad_receiver_did_not_take_is_sent_again_under_the_same_id(office, monkeypatch, answer, failure):
    monkeypatch.setattr(sending, "TRY_TIMEOUT_S", 0.3)
    crm = await office.told_sink(answer)
    await office.rest()
    assert await office.world.value("SELECT failure FROM webhook_delivery") == failure

    crm.answer = OK
    await office.rest()
    assert crm.ids == [1]
    office.clock.advance(timedelta(seconds=5))
    await office.rest()

    assert crm.ids == [1, 1]
    assert crm.connections == 2
    assert await office.left() == (0, 0)


@pytest.mark.parametrize("answer", [sinks.drip_body, sinks.flood])
async def test_an_endless_answer_to_an_event_that_arrived_is_cut_off(office, monkeypatch, answer):
    monkeypatch.setattr(sending, "TRY_TIMEOUT_S", 0.5)
    crm = await office.told_sink(answer)

    await office.rest()
    assert await office.left() == (0, 0)
    await asyncio.wait_for(crm.hung_up.wait(), 5)
    assert getattr(crm, "sent", 0) < 20_000_000


async def test_a_receiver_that_stays_down_is_tried_for_three_days_and_then_given_up(office):
    crm = await office.told_sink(status(500))
    await office.rest()
    for wait in RETRY_WAITS:
        office.clock.advance(wait * 0.79)
        await office.rest()
        before = len(crm.received)
        office.clock.advance(wait * 0.22)
        await office.rest()
        assert len(crm.received) == before + 1

    assert set(crm.ids) == {1}
    assert len(crm.ids) == len(RETRY_WAITS) + 1
    assert await office.left() == (0, 1)
    office.clock.advance(timedelta(days=20))
    await office.rest()
    assert len(crm.ids) == len(RETRY_WAITS) + 1


async def test_what_was_given_up_can_be_replayed_under_the_same_id(office):
    crm = await office.told_sink(times=2)
    await office.world.execute("UPDATE webhook_delivery SET dead_at = $1, tries = 12", NOW)
    await office.rest()
    assert crm.ids == []

    assert await office.replay() == 2
    await office.rest()
    assert sorted(crm.ids) == [1, 2]


async def test_what_was_given_up_is_forgotten_after_its_time(office):
    await office.hook("http://127.0.0.1:1/")
    await office.world.tell("context.changed", new_id())
    await office.world.execute("UPDATE webhook_delivery SET dead_at = $1", NOW)
    for days, dead in ((29, 1), (2, 0)):
        office.clock.advance(timedelta(days=days))
        await delete_expired(office.duties)
        assert await office.left() == (0, dead)


@pytest.mark.parametrize("retry_after", ["3600", "Sat, 21 Nov 2026 10:30:00 GMT"])
@pytest.mark.parametrize("code", [429, 503])
async def test_a_receiver_that_says_when_to_come_again_is_left_alone_until_then(office, code, retry_after):
    crm = await office.told_sink(status(code, f"retry-after: {retry_after}"))
    await office.rest()
    office.clock.advance(timedelta(minutes=59))
    await office.rest()
    assert crm.ids == [1]
    office.clock.advance(timedelta(minutes=2))
    await office.rest()
    assert crm.ids == [1, 1]


async def test_a_receiver_that_is_gone_is_told_nothing_more_until_it_is_stored_again(office):
    crm = await office.told_sink(status(410))
    await office.world.execute("UPDATE webhook_delivery SET due_at = due_at + interval '1 hour'")
    await office.world.tell("context.changed", new_id())
    await office.rest()
    await office.world.tell("context.changed", new_id())
    office.clock.advance(timedelta(days=1))
    await office.rest()
    assert crm.ids == [2]
    assert await office.left() == (0, 2)

    crm.answer = OK
    assert await office.hook(crm.url) is None
    await office.world.tell("context.changed", new_id())
    await office.rest()
    assert crm.ids == [2, 4]


@pytest.mark.promise("D13")
async def test_a_paused_webhook_is_sent_nothing_and_then_all_that_waited(office):
    sink = await office.told_sink(times=2)
    await office.pause(office.clock.now())
    await office.rest()
    assert (len(sink.received), await office.left()) == (0, (2, 0))
    await office.pause(None)
    await office.rest()
    assert (len(sink.received), await office.left()) == (2, (0, 0))
    assert await office.world.value("SELECT delivered_at FROM webhook") == office.clock.now()


@pytest.mark.promise("D13")
async def test_a_receiver_that_hangs_holds_up_no_other(office):
    stuck, healthy = await office.sink(sinks.hang), await office.sink()
    await office.hook(stuck.url, name="stuck")
    await office.hook(healthy.url, name="healthy")
    await office.world.tell("context.changed", new_id(), times=200)

    async with asyncio.timeout(10):
        while len(healthy.received) < 200:
            await office.sender.run_round()

    assert Counter(healthy.ids) == Counter(range(1, 201))
    assert stuck.connections == 8


@pytest.mark.promise("D13")
async def test_workers_side_by_side_send_every_event_once(office):
    crm = await office.told_sink(times=150)
    await asyncio.gather(office.rest(), *(office.rest(WebhookSender(office.duties, office.client)) for _ in range(3)))
    await office.rest()

    assert Counter(crm.ids) == Counter(range(1, 151))
    assert await office.left() == (0, 0)


async def test_a_worker_that_is_told_to_stop_settles_what_it_sent(office):
    crm = await office.told_sink()
    await office.sender.run_round()
    await office.sender.stop()
    assert crm.ids == [1]
    assert await office.left() == (0, 0)


@pytest.mark.promise("S12")
async def test_private_addresses_are_refused_when_something_is_sent(office):
    inside = await office.sink()
    await office.hook(inside.url)
    await office.world.tell("context.changed", new_id())
    async with sending.webhook_client(Resolver(), allow_private=False) as strict:
        await office.rest(WebhookSender(office.duties, strict))

    assert inside.connections == 0
    assert await office.world.value("SELECT failure FROM webhook_delivery") == "the address is not public"
    assert await office.world.value("SELECT count(*) FROM webhook_delivery WHERE dead_at IS NULL") == 1


async def test_no_proxy_of_the_environment_is_asked(office, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    crm = await office.told_sink()
    await office.rest()
    assert crm.ids == [1]


async def test_a_mistake_of_ours_is_a_failed_try_and_no_outage(office, monkeypatch):
    async def broken(*_arguments, **_named):
        raise ZeroDivisionError

    await office.told_sink()
    monkeypatch.setattr(sending, "send_delivery", broken)
    await office.rest()
    assert await office.world.value("SELECT failure FROM webhook_delivery") == "internal error"
