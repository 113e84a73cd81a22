"""Operators see what became of the latest deliveries of each door, and nothing of what they said."""

from datetime import timedelta

import httpx
import pytest
from msgspec.structs import replace

from service.app.arrivals import create_deliveries, create_delivery_log, create_registrar
from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.channels.base import ChannelAccount, Delivery
from service.channels.registry import ADAPTERS
from service.db.pool import Database
from service.errors import AskonceError, DeliveryRefused, Unavailable
from service.inbound import accounts
from service.inbound.delivery_log import MAX_KEPT, DeliveryTimer
from service.worker.housekeeping import delete_expired
from tests.channels.vendors import instance_of
from tests.fixtures import NOW, Desk

SECRETS = {"resend": "whsec_ZXhhbXBsZS1zZWNyZXQtb2YtdGhlLWRvb3I="}
CHATWOOT = ADAPTERS["chatwoot"]


async def add(rooms: Rooms, adapter: str = "chatwoot", name: str = "shop") -> ChannelAccount:
    values = {"secret": SECRETS.get(adapter, "a secret of the door")}
    async with rooms.database.transaction() as connection:
        return await accounts.add_account(connection, ADAPTERS[adapter], name=name, values=values, now=NOW)


async def send(http: httpx.AsyncClient, account: ChannelAccount, sample: Delivery | None = None):
    """The vendor's system sends the sample to the door."""
    sent = sample or ADAPTERS[account.adapter].samples(account)[0]
    path = accounts.delivery_path(ADAPTERS[account.adapter], account)
    return await http.post(path, content=sent.raw, headers=dict(sent.headers))


