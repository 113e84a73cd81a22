"""Every source hears what the golden record knows better than its own record, once, and never what it said itself."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from standardwebhooks import Webhook as Signer

from service.app.worker import worker_dependencies
from service.events.retries import TryOutcome
from service.resolution.playback.changes import make_due
from service.resolution.playback.delivery import CLAIM_LEASE, claim_messages, settle_messages
from service.resolution.playback.follower import follow_golden_records
from service.worker.playback import tell_sources
from service.worker.relay import relay_outbox

ANNA = {"name": {"given": "Anna", "family": "Weber"}, "emails": ["anna@example.de"], "verified": True}


class Company:
    """Two systems that state records, and the webhook by which both are told."""

    def __init__(self, desk, rooms):
        self.desk, self.rooms, self.status, self.messages, self.secret = desk, rooms, 204, [], ""

    async def set_up(self):
        hook = {"url": "https://back.example/hook", "types": ["handoff.*"], "role": "console"}
        self.secret = (await self.desk("admin", "PUT", "/v1/webhooks/back", hook)).json()["secret"]
        for name in ("crm", "shop"):
            await self.desk("admin", "PUT", f"/v1/sources/{name}", {"title": name, "webhook": "back"})

    async def state(self, source, **fields):
        answer = await self.desk("console", "PUT", f"/v1/sources/{source}/records/{source}-1", ANNA | fields)
        assert answer.is_success, answer.text
        return answer.json()["customer_id"]

    async def follow(self):
        while await relay_outbox(worker_dependencies(self.rooms)) or await follow_golden_records(
            self.rooms.database, now=self.rooms.clock.now()
        ):
            pass

    def answer(self, request):
        said_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        signature = Signer(self.secret).sign(request.headers["webhook-id"], said_at, request.content.decode())
        assert request.headers["webhook-signature"] == signature
        self.messages.append(msgspec.json.decode(request.content))
        return httpx.Response(self.status, stream=httpx.ByteStream(b""))

    async def tell(self):
        """What the sources hear now: source and records of each message."""
        await self.follow()
        self.messages.clear()
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.answer)) as client:
            while await tell_sources(worker_dependencies(self.rooms), client, asyncio.Event()):
                pass
        return [(one["data"]["source"], one["data"]["external_ids"]) for one in self.messages]

    async def take_over(self, source):
        """The source states what the golden record of its person says."""
        fields = (await self.desk("console", "GET", f"/v1/sources/{source}/records/{source}-1/golden")).json()["fields"]
        values = {
            name: [fields[name]["value"], *(one["value"] for one in fields[name]["others"])]
            for name in ("phone", "email")
            if name in fields
        }
        name = {part: fields[part]["value"] for part in ("given", "family")}
        address = [fields["address"]["value"]] if "address" in fields else []
        await self.state(source, name=name, phones=values.get("phone", []), emails=values["email"], addresses=address)


@pytest.fixture
async def company(desk, rooms):
    company = Company(desk, rooms)
    await company.set_up()
    return company


async def test_a_source_hears_what_another_one_knows_and_nothing_of_its_own(company):
    anna = await company.state("crm")
    assert await company.state("shop", phones=["0171 5550101"]) == anna
    assert await company.tell() == [("crm", ["crm-1"])]
    (message,) = company.messages
    assert message["type"] == "askonce.customer.golden_record_changed"
    assert message["data"]["customer_id"] == anna
    assert "0171" not in str(message)
    assert "Weber" not in str(message)
    assert await company.tell() == []


async def test_a_customer_whose_values_cannot_be_read_keeps_no_other_customer_waiting(company, desk, rooms):
    strange = (await desk("console", "PUT", "/v1/sources/crm/records/strange", {"phones": ["0711 5550909"]})).json()
    async with rooms.database.connection() as connection:
        await connection.execute(
            "UPDATE customer_value SET value = '[1]' WHERE customer_id = $1", strange["customer_id"]
        )
    await company.state("crm")
    await company.state("shop", phones=["0171 5550101"])
    assert await company.tell() == [("crm", ["crm-1"])]


async def test_sources_that_take_over_what_they_were_told_come_to_rest(company):
    await company.state("crm", phones=["0711 5550202"])
    await company.state("shop", phones=["0171 5550101"])
    heard = []
    for _ in range(5):
        heard.append(await company.tell())
        for source, _records in heard[-1]:
            await company.take_over(source)
    assert len(heard[0]) == 2
    assert heard[1:] == [[], [], [], []]


async def test_what_changes_while_a_message_waits_is_one_message(company):
    await company.state("crm")
    await company.state("shop", phones=["0171 5550101"])
    company.status = 503
    assert await company.tell() == [("crm", ["crm-1"])]
    await company.state("shop", phones=["0171 5550303"])
    company.status = 204
    company.rooms.clock.offset += timedelta(minutes=1)
    assert await company.tell() == [("crm", ["crm-1"])]
    assert await company.tell() == []


async def test_a_source_without_a_webhook_catches_up_by_the_feed(company):
    await company.desk("admin", "PUT", "/v1/sources/crm", {"title": "crm", "webhook": None})
    await company.state("crm")
    await company.state("shop", phones=["0171 5550101"])
    assert await company.tell() == []
    (change,) = (await company.desk("console", "GET", "/v1/sources/crm/changes")).json()["items"]
    assert (change["external_id"], change["fields"]) == ("crm-1", ["phone"])
    later = await company.desk("console", "GET", f"/v1/sources/crm/changes?after={change['sequence']}")
    assert later.json() == {"items": [], "next": None}


async def test_an_undone_merge_tells_both_what_stands_again(company):
    anna = await company.state("crm", phones=["0171 5550101"])
    twin = await company.state("shop", emails=["a.weber@example.de"], phones=[])
    assert twin != anna
    assert await company.tell() == []
    await company.desk("console", "PUT", f"/v1/customers/{anna}/merges", {"other_customer_id": twin})
    assert {source for source, _ in await company.tell()} == {"crm", "shop"}
    await company.desk("console", "DELETE", f"/v1/customers/{anna}/merges/{twin}")
    assert {source for source, _ in await company.tell()} == {"crm", "shop"}
    feed = (await company.desk("console", "GET", "/v1/sources/shop/changes")).json()["items"]
    assert [one["fields"] for one in feed] == [["email", "phone"]]
    assert await company.tell() == []


async def test_a_source_that_took_over_a_value_by_stating_it_is_not_told_of_it_again(company):
    await company.state("crm", phones=["0171 5550101"])
    await company.state("shop", phones=["0171 5550101", "0172 5550202", "0173 5550303"])
    assert await company.tell() == [("crm", ["crm-1"])]
    await company.state("crm", phones=["0171 5550101", "0172 5550202"])
    assert await company.tell() == []
    await company.state("crm", phones=["0171 5550101", "0172 5550202", "0173 5550303"])
    assert await company.tell() == []


async def test_what_changes_while_a_message_is_put_off_is_tried_at_once(company):
    await company.state("crm")
    await company.state("shop", phones=["0171 5550101"])
    company.status = 503
    assert await company.tell() == [("crm", ["crm-1"])]
    assert await company.tell() == []
    await company.state("shop", phones=["0171 5550303"])
    assert await company.tell() == [("crm", ["crm-1"])]


async def test_a_receiver_that_is_gone_is_told_nothing_more(company):
    await company.state("crm")
    await company.state("shop", phones=["0171 5550101"])
    company.status = 410
    assert await company.tell() == [("crm", ["crm-1"])]
    [hook] = (await company.desk("admin", "GET", "/v1/webhooks")).json()["items"]
    assert hook["disabled_at"] is not None
    await company.state("shop", phones=["0171 5550303"])
    assert await company.tell() == []


async def test_all_that_a_source_was_told_is_told_again_under_another_id(company):
    await company.state("crm")
    await company.state("shop", phones=["0171 5550101"])
    assert await company.tell() == [("crm", ["crm-1"])]
    first = company.messages[0]["id"]
    async with company.rooms.database.transaction() as connection:
        assert await make_due(connection, None, everything=True, now=company.rooms.clock.now()) == 1
    assert await company.tell() == [("crm", ["crm-1"])]
    assert company.messages[0]["id"] != first


async def test_a_pin_and_another_rule_are_told_of(company):
    anna = await company.state("crm", name={"given": "Anna", "family": "Weber"}, stated_at="2026-11-01T08:00:00Z")
    await company.state("shop", name={"given": "Anna", "family": "Huber"}, stated_at="2026-11-02T08:00:00Z")
    assert {source for source, _ in await company.tell()} == {"crm"}
    await company.desk(
        "admin",
        "PUT",
        "/v1/settings/survivorship",
        {"family": {"rule": "oldest"}, "given": {"rule": "oldest"}, "full": {"rule": "oldest"}},
    )
    assert {source for source, _ in await company.tell()} == {"crm", "shop"}  # crm may have taken Huber over
    await company.desk("console", "PUT", f"/v1/customers/{anna}/golden/family", {"value": "Berger"})
    assert {source for source, _ in await company.tell()} == {"crm", "shop"}


async def test_a_message_of_a_worker_that_died_is_sent_once_more_under_its_id(company):
    await company.state("crm")
    await company.state("shop", phones=["0171 5550101"])
    await company.follow()
    clock, database = company.rooms.clock, company.rooms.database
    async with database.transaction() as connection, database.transaction() as other:
        (lost,) = await claim_messages(connection, clock.now())
        assert await claim_messages(other, clock.now()) == []
    assert await company.tell() == []
    clock.offset += CLAIM_LEASE
    assert await company.tell() == [("crm", ["crm-1"])]
    assert company.messages[0]["id"] == lost.message_id


async def test_what_changes_while_a_message_is_on_its_way_follows_it(company):
    await company.state("crm")
    await company.state("shop", phones=["0171 5550101"])
    await company.follow()
    clock, database = company.rooms.clock, company.rooms.database
    async with database.transaction() as connection:
        claimed = await claim_messages(connection, clock.now())
    await company.state("shop", phones=["0171 5550303"])
    assert await company.tell() == []
    async with database.transaction() as connection:
        ended = [(one, TryOutcome()) for one in claimed]
        await settle_messages(connection, ended, now=clock.now(), jitter=0.0)
    assert await company.tell() == [("crm", ["crm-1"])]
    assert company.messages[0]["id"] != claimed[0].message_id


async def test_a_record_that_was_split_off_is_told_of_its_new_customer(company):
    await company.state("crm")
    anna = await company.state("shop", phones=["0171 5550101"])
    company.status = 503
    assert await company.tell() == [("crm", ["crm-1"])]
    split = {"interactions": [], "identities": [{"kind": "external", "value": "crm:crm-1"}]}
    path = f"/v1/customers/{anna}/split"
    other = (await company.desk("console", "POST", path, split, idempotency_key="split")).json()["id"]
    await company.follow()
    (change,) = (await company.desk("console", "GET", "/v1/sources/crm/changes")).json()["items"]
    assert change["customer_id"] == other
