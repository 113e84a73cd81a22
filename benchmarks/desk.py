"""What a desk does with handoffs while it is measured, and what a channel writes meanwhile."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from time import perf_counter
from uuid import uuid4

import msgspec
from msgspec import Struct

from benchmarks.connection import HttpConnection, connected
from benchmarks.dataset import phone
from benchmarks.stage import MeasuredService
from service.handoff.model import Offer

QUEUE, IMPATIENT = "bench", "bench-impatient"
GIVE = "/v1/handoffs"
GIVER_TELLS = {"summary": "The router blinks red since this morning, and two restarts did not help."}
TAKER_TELLS = {"summary": "The router was replaced."}
Acknowledged = dict[tuple[str, int], float]
"""Id of a handoff, version of its customer -> when that change was acknowledged, by perf_counter."""


class HandoffSnapshot(Struct, frozen=True, kw_only=True):
    """Of a handoff as the service answers it: what the measurements look at."""

    id: str
    version: int
    token: str | None
    offers: tuple[Offer, ...]


_encode = msgspec.json.Encoder().encode
_stand = msgspec.json.Decoder(HandoffSnapshot).decode


async def define_queues(service: MeasuredService, *, expire_after_s: int) -> None:
    """A queue that waits for a taker, and one that soon passes on to it what nobody takes."""
    always = {"calendar": {"time_zone": "Europe/Berlin", "hours": "24/7"}, "max_offers": 1}
    patient = always | {"title": "Support", "offer_timeout_s": 3600}
    impatient = always | {"title": "Hotline", "offer_timeout_s": expire_after_s, "fallback": {"queue": QUEUE}}
    async with connected(service, 1) as (connection,):
        await connection.ask("PUT", f"/v1/queues/{QUEUE}", _encode(patient))
        await connection.ask("PUT", f"/v1/queues/{IMPATIENT}", _encode(impatient))


async def step_all(service: MeasuredService, steps: Iterable[tuple[str, object]]) -> list[HandoffSnapshot]:
    """The handoffs after these steps, paths and bodies, many at once; those that were refused are left out."""
    waiting = iter(steps)
    answered: list[HandoffSnapshot] = []

    async def work(connection: HttpConnection) -> None:
        for path, body in waiting:
            if stand := await step(connection, path, body, {}):
                answered.append(stand)

    async with connected(service) as connections:
        await asyncio.gather(*(work(connection) for connection in connections))
    return answered


async def cycle(connection: HttpConnection, customer: int, acknowledged: Acknowledged, *, telling: bool) -> bool:
    """Whether a handoff could be given, accepted and completed: three requests.

    If `telling`, giver and taker each tell a summary, which goes into the record as an interaction.
    """
    given = await step(connection, GIVE, request(customer, QUEUE) | (GIVER_TELLS if telling else {}), acknowledged)
    taken = given and await step(connection, f"{GIVE}/{given.id}/accept", {"agent": "bench"}, acknowledged)
    if taken is None:
        return False
    ending = {"token": taken.token, "outcome": "solved"} | (TAKER_TELLS if telling else {})
    return await step(connection, f"{GIVE}/{taken.id}/complete", ending, acknowledged) is not None


async def step(
    connection: HttpConnection, path: str, body: object, acknowledged: Acknowledged
) -> HandoffSnapshot | None:
    """The handoff after a step; None if it was refused."""
    answer = await connection.post(path, _encode(body), once=str(uuid4()) if path == GIVE else None)
    at = perf_counter()
    if answer.status >= 400:  # noqa: PLR2004 (refused)
        return None
    stand = _stand(answer.body)
    acknowledged[stand.id, stand.version] = at
    return stand


def request(customer: int, queue: str) -> dict[str, object]:
    """A handoff of the customer's latest conversation, with nothing told but the reason."""
    return {
        "identity": {"kind": "phone", "value": phone(customer)},
        "to": {"queue": queue},
        "reason": {"code": "not_solved", "text": "The restart did not help."},
    }


def interaction(run: str, number: int, customer: int) -> bytes:
    """What the `write` measurement writes."""
    identity = {"kind": "phone", "value": phone(customer)}
    return _encode(
        {
            "source": "bench",
            "source_event_id": f"{run}-{number}",
            "occurred_at": datetime.now(UTC),
            "channel": "chatbot",
            "kind": "message",
            "direction": "inbound",
            "identities": [identity],
            "conversation": {"ref": f"bench:{phone(customer)}", "subject": "Router does not connect"},
            "text": "Since this morning the router blinks red and nothing in the house connects any more.",
            "language": "en",
            "facts": {"order_number": f"A-{number}", "error_code": "E42"},
        }
    )
