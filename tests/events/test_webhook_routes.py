from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from service.events import deliveries
from service.model.ids import new_id
from service.model.vocabulary import Role
from service.web.http.route import routes_of
from service.web.routes.operations.webhooks import WebhookRoutes
from tests.fixtures import NOW
from tests.web.front import application, caller

CRM = {"url": "https://crm.example.com/hook", "types": ["handoff.*", "context.changed"], "role": "console"}


async def resolve(host, _port):
    """Names of a company: one host is outside, one inside."""
    addresses = {"crm.example.com": "93.184.216.34", "intranet.example.com": "10.0.0.7"}
    if host not in addresses:
        raise OSError
    return [ip_address(addresses[host])]


@pytest.fixture
async def admin(database):
    async with caller(
        application(*routes_of(WebhookRoutes(database, resolve, allow_private=False))), Role.ADMIN
    ) as client:
        yield client


async def test_the_secret_is_shown_once_and_stays_when_the_webhook_is_changed(admin, world):
    created = await admin.put("/v1/webhooks/crm", json=CRM)
    assert created.status_code == 201
    assert created.json()["secret"].startswith("whsec_")

    changed = await admin.put("/v1/webhooks/crm", json=CRM | {"types": ["*"]})
    assert changed.status_code == 200
    assert "secret" not in changed.json()
    (listed,) = (await admin.get("/v1/webhooks")).json()["items"]
    assert "secret" not in listed
    assert (listed["types"], listed["role"], listed["pending"], listed["dead"]) == (["*"], "console", 0, 0)
    assert await world.value("SELECT secret FROM webhook") == created.json()["secret"]


async def test_webhooks_are_listed_in_pages(admin):
    for name in ("a", "b", "c"):
        await admin.put(f"/v1/webhooks/{name}", json=CRM)
    first = (await admin.get("/v1/webhooks?limit=2")).json()
    second = (await admin.get("/v1/webhooks", params={"limit": 2, "after": first["next"]})).json()
    assert [item["name"] for page in (first, second) for item in page["items"]] == ["a", "b", "c"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "https://intranet.example.com/"}, "url"),
        ({"url": "http://crm.example.com/"}, "url"),
        ({"url": ""}, "url"),
        ({"types": []}, "types"),
        ({"types": ["handoff"]}, "types[0]"),
        ({"types": ["*.*"]}, "types[0]"),
        ({"role": "admin"}, "role"),
        ({"role": "partner"}, ""),
        ({"role": "partner", "queue": "nord"}, "queue"),
        ({"secret": "mine"}, "secret"),
    ],
)
async def test_a_webhook_that_cannot_be_is_refused_with_the_field_named(admin, wrong, field):
    answer = await admin.put("/v1/webhooks/crm", json=CRM | wrong)
    problem = answer.json()
    assert answer.status_code == 400
    assert [error["field"] for error in problem.get("errors", [])] == ([field] if field else [])


@pytest.mark.parametrize("name", ["-", "a b", "ä", "x" * 101, "%2e%2e"])
async def test_a_name_that_fits_in_no_path_is_refused(admin, name):
    assert (await admin.put(f"/v1/webhooks/{name}", json=CRM)).status_code == 400


async def test_a_partner_s_webhook_names_its_queue(admin, world):
    await world.queue("nord")
    answer = await admin.put("/v1/webhooks/nord", json=CRM | {"role": "partner", "queue": "nord"})
    assert (answer.status_code, answer.json()["queue"]) == (201, "nord")


async def test_what_was_given_up_is_listed_and_replayed(admin, world, database):
    await admin.put("/v1/webhooks/crm", json=CRM)
    await world.tell("context.changed", new_id(), times=3)
    await world.execute("UPDATE webhook_delivery SET dead_at = $1, tries = 12 WHERE event_id < 3", NOW)

    first = (await admin.get("/v1/webhooks/crm/deliveries?limit=1")).json()
    second = (await admin.get("/v1/webhooks/crm/deliveries", params={"after": first["next"]})).json()
    pending = (await admin.get("/v1/webhooks/crm/deliveries?state=pending")).json()
    assert [item["event_id"] for item in first["items"] + second["items"]] == [1, 2]
    assert [item["event_id"] for item in pending["items"]] == [3]
    assert first["items"][0]["tries"] == 12

    assert (await admin.post("/v1/webhooks/crm/replay")).json() == {"replayed": 2}
    assert (await admin.get("/v1/webhooks/crm/deliveries")).json()["items"] == []
    async with database.transaction() as connection:
        assert len(await deliveries.claim_deliveries(connection, now=NOW.replace(year=2027), running={})) == 3


