"""Registers the month before the day: customers, what they said, who was handed off, and what was solved."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from service.demo.day.month import Month, MonthMatter
from service.demo.day.script import Fields
from service.model.clock import Clock
from service.model.vocabulary import Role

BATCH_ITEMS = 250
MONTH = timedelta(days=32)
Request = Callable[[Role, str, str, Fields | list[Fields]], Awaitable[Any]]
Step = tuple[timedelta, Callable[[], Awaitable[None]]]


class MonthPast:
    """The month, by requests of the desks at the times at which they came."""

    def __init__(self, month: Month, clock: Clock, request: Request, *, colleague: str) -> None:
        self._month = month
        self._clock = clock
        self._request = request
        self._colleague = colleague
        self._conversations: dict[int, str] = {}

    async def play(self) -> None:
        """Everything of the month; what customers said is registered in few batches, as an import would."""
        matters = list(self._month.matters())
        present = self._clock.offset
        self._clock.offset = present - MONTH
        for matter in matters:
            await self._request(Role.ADMIN, "POST", "/v1/customers", matter.customer)
        self._clock.offset = present
        await self._register(matters)
        await self._define()
        steps = [step for matter in matters for step in self._steps_of(matter)]
        for ago, step in sorted(steps, key=lambda one: one[0], reverse=True):
            self._clock.offset = present - ago
            await step()

    async def _define(self) -> None:
        for segment in self._month.segments:
            body = {"title": segment.title, "rule": segment.rule}
            await self._request(Role.ADMIN, "PUT", f"/v1/segments/{segment.name}", body)
        for kind, items in (("content", self._month.contents), ("notices", self._month.notices)):
            for item in items:
                body = {name: value for name, value in item.items() if name != "id"}
                await self._request(Role.ADMIN, "PUT", f"/v1/{kind}/{item['id']}", body)

    async def _register(self, matters: list[MonthMatter]) -> None:
        now = self._clock.now()
        said = sorted(
            ((ago, matter.number, fields) for matter in matters for ago, fields in matter.interactions()),
            key=lambda one: one[0],
            reverse=True,
        )
        for first in range(0, len(said), BATCH_ITEMS):
            chunk = said[first : first + BATCH_ITEMS]
            body = [fields | {"occurred_at": (now - ago).isoformat()} for ago, _number, fields in chunk]
            answers = await self._request(Role.CHANNEL, "POST", "/v1/interactions/batch", body)
            for (_ago, number, _fields), answer in zip(chunk, answers, strict=True):
                self._conversations[number] = answer["conversation_id"]

    def _steps_of(self, matter: MonthMatter) -> Iterator[Step]:
        if matter.is_handed_off:
            yield matter.begun - timedelta(minutes=5), partial(self._hand_off, matter)
        if matter.way.ending == "solved":
            yield matter.ended, partial(self._solve, matter)

    async def _hand_off(self, matter: MonthMatter) -> None:
        body = {
            "identity": matter.identity,
            "subject": matter.topic.subject,
            "to": {"queue": "support"},
            "reason": {"code": "unsolved", "text": "Asked for a person."},
            "summary": f"{matter.topic.attempt}; it did not help.",
        }
        given = await self._request(Role.BOT, "POST", "/v1/handoffs", body)
        path = f"/v1/handoffs/{given['id']}"
        self._clock.offset += timedelta(seconds=40)
        taken = await self._request(Role.CONSOLE, "POST", f"{path}/accept", {"agent": self._colleague})
        self._clock.offset += timedelta(minutes=20)
        await self._request(
            Role.CONSOLE, "POST", f"{path}/complete", {"token": taken["token"], "summary": "Looked at."}
        )

    async def _solve(self, matter: MonthMatter) -> None:
        path = f"/v1/conversations/{self._conversations[matter.number]}"
        await self._request(Role.CONSOLE, "PATCH", path, {"status": "resolved"})
