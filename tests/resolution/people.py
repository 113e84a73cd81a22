"""Customers who state who they are, and a worker that compares them."""

from service.app.worker import worker_dependencies
from service.resolution.matches.online import match_changes
from service.worker.relay import relay_outbox

ANNA = {"bday": "1984-05-17", "street-address": "Lindenweg 12", "postal-code": "04109", "address-level2": "Leipzig"}
KARL = {"bday": "1951-01-30", "street-address": "Am Markt 3", "postal-code": "50667", "address-level2": "Köln"}


class People:
    def __init__(self, desk, rooms, clock):
        self.desk, self.rooms, self.clock = desk, rooms, clock
        self.made = 0

    async def __call__(self, name: str, phone: str | None = None, **facts: str) -> str:
        """A new customer with these facts."""
        self.made += 1
        stated = {"kind": "phone", "value": phone} if phone else {"kind": "external", "value": f"shop:{self.made}"}
        body = {"name": name, "identities": [stated]}
        answer = await self.desk("console", "POST", "/v1/customers", body, idempotency_key=str(self.made))
        assert answer.status_code == 201, answer.text
        for fact, value in facts.items():
            path = f"/v1/customers/{answer.json()['id']}/facts/{fact}"
            stored = await self.desk("console", "PUT", path, {"value": value})
            assert stored.status_code == 200, stored.text
        return answer.json()["id"]

    async def compared(self) -> None:
        """Work until nothing is left to compare."""
        region, worker = self.rooms.settings.default_region, worker_dependencies(self.rooms)
        while await relay_outbox(worker) or await match_changes(
            self.rooms.database, region=region, now=self.clock.now()
        ):
            pass

    async def matches(self, query: str = "") -> list[dict]:
        """The matches that are listed, once the worker is through."""
        await self.compared()
        answer = await self.desk("console", "GET", f"/v1/matches{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]
