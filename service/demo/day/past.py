"""Plays what happened before: the application itself, in this process, with a clock that goes through the weeks."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from service.access.accounts.accounts import create_account
from service.access.accounts.links import OPENING_ACCOUNT
from service.app.rooms import Rooms, open_rooms
from service.app.web import web_application
from service.demo.day.month import load_month
from service.demo.day.month_past import MonthPast
from service.demo.day.script import (
    Fields,
    Script,
    ScriptedCustomer,
    ScriptedPromise,
    ScriptedRecord,
    TakenHandoff,
    parse_ago,
)
from service.errors import Conflict
from service.model.clock import Clock
from service.model.vocabulary import AgentRole, Role
from service.settings.model import Settings

COLLEAGUE = "Mia Krüger"
"""An agent who takes what the guest of the demo leaves."""
OFFER_S = 300
_OPENS, _CLOSES = 8, 18
Step = tuple[timedelta, Callable[[], Awaitable[None]]]
"""How long ago something happened, and what."""


async def play_past(settings: Settings, keys: Mapping[Role, str], script: Script) -> dict[str, str]:
    """Register everything up to now; a service's worker must not run yet, as the clock stands in the past.

    Gives the id of each customer of the script that is new by now, by its key.
    """
    rooms = await open_rooms(settings, Clock())
    try:
        return await play_past_in(rooms, keys, script)
    finally:
        await rooms.close()


async def play_past_in(
    rooms: Rooms, keys: Mapping[Role, str], script: Script, *, hours: str | None = None
) -> dict[str, str]:
    """The same in these rooms, up to the time that their clock shows; `hours` are those of desks that name none."""
    async with web_application(rooms) as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://demo") as http:
            past = _Past(rooms, http, keys, hours=hours)
            await past.play(script)
            return past.customer_ids


class _Past:
    def __init__(
        self, rooms: Rooms, http: httpx.AsyncClient, keys: Mapping[Role, str], *, hours: str | None = None
    ) -> None:
        self._rooms = rooms
        self._clock = rooms.clock
        self._present = rooms.clock.offset
        self._http = http
        self._keys = keys
        self._hours = hours
        self.customer_ids: dict[str, str] = {}

    def _go_back(self, ago: timedelta) -> None:
        self._clock.offset = self._present - ago

    async def play(self, script: Script) -> None:
        """Everything of the script in the order of time; nothing if these records have it already."""
        if not await self._create_colleague([queue.name for queue in script.queues]):
            return
        hours = self._hours or self._office_hours()
        for queue in script.queues:
            body = {
                "title": queue.title,
                "calendar": {"time_zone": self._rooms.settings.time_zone, "hours": queue.hours or hours},
                "offer_timeout_s": OFFER_S,
                "fallback": {"callback": True},
            }
            await self._request(Role.ADMIN, "PUT", f"/v1/queues/{queue.name}", body)
        await MonthPast(load_month(), self._clock, self._request, colleague=COLLEAGUE).play()
        steps = [step for customer in script.customers for step in self._steps_of(customer)]
        steps += [(parse_ago(one.ago), partial(self._put, one)) for one in script.records]
        for ago, step in sorted(steps, key=lambda one: one[0], reverse=True):
            self._go_back(ago)
            await step()
        self._go_back(timedelta())

    def _steps_of(self, customer: ScriptedCustomer) -> Iterator[Step]:
        contacts = customer.contacts
        events = [(parse_ago(one["ago"]), partial(self._register, customer, one)) for one in contacts]
        begun = max((ago for ago, _step in events), default=timedelta()) + timedelta(days=1)
        yield begun, partial(self._create, customer)
        yield from events
        for handoff in customer.handoffs:
            yield parse_ago(handoff.ago), partial(self._hand_off, customer, handoff)
        for promise in customer.callbacks:
            yield parse_ago(promise.ago), partial(self._promise, customer, promise)

    async def _create_colleague(self, queues: list[str]) -> bool:
        now = self._clock.now()
        try:
            async with self._rooms.database.transaction() as connection:
                await create_account(connection, name=COLLEAGUE, role=AgentRole.AGENT, now=now, queues=queues)
        except Conflict:
            return False
        return True

    async def _create(self, customer: ScriptedCustomer) -> None:
        created = await self._request(
            Role.ADMIN, "POST", "/v1/customers", {"identities": customer.identities} | customer.record
        )
        self.customer_ids[customer.key] = created["id"]
        for condition in customer.conditions:
            await self._request(Role.CONSOLE, "POST", f"/v1/customers/{created['id']}/conditions", condition)

    async def _register(self, customer: ScriptedCustomer, contact: Fields) -> None:
        fields = {name: value for name, value in contact.items() if name not in {"ago", "by", "subject"}}
        body = {
            "source": "demo",
            "source_event_id": uuid4().hex,
            "occurred_at": self._clock.now().isoformat(),
            "direction": "inbound",
            "participant": {"role": contact.get("by", "customer")},
            "identities": customer.identities[:1],
            "conversation": {"subject": contact["subject"]},
        }
        await self._request(Role.CHANNEL, "POST", "/v1/interactions", body | fields)

    async def _put(self, one: ScriptedRecord) -> None:
        await self._request(Role.ADMIN, "PUT", f"/v1/sources/{one.source}/records/{one.external_id}", one.record)

    async def _hand_off(self, customer: ScriptedCustomer, handoff: TakenHandoff) -> None:
        body = {
            "identity": customer.identities[0],
            "to": {"queue": handoff.to},
            "summary": handoff.summary,
            "reason": handoff.reason,
        }
        given = await self._request(Role.BOT, "POST", "/v1/handoffs", body)
        self._go_back(parse_ago(handoff.accepted))
        agent = COLLEAGUE if handoff.completed else OPENING_ACCOUNT
        path = f"/v1/handoffs/{given['id']}"
        taken = await self._request(Role.CONSOLE, "POST", f"{path}/accept", {"agent": agent})
        if handoff.completed:
            self._go_back(parse_ago(handoff.completed))
            await self._request(Role.CONSOLE, "POST", f"{path}/complete", {"token": taken["token"], "summary": "Done."})

    async def _promise(self, customer: ScriptedCustomer, promise: ScriptedPromise) -> None:
        now = self._clock.system_now() + self._present
        quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        window = {"from": quarter - parse_ago(promise.window_from), "to": quarter - parse_ago(promise.window_to)}
        body = {
            "identity": customer.identities[0],
            "queue": promise.queue,
            "reason": promise.reason,
            "window": {edge: moment.isoformat() for edge, moment in window.items()},
        }
        await self._request(Role.CONSOLE, "POST", "/v1/callbacks", body)

    async def _request(self, role: Role, method: str, path: str, body: Fields | list[Fields]) -> Any:
        headers = {"authorization": f"Bearer {self._keys[role]}", "idempotency-key": uuid4().hex}
        answer = await self._http.request(method, path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def _office_hours(self) -> str:
        """Office hours, if it is well within them now; a demo at night finds its desks open, too."""
        hour = self._clock.now().astimezone(ZoneInfo(self._rooms.settings.time_zone)).hour
        return f"Mo-Su {_OPENS:02}:00-{_CLOSES}:00" if _OPENS + 3 <= hour < _CLOSES - 4 else "24/7"
