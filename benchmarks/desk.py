"""What a desk does with handoffs while it is measured, and what a channel writes meanwhile."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from time import perf_counter
from uuid import uuid4

import msgspec
from msgspec import Struct

from benchmarks.connection import HttpConnection, open_connections
from benchmarks.dataset import customer_phone
from benchmarks.services import MeasuredService
from service.handoff.model import Offer

QUEUE, EXPIRING_QUEUE = "bench", "bench-impatient"
HANDOFFS_PATH = "/v1/handoffs"
GIVER_CONTENT = {"summary": "The router blinks red since this morning, and two restarts did not help."}
TAKER_CONTENT = {"summary": "The router was replaced."}
AcknowledgedAt = dict[tuple[str, int], float]
"""Id of a handoff, version of its customer -> when that change was acknowledged, by perf_counter."""


class HandoffSnapshot(Struct, frozen=True, kw_only=True):
    """Of a handoff as the service answers it: what the measurements look at."""

    id: str
    version: int
    token: str | None
    offers: tuple[Offer, ...]


_encode = msgspec.json.Encoder().encode
_decode_handoff = msgspec.json.Decoder(HandoffSnapshot).decode


async def define_queues(service: MeasuredService, *, expire_after_s: int) -> None:
    """A queue that waits for a taker, and one that soon passes expired offers on to it."""
    defaults = {"calendar": {"time_zone": "Europe/Berlin", "hours": "24/7"}, "max_offers": 1}
    long_offers = defaults | {"title": "Support", "offer_timeout_s": 3600}
    short_offers = defaults | {"title": "Hotline", "offer_timeout_s": expire_after_s, "fallback": {"queue": QUEUE}}
    async with open_connections(service, 1) as (connection,):
        await connection.request("PUT", f"/v1/queues/{QUEUE}", _encode(long_offers))
        await connection.request("PUT", f"/v1/queues/{EXPIRING_QUEUE}", _encode(short_offers))


async def post_steps(service: MeasuredService, steps: Iterable[tuple[str, object]]) -> list[HandoffSnapshot]:
    """The handoffs after these steps, paths and bodies, many at once; those that were refused are left out."""
    waiting = iter(steps)
    results: list[HandoffSnapshot] = []

    async def work(connection: HttpConnection) -> None:
        for path, body in waiting:
            if handoff := await post_step(connection, path, body, {}):
                results.append(handoff)

    async with open_connections(service) as connections:
        await asyncio.gather(*(work(connection) for connection in connections))
    return results


async def handoff_cycle(
    connection: HttpConnection, customer: int, acknowledged: AcknowledgedAt, *, with_content: bool
) -> bool:
    """Whether a handoff could be created, accepted and completed: three requests.

    If `telling`, giver and taker each send a summary, which is registered as an interaction.
    """
    offered = await post_step(
        connection,
        HANDOFFS_PATH,
        handoff_request(customer, QUEUE) | (GIVER_CONTENT if with_content else {}),
        acknowledged,
    )
    accepted = offered and await post_step(
        connection, f"{HANDOFFS_PATH}/{offered.id}/accept", {"agent": "bench"}, acknowledged
    )
    if accepted is None:
        return False
    ending = {"token": accepted.token, "outcome": "solved"} | (TAKER_CONTENT if with_content else {})
    return await post_step(connection, f"{HANDOFFS_PATH}/{accepted.id}/complete", ending, acknowledged) is not None


async def post_step(
    connection: HttpConnection, path: str, body: object, acknowledged: AcknowledgedAt
) -> HandoffSnapshot | None:
    """The handoff after a step; None if it was refused."""
    answer = await connection.post(path, _encode(body), idempotency_key=str(uuid4()) if path == HANDOFFS_PATH else None)
    at = perf_counter()
    if answer.status >= 400:  # noqa: PLR2004 (refused)
        return None
    handoff = _decode_handoff(answer.body)
    acknowledged[handoff.id, handoff.version] = at
    return handoff


def handoff_request(customer: int, queue: str) -> dict[str, object]:
    """A handoff of the customer's latest conversation, with the reason alone."""
    return {
        "identity": {"kind": "phone", "value": customer_phone(customer)},
        "to": {"queue": queue},
        "reason": {"code": "not_solved", "text": "The restart did not help."},
    }


def interaction_body(run: str, number: int, customer: int) -> bytes:
    """What the `write` measurement writes."""
    identity = {"kind": "phone", "value": customer_phone(customer)}
    return _encode(
        {
            "source": "bench",
            "source_event_id": f"{run}-{number}",
            "occurred_at": datetime.now(UTC),
            "channel": "chatbot",
            "kind": "message",
            "direction": "inbound",
            "identities": [identity],
            "conversation": {"ref": f"bench:{customer_phone(customer)}", "subject": "Router does not connect"},
            "text": "Since this morning the router blinks red and nothing in the house connects any more.",
            "language": "en",
            "facts": {"order_number": f"A-{number}", "error_code": "E42"},
        }
    )
