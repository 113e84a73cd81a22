"""The till of the examples, on a real service that goes away and comes back."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from till import Refused, Till

from service.access.keys import create_key
from service.db.migrate import migrate
from service.model.vocabulary import Role
from tests.cli.conftest import own_database, serving

__all__ = ["own_database"]

pytestmark = pytest.mark.slow
CARD = {"kind": "loyalty_card", "value": "payback:3083 4211"}
ANNA = {
    "identities": [CARD, {"kind": "phone", "value": "+491711234567"}, {"kind": "email", "value": "anna@example.de"}],
    "name": "Anna Müller",
}
TERMS = {"title": "Ambassador 20 %", "kind": "discount", "terms": {"percent": 20}}


class Shop:
    """A database with the keys of a till and a console, and the folder in which the till keeps its things."""

    def __init__(self, settings: dict[str, str], folder: Path, till_key: str, console_key: str) -> None:
        self.settings = settings
        self.folder = folder
        self.till_key = till_key
        self.console_key = console_key

    def till(self, url: str) -> Till:
        """The till switched on; what it had queued is there again."""
        return Till(url, self.till_key, self.folder, patience_s=5)

    def console(self, url: str) -> httpx.Client:
        """The agents' desk."""
        return httpx.Client(base_url=url, headers={"authorization": f"Bearer {self.console_key}"}, timeout=10)

    def welcome(self, url: str, **terms: Any) -> tuple[str, str]:
        """Anna and her condition: their ids."""
        with self.console(url) as console:
            made = console.post("/v1/customers", json=ANNA, headers={"idempotency-key": "anna"}).json()
            corrected = console.put(f"/v1/customers/{made['id']}/facts/postal-code", json={"value": "70173"})
            assert corrected.status_code == 200
            granted = console.post(
                f"/v1/customers/{made['id']}/conditions", json=TERMS | terms, headers={"idempotency-key": "terms"}
            )
            return made["id"], granted.json()["id"]

    async def receipts(self) -> dict[str, tuple[bool, bool]]:
        """The redemptions on record: receipt -> (late, over the limit)."""
        connection = await asyncpg.connect(self.settings["database_url"])
        rows = await connection.fetch("SELECT receipt, late, over_limit FROM redemption")
        await connection.close()
        return {row["receipt"]: (row["late"], row["over_limit"]) for row in rows}


@pytest.fixture
async def shop(own_database, tmp_path) -> Shop:
    await migrate(own_database["database_url"])
    connection = await asyncpg.connect(own_database["database_url"])
    now = datetime.now(UTC)
    till = await create_key(connection, role=Role.STORE, name="till 1", store="DE-042", now=now)
    console = await create_key(connection, role=Role.CONSOLE, name="console", now=now)
    await connection.close()
    return Shop(own_database, tmp_path, till, console)


async def test_a_till_recognises_her_confirms_her_and_redeems_once(shop):
    with serving(**shop.settings) as service:
        till = shop.till(service.url)
        customer_id, condition = shop.welcome(service.url, max_uses=1)
        visit = till.register("visit", "V-1", {"kind": "phone", "value": "0171 1234567"}, {"store": "DE-042"})
        assert (visit["customer_id"], visit["duplicate"]) == (customer_id, False)
        [candidate] = till.by_name("anna mueller")["candidates"]
        with pytest.raises(Refused, match="/problems/not-confirmed"):
            till.confirm(candidate["token"], {"postal_code": "10115"})
        assert till.confirm(candidate["token"], {"postal_code": "70173"})["customer"]["display"] == "A. M."
        assert till.redeem(condition, "R-1", Decimal("79.92"), "EUR")["late"] is False
        with pytest.raises(Refused, match="/problems/condition-used-up"):
            till.redeem(condition, "R-2", Decimal(10), "EUR")
    assert await shop.receipts() == {"R-1": (False, False)}


async def test_a_till_that_is_cut_off_serves_on_and_delivers_once_when_the_service_is_back(shop):
    with serving(**shop.settings) as service:
        till = shop.till(service.url)
        customer_id, condition = shop.welcome(service.url, max_uses=1)
        assert till.prepare() == {"customers": 1, "of": 1}
        elsewhere = {"store": "DE-001", "receipt": "R-0", "amount": 10, "currency": "EUR"}
        with shop.console(service.url) as console:
            assert console.post(f"/v1/conditions/{condition}/redemptions", json=elsewhere).status_code == 201
        service.stop()

        found = till.look_up("phone", "0171 / 1234567")
        assert (found["from"], found["customer"]) == ("snapshot", {"display": "A. M."})
        assert [(one["id"], one["uses_left"]) for one in found["conditions"]] == [(condition, 1)]
        assert till.redeem(condition, "R-1", Decimal("79.92"), "EUR") == {"queued": True}
        assert till.register("purchase", "R-1", CARD, {"total": 79.92}) == {"queued": True}
        assert till.look_up("loyalty_card", "PAYBACK:30834211")["conditions"][0]["uses_left"] == 0
        assert till.deliver() == {"delivered": [], "left": 2}
    queue = shop.folder / "queue.jsonl"
    queued = queue.read_text()

    with serving("--port", urlsplit(service.url).port, **shop.settings):
        till = shop.till(service.url)
        redeemed, bought = till.deliver()["delivered"]
        assert (redeemed["late"], redeemed["over_limit"], bought["duplicate"]) == (True, True, False)
        queue.write_text(queued)  # as if the till had died before it wrote down that all was delivered
        again, bought_again = till.deliver()["delivered"]
        assert (again, bought_again["duplicate"]) == (redeemed, True)
        assert till.look_up("phone", "+49 171 1234567")["from"] == "service"
        with shop.console(service.url) as console:
            timeline = console.get(f"/v1/customers/{customer_id}/timeline").json()["items"]
    assert [(one["channel"], one["kind"]) for one in timeline] == [("store", "purchase")]
    assert await shop.receipts() == {"R-0": (False, False), "R-1": (True, True)}
