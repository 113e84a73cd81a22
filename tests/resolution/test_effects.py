"""The effect of a merge, and of undoing it, is shown before: what is shown is what comes, and looking changes nothing."""

from typing import Any

import pytest

from tests.fixtures import Desk
from tests.handoff.examples import queue_json

ANN = ("email", "ann@example.de")
ALWAYS = {"time_zone": "Europe/Berlin", "country": "DE", "hours": "24/7"}
CONDITION = {"title": "Goodwill", "kind": "note", "terms": {"text": "x"}}
CRM = {
    "name": {"given": "Anna", "family": "Weber"},
    "birth_date": "1980-02-01",
    "emails": ["anna@example.de"],
    "identities": [{"kind": "loyalty_card", "value": "gold:1"}],
    "stated_at": "2026-01-01T00:00:00Z",
}
SHOP = {
    "name": {"given": "Anna", "family": "Weber-Koch"},
    "birth_date": "1980-02-03",
    "emails": ["ann@example.de"],
    "identities": [{"kind": "loyalty_card", "value": "gold:2"}],
    "stated_at": "2026-02-01T00:00:00Z",
}


class Pair:
    """Anna of the CRM and Ann of the shop, who may be one person."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.anna = self.ann = ""

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        answer = await self.desk("console", method, path, body, **headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def stand(self) -> None:
        self.anna = (await self.call("PUT", "/v1/sources/crm/records/7", CRM))["customer_id"]
        self.ann = (await self.call("PUT", "/v1/sources/shop/records/n-9", SHOP))["customer_id"]
        await self.desk("admin", "PUT", "/v1/queues/support", queue_json(calendar=ALWAYS))
        handoff = {"customer_id": self.ann, "reason": {"text": "Help"}, "to": {"queue": "support"}}
        await self.call("POST", "/v1/handoffs", handoff, idempotency_key="h")
        await self.call("POST", f"/v1/customers/{self.anna}/conditions", CONDITION, idempotency_key="c")
        callback = {"customer_id": self.anna, "queue": "support", "reason": "Later", "phone": "+491715550100"}
        await self.call("POST", "/v1/callbacks", callback, idempotency_key="b")

    async def preview(self) -> Any:
        return await self.call("POST", f"/v1/customers/{self.anna}/merges/preview", {"other": self.ann})

    async def unmerge_preview(self) -> Any:
        return await self.call("GET", f"/v1/customers/{self.anna}/merges/{self.ann}/unmerge-preview")

    async def merge(self) -> None:
        await self.call("PUT", f"/v1/customers/{self.anna}/merges", {"other_customer_id": self.ann})


@pytest.fixture
async def pair(desk: Desk) -> Pair:
    pair = Pair(desk)
    await pair.stand()
    return pair


async def test_a_preview_shows_in_what_two_customers_disagree(pair: Pair):
    seen = {one["field"]: (one["here"], one["there"], one["exclusive"]) for one in (await pair.preview())["conflicts"]}
    assert seen == {
        "family": (["Weber"], ["Weber-Koch"], False),
        "birth_date": (["1980-02-01"], ["1980-02-03"], False),
        "loyalty_card:GOLD": (["GOLD:1"], ["GOLD:2"], True),
    }


async def test_a_preview_names_what_each_of_them_shares_with_the_other(pair: Pair):
    effect = await pair.preview()
    for part, owner in (("handoffs", pair.ann), ("callbacks", pair.anna), ("conditions", pair.anna)):
        assert [one["customer_id"] for one in effect[part]] == [owner], part
    assert (effect["handoffs"][0]["queue"], effect["handoffs"][0]["state"]) == ("support", "offered")
    assert effect["conditions"][0]["title"] == "Goodwill"
    assert effect["sources_told"] == [{"source": "crm", "external_id": "7"}, {"source": "shop", "external_id": "n-9"}]


async def test_what_is_shown_before_a_merge_is_what_it_brings_and_what_undoing_it_takes(pair: Pair):
    before = await pair.preview()
    await pair.merge()
    golden = await pair.call("GET", f"/v1/customers/{pair.anna}/golden")
    assert golden["fields"] == before["golden"]["after"]["fields"]
    undoing = await pair.unmerge_preview()
    assert undoing["golden"]["before"]["fields"] == before["golden"]["after"]["fields"]
    assert undoing["golden"]["after"]["fields"] == before["golden"]["before"]["fields"]
    assert undoing["golden"]["other"]["fields"] == before["golden"]["other"]["fields"]
    for part in ("conflicts", "handoffs", "callbacks", "conditions"):
        assert undoing[part] == before[part], part


async def test_sources_hear_of_what_they_do_not_state_themselves_and_of_its_end_after_an_unmerge(pair: Pair):
    records = [{"source": "crm", "external_id": "7"}, {"source": "shop", "external_id": "n-9"}]
    assert (await pair.preview())["sources_told"] == records
    await pair.merge()
    assert (await pair.unmerge_preview())["sources_told"] == records


async def test_looking_changes_nothing(pair: Pair):
    await pair.merge()
    versions = [(await pair.call("GET", f"/v1/customers/{pair.anna}"))["version"]]
    await pair.unmerge_preview()
    versions.append((await pair.call("GET", f"/v1/customers/{pair.anna}"))["version"])
    assert versions[0] == versions[1]


async def test_those_below_the_other_leave_with_it(pair: Pair):
    below = (await pair.desk.register(identities=[ANN])).json()["customer_id"]
    assert below == pair.ann
    cleo = await pair.call(
        "PUT", "/v1/sources/till/records/3", {"name": {"full": "Cleo"}, "stated_at": "2026-01-01T09:00:00Z"}
    )
    await pair.call("PUT", f"/v1/customers/{pair.ann}/merges", {"other_customer_id": cleo["customer_id"]})
    await pair.merge()
    golden = (await pair.unmerge_preview())["golden"]
    assert [one["value"] for one in golden["other"]["fields"]["full"]["others"]] == ["Cleo"]
    assert golden["after"]["fields"]["full"]["others"] == []


async def test_what_cannot_be_merged_or_undone_has_no_preview(pair: Pair):
    path = f"/v1/customers/{pair.anna}/merges"
    itself = await pair.desk("console", "POST", f"{path}/preview", {"other": pair.anna})
    assert (itself.status_code, itself.json()["type"]) == (409, "/problems/merge-impossible")
    nobody = "01900000-0000-7000-8000-0000000000aa"
    assert (await pair.desk("console", "POST", f"{path}/preview", {"other": nobody})).status_code == 404
    assert (await pair.desk("console", "GET", f"{path}/{pair.ann}/unmerge-preview")).status_code == 404


async def test_another_spelling_is_no_conflict(pair: Pair):
    spelled = {"name": {"full": "WEBER, Anna"}, "birth_date": "1.2.1980", "emails": ["anna@example.de"]}
    other = (await pair.call("PUT", "/v1/sources/till/records/4", spelled))["customer_id"]
    effect = await pair.call("POST", f"/v1/customers/{pair.anna}/merges/preview", {"other": other})
    assert effect["conflicts"] == []