async def test_a_replay_may_ask_for_events_since_a_time_or_for_one(admin, world, database):
    await admin.put("/v1/webhooks/crm", json=CRM)
    await world.tell("context.changed", new_id(), times=3)
    async with database.transaction() as connection:
        await connection.execute(
            "UPDATE webhook_delivery SET dead_at = $1, created_at = $2::timestamptz - event_id * '1 hour'::interval",
            NOW,
            NOW,
        )
    replays = [
        await admin.post("/v1/webhooks/crm/replay", json=asked)
        for asked in ({"event_id": 2}, {"event_id": 2}, {"since": (NOW - timedelta(hours=1)).isoformat()}, {})
    ]
    assert [one.json() for one in replays] == [{"replayed": count} for count in (1, 0, 1, 1)]
    assert (await admin.post("/v1/webhooks/crm/replay", json={"from": "now"})).status_code == 400


async def test_a_paused_webhook_is_listed_as_such_until_it_goes_on(admin, world):
    await admin.put("/v1/webhooks/crm", json=CRM)
    paused = (await admin.post("/v1/webhooks/crm/pause")).json()
    assert paused["paused_at"] is not None
    await world.tell("context.changed", new_id(), times=1)
    (listed,) = (await admin.get("/v1/webhooks")).json()["items"]
    assert (listed["paused_at"], listed["pending"], listed["failing"]) == (paused["paused_at"], 1, 0)
    assert (await admin.post("/v1/webhooks/crm/resume")).json()["paused_at"] is None


async def test_what_is_failing_is_listed_with_what_was_given_up(admin, world):
    await admin.put("/v1/webhooks/crm", json=CRM)
    await world.tell("context.changed", new_id(), times=3)
    await world.execute("UPDATE webhook_delivery SET dead_at = $1, failure = 'status 500' WHERE event_id = 1", NOW)
    await world.execute("UPDATE webhook_delivery SET tries = 2, failure = 'no connection' WHERE event_id = 2")
    listed = {}
    for state in ("", "dead", "failing", "pending"):
        items = (await admin.get(f"/v1/webhooks/crm/deliveries?state={state}")).json()["items"]
        listed[state] = {item["event_id"]: item["failure"] for item in items}
    dead, failing = {1: "status 500"}, {2: "no connection"}
    assert listed == {"": dead | failing, "dead": dead, "failing": failing, "pending": failing | {3: None}}


async def test_a_rotated_secret_is_shown_once_and_leaves_what_waits(admin, world, database):
    old = (await admin.put("/v1/webhooks/crm", json=CRM)).json()["secret"]
    await world.tell("context.changed", new_id())
    new = (await admin.post("/v1/webhooks/crm/rotate")).json()["secret"]
    newest = (await admin.post("/v1/webhooks/crm/rotate")).json()["secret"]
    assert "secret" not in (await admin.put("/v1/webhooks/crm", json=CRM)).json()
    rotated_at = datetime.now(UTC)  # the clock of the routes
    async with database.transaction() as connection:
        (claimed,) = await deliveries.claim_deliveries(connection, now=rotated_at + timedelta(hours=23), running={})
        (later,) = await deliveries.claim_deliveries(connection, now=rotated_at + timedelta(hours=25), running={})
    assert (claimed.secrets[0], set(claimed.secrets)) == (newest, {old, new, newest})
    assert later.secrets == [newest]


async def test_a_disabled_webhook_is_not_replayed_until_it_is_stored_again(admin, world):
    await admin.put("/v1/webhooks/crm", json=CRM)
    await world.execute("UPDATE webhook SET disabled_at = $1", NOW)
    answer = await admin.post("/v1/webhooks/crm/replay")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/webhook-disabled")
    await admin.put("/v1/webhooks/crm", json=CRM)
    assert (await admin.post("/v1/webhooks/crm/replay")).status_code == 200


async def test_a_deleted_webhook_leaves_nothing(admin, world):
    await admin.put("/v1/webhooks/crm", json=CRM)
    await world.tell("context.changed", new_id())
    assert (await admin.delete("/v1/webhooks/crm")).status_code == 204
    assert await world.value("SELECT count(*) FROM webhook_delivery") == 0


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", ""), ("GET", "/deliveries"), ("POST", "/replay"), ("POST", "/rotate")]
)
async def test_an_unknown_webhook_is_absent(admin, method, path):
    answer = await admin.request(method, f"/v1/webhooks/crm{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/webhook-unknown")


async def test_an_unknown_state_is_refused(admin):
    answer = await admin.get("/v1/webhooks/crm/deliveries?state=lost")
    assert answer.json()["errors"][0]["field"] == "state"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_webhooks_are_for_admins_alone(database, role):
    async with caller(application(*routes_of(WebhookRoutes(database, resolve, allow_private=False))), role) as client:
        for method, path in (("PUT", "/crm"), ("GET", ""), ("DELETE", "/crm"), ("POST", "/crm/replay")):
            assert (await client.request(method, f"/v1/webhooks{path}")).status_code == 403