async def listed(desk: Desk, name: str = "shop", query: str = "") -> list[dict]:
    answer = await desk("admin", "GET", f"/v1/channels/{name}/deliveries{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_delivery_is_listed_with_what_it_became(rooms, desk):
    account = await add(rooms)
    await send(desk.http, account)
    (entry,) = await listed(desk)
    customer = (await desk.look_up()).json()["customer"]["id"]
    assert (entry["outcome"], entry["registered"], entry["problem"]) == ("accepted", 1, None)
    assert (entry["customers"], len(entry["interactions"]), entry["kept"]) == ([customer], 1, True)
    assert entry["received_at"] == "2026-11-21T09:30:00Z"
    assert entry["latency_ms"] > 0


async def test_repeated_silent_and_refused_deliveries_are_told_apart_and_counted(rooms, desk):
    account = await add(rooms)
    await send(desk.http, account)
    await send(desk.http, account)
    refused = await send(desk.http, account, replace(CHATWOOT.samples(account)[0], raw=b"{}"))  # that was not signed
    assert refused.status_code == 401
    entries = await listed(desk)
    assert [one["outcome"] for one in entries] == ["refused", "duplicate", "accepted"]
    assert (entries[0]["problem"], entries[0]["kept"]) == ("/problems/delivery-refused", False)
    assert [one["outcome"] for one in await listed(desk, query="?outcome=duplicate")] == ["duplicate"]
    (door,) = await create_delivery_log(rooms).list_channels(NOW)
    assert (door.accepted, door.refused, door.taken_at, door.error_at) == (2, 1, NOW, NOW)


async def test_the_log_holds_nothing_of_what_was_said(rooms, desk):
    account = await add(rooms)
    await send(desk.http, account)
    await send(desk.http, account, replace(CHATWOOT.samples(account)[0], headers={}))
    await listed(desk)
    async with rooms.database.connection() as connection:
        rows = str(await connection.fetch("SELECT d::text FROM channel_delivery d"))
    assert len(rows) > 100
    assert not any(said in rows for said in ("anna", "Anna", "parcel", account.secret))


async def test_a_page_of_deliveries_ends_where_the_next_begins(rooms, desk):
    account = await add(rooms)
    for _ in range(3):
        await send(desk.http, account)
    first = (await desk("console", "GET", "/v1/channels/shop/deliveries?limit=2")).json()
    second = (await desk("console", "GET", f"/v1/channels/shop/deliveries?limit=2&after={first['next']}")).json()
    assert [one["outcome"] for one in first["items"] + second["items"]] == ["duplicate", "duplicate", "accepted"]
    assert second["next"] is None
    assert (await desk("console", "GET", "/v1/channels/shop/deliveries?after=soon")).status_code == 400


async def test_a_door_that_does_not_exist_has_no_list(rooms, desk):
    for name in ("shop", "email"):
        answer = await desk("admin", "GET", f"/v1/channels/{name}/deliveries")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/channel-unknown")


@pytest.mark.parametrize("name", ["meta", "email"])
async def test_a_door_may_be_called_as_its_kind_is(rooms, desk, name):
    await add(rooms, name, name=name)
    assert await listed(desk, name) == []


async def test_no_door_has_the_name_of_the_list(rooms):
    with pytest.raises(AskonceError, match="choose another one"):
        await add(rooms, name="deliveries")


async def test_each_door_tells_what_its_recorded_deliveries_became(rooms):
    log = create_delivery_log(rooms)
    deliveries = create_deliveries(rooms, create_registrar(rooms), log)
    for name, adapter in ADAPTERS.items():
        account = await add(rooms, name, name=f"my-{name}")
        for sample in adapter.samples(account):
            await deliveries.receive_delivery(adapter, account, sample)
    outcomes = {}
    for name in ADAPTERS:
        page = await log.list_deliveries(f"my-{name}", outcome=None, after=None, limit=9)
        outcomes[name] = [str(one.outcome) for one in page.items]
        became = [one.interactions + one.customers + one.handoffs for one in page.items]
        assert any(became) or name in {"botframework", "resend"}, name  # whose samples need a queue, or fetch nothing
    samples = {name: len(adapter.samples(account_of(name))) for name, adapter in ADAPTERS.items()}
    assert {name: len(found) for name, found in outcomes.items()} == samples
    assert outcomes["resend"] == ["ignored"]


def account_of(name: str) -> ChannelAccount:
    """An account of a door that is stored nowhere."""
    return instance_of(ADAPTERS[name])


async def test_a_flood_of_refused_deliveries_is_counted_and_hides_no_other(rooms, clock):
    log, account = create_delivery_log(rooms), await add(rooms)
    sample = CHATWOOT.samples(account)[0]
    deliveries = create_deliveries(rooms, create_registrar(rooms), log)
    await deliveries.receive_delivery(CHATWOOT, account, sample)
    for _ in range(MAX_KEPT + 50):
        log.record_refused(account, sample, DeliveryRefused(), timer=DeliveryTimer())
    (door,) = await log.list_channels(NOW)
    assert (door.accepted, door.refused) == (1, MAX_KEPT + 50)
    log.record_refused(account, sample, DeliveryRefused(), timer=DeliveryTimer())
    await log.flush()
    await delete_expired(worker_dependencies(rooms))
    refused = await log.list_deliveries("shop", outcome=None, after=None, limit=1000)
    assert len(refused.items) == MAX_KEPT + 1
    clock.offset += timedelta(days=8)
    await delete_expired(worker_dependencies(rooms))
    assert (await log.list_deliveries("shop", outcome=None, after=None, limit=1000)).items == []
    await log.stop()


async def test_what_cannot_be_written_now_is_written_later(rooms, database_url, monkeypatch):
    gone = await Database.connect(database_url, connections=1)
    await gone.close()
    log, account = create_delivery_log(rooms), await add(rooms)
    log.record_refused(account, CHATWOOT.samples(account)[0], DeliveryRefused(), timer=DeliveryTimer())
    with monkeypatch.context() as outage:
        outage.setattr(log, "_database", gone)
        with pytest.raises(Unavailable):
            await log.flush()
    assert len((await log.list_deliveries("shop", outcome=None, after=None, limit=9)).items) == 1
    await log.stop()
