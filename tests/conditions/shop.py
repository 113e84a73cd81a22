"""A shop over HTTP: an application of the conditions' routes, and a desk for every key."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from service.access.audit import ReadAudit
from service.access.model import Principal
from service.db.pool import Database
from service.errors import Unauthenticated
from service.model.ids import new_id
from service.model.vocabulary import Role
from service.settings.model import Settings
from service.web.application import create_application
from service.web.http.route import routes_of
from service.web.routes.conditions.conditions import ConditionRoutes
from service.web.routes.conditions.offline import OfflineRoutes
from service.web.routes.conditions.redemptions import RedemptionRoutes
from service.web.routes.conditions.store import StoreRoutes
from tests.fixtures import StandingClock

BERLIN = ZoneInfo("Europe/Berlin")
DESKS = {
    "till 42": (Role.STORE, "DE-042"),
    "till 1": (Role.STORE, "DE-001"),
    "any till": (Role.STORE, None),
    **{str(role): (role, None) for role in Role if role is not Role.STORE},
}


class Ring:
    """The keys of all desks; a desk's key is its name."""

    def __init__(self) -> None:
        self.principals = {
            f"Bearer {desk}".encode(): Principal(key_id=new_id(), role=role, name=desk, store=store)
            for desk, (role, store) in DESKS.items()
        }

    def find_cached(self, authorization: bytes) -> Principal | None:
        return self.principals.get(authorization)

    async def authenticate(self, authorization: bytes) -> Principal:
        raise Unauthenticated


class Shop:
    """The application, and what it told its neighbours: `dropped` views."""

    def __init__(self, database: Database, settings: Settings, clock: StandingClock) -> None:
        self.clock = clock
        self.dropped: list[UUID] = []
        self.audit = ReadAudit(database)
        self.app = create_application(
            routes_of(
                ConditionRoutes(database, self._drop),
                RedemptionRoutes(database, self._drop, zone=BERLIN),
                StoreRoutes(database, self.audit, region="DE", zone=BERLIN),
                OfflineRoutes(database, self.audit, region="DE", zone=BERLIN),
            ),
            principals=Ring(),
            settings=settings,
            clock=clock,
        )

    async def _drop(self, customer_ids: Any) -> None:
        self.dropped.extend(customer_ids)

    def desk(self, name: str) -> httpx.AsyncClient:
        """A client with this desk's key."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://askonce.test",
            headers={"authorization": f"Bearer {name}"},
        )

    async def grant(self, customer_id: UUID, key: str = "k-1", **differences: Any) -> dict[str, Any]:
        """What the console is told after granting 20 percent, with these differences."""
        wanted = {"title": "Ambassador 20 %", "kind": "discount", "terms": {"percent": 20}} | differences
        answer = await self.desk("console").post(
            f"/v1/customers/{customer_id}/conditions", json=wanted, headers={"idempotency-key": key}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()
