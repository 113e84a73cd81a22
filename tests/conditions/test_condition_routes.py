"""Conditions and redemptions over HTTP: roles, keys of intention, versions, and views that are dropped in time."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.fixtures import NOW

TERM = {"title": "Ambassador 20 %", "kind": "discount", "terms": {"percent": 20}}
RECEIPT = {"store": "DE-042", "receipt": "2026/11/7", "amount": 99.9, "currency": "EUR"}


@pytest.fixture
async def anna(new_customer):
    return await new_customer("Anna Müller")


async def test_a_granted_condition_is_answered_in_full(shop, anna):
    granted = await shop.grant(anna, valid_until="2027-01-01T00:00:00+01:00", contract="AMB-7")
    assert granted | {"id": ""} == {
        "id": "",
        "customer_id": str(anna),
        "title": "Ambassador 20 %",
        "kind": "discount",
        "terms": {"percent": 20},
        "scope": {"stores": [], "categories": [], "brands": [], "channels": []},
        "valid_from": "2026-11-21T09:30:00Z",
        "valid_until": "2026-12-31T23:00:00Z",
        "priority": 0,
        "stacking": "stack",
        "audiences": ["console", "store", "bot"],
        "contract": "AMB-7",
        "max_uses": None,
        "max_uses_per": None,
        "created_at": "2026-11-21T09:30:00Z",
        "revoked_at": None,
    }


async def test_the_same_grant_twice_is_one_condition(shop, anna):
    console = shop.desk("console")
    path, key = f"/v1/customers/{anna}/conditions", {"idempotency-key": "grant-1"}
    first, again = [await console.post(path, json=TERM, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    other = await console.post(path, json=TERM | {"title": "Another"}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert len((await console.get(path)).json()["items"]) == 1


async def test_the_list_is_paged(shop, anna):
    for number in range(3):
        await shop.grant(anna, key=f"k-{number}", title=f"Term {number}")
    console, path = shop.desk("console"), f"/v1/customers/{anna}/conditions"
    first = (await console.get(path, params={"limit": 2})).json()
    second = (await console.get(path, params={"limit": 2, "after": first["next"]})).json()
    assert [one["title"] for page in (first, second) for one in page["items"]] == ["Term 2", "Term 1", "Term 0"]
    assert second["next"] is None
    assert (await console.get(path, params={"after": "x"})).status_code == 400


async def test_every_change_carries_its_version_and_drops_the_views(shop, anna):
    condition = await shop.grant(anna)
    console, path = shop.desk("console"), f"/v1/conditions/{condition['id']}"
    till = shop.desk("till 42")
    answers = [
        await console.patch(path, json={"priority": 5, "valid_until": None}),
        await till.post(f"{path}/redemptions", json=RECEIPT),
        await till.delete(f"{path}/redemptions/2026/11/7"),
        await console.delete(path),
    ]
    assert [answer.status_code for answer in answers] == [200, 201, 204, 204]
    assert [answer.headers["context-version"] for answer in answers] == ["2", "3", "4", "5"]
    assert shop.dropped == [anna] * 5


async def test_a_revoked_condition_cannot_be_changed_or_redeemed(shop, anna):
    condition = await shop.grant(anna)
    console, path = shop.desk("console"), f"/v1/conditions/{condition['id']}"
    assert (await console.delete(path)).status_code == 204
    assert (await console.delete(path)).status_code == 204
    changed = await console.patch(path, json={"title": "VIP"})
    redeemed = await shop.desk("till 42").post(f"{path}/redemptions", json=RECEIPT)
    assert [answer.json()["type"] for answer in (changed, redeemed)] == ["/problems/condition-not-in-force"] * 2
    late = RECEIPT | {"redeemed_at": (NOW - timedelta(seconds=1)).isoformat()}
    assert (await shop.desk("till 42").post(f"{path}/redemptions", json=late)).status_code == 409


async def test_a_receipt_counts_once_and_over_the_limit_is_used_up(shop, anna):
    condition = await shop.grant(anna, max_uses=1, max_uses_per="year")
    till, path = shop.desk("till 42"), f"/v1/conditions/{condition['id']}/redemptions"
    first, again = [await till.post(path, json=RECEIPT) for _ in range(2)]
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json()["amount"] == 99.9
    other = await till.post(path, json=RECEIPT | {"amount": 10})
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    over = await till.post(path, json=RECEIPT | {"receipt": "R-2"})
    assert (over.status_code, over.json()["type"]) == (409, "/problems/condition-used-up")
    assert (await till.delete(f"{path}/{RECEIPT['receipt']}")).status_code == 204
    assert (await till.post(path, json=RECEIPT | {"receipt": "R-2"})).status_code == 201


async def test_the_console_sees_what_tills_granted_in_excess_while_they_were_offline(shop, anna):
    condition = await shop.grant(anna, max_uses=1)
    path = f"/v1/conditions/{condition['id']}/redemptions"
    for receipt in ("R-1", "R-2", "R-3"):
        granted = RECEIPT | {"receipt": receipt, "offline": True}
        assert (await shop.desk("till 42").post(path, json=granted)).status_code == 201
    first = await shop.desk("console").get(path, params={"limit": 2})
    rest = await shop.desk("console").get(path, params={"after": first.json()["next"]})
    seen = first.json()["items"] + rest.json()["items"]
    flags = [(one["receipt"], one["late"], one["over_limit"]) for one in seen]
    assert flags == [("R-1", True, False), ("R-2", True, True), ("R-3", True, True)]
    assert (rest.json()["next"], first.headers["context-version"]) == (None, "4")
    assert (await shop.desk("console").get(f"/v1/conditions/{uuid4()}/redemptions")).status_code == 404
    assert (await shop.desk("till 42").get(path)).status_code == 403


@pytest.mark.promise("S1")
async def test_a_redemption_elsewhere_cannot_be_voided_or_told_from_none(shop, anna):
    condition = await shop.grant(anna)
    path = f"/v1/conditions/{condition['id']}/redemptions"
    await shop.desk("till 42").post(path, json=RECEIPT)
    foreign = await shop.desk("till 1").delete(f"{path}/2026/11/7")
    absent = await shop.desk("till 1").delete(f"{path}/R-9")
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert foreign.json()["type"] == "/problems/redemption-unknown"


async def test_what_is_not_there_is_said_to_be_unknown(shop):
    console, term = shop.desk("console"), {"json": TERM, "headers": {"idempotency-key": "k"}}
    for some_id in (uuid4(), "x"):
        answers = [
            await console.post(f"/v1/customers/{some_id}/conditions", **term),
            await console.get(f"/v1/customers/{some_id}/conditions"),
            await console.patch(f"/v1/conditions/{some_id}", json={}),
            await console.delete(f"/v1/conditions/{some_id}"),
            await console.post(f"/v1/conditions/{some_id}/redemptions", json=RECEIPT),
            await console.delete(f"/v1/conditions/{some_id}/redemptions/R-1"),
        ]
        assert [answer.json()["type"].rpartition("/")[2] for answer in answers] == ["customer-unknown"] * 2 + [
            "condition-unknown"
        ] * 4


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/customers/{}/conditions", {"console", "admin"}),
        ("GET", "/v1/customers/{}/conditions", {"console", "admin"}),
        ("PATCH", "/v1/conditions/{}", {"console", "admin"}),
        ("DELETE", "/v1/conditions/{}", {"console", "admin"}),
        ("POST", "/v1/conditions/{}/redemptions", {"till 42", "console", "admin"}),
        ("DELETE", "/v1/conditions/{}/redemptions/R-1", {"till 42", "console", "admin"}),
        ("POST", "/v1/store/lookup", {"till 42", "admin"}),
        ("POST", "/v1/store/confirm", {"till 42", "admin"}),
    ],
)
async def test_each_route_is_for_its_roles_alone(shop, method, path, allowed):
    desks = ("till 42", "admin", "console", "bot", "partner", "channel", "privacy")
    refused = {
        desk
        for desk in desks
        if (await shop.desk(desk).request(method, path.format(uuid4()), json={})).status_code == 403
    }
    assert refused == set(desks) - allowed
