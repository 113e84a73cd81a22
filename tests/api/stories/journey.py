"""What people do with the journey of a customer."""

from collections.abc import Awaitable, Callable
from typing import Any

Call = Callable[..., Awaitable[Any]]


async def follow_the_journey(story: Call, customer_id: str) -> None:
    """Reads the journey of a customer who has had contacts, and writes into it."""
    customer = f"/v1/customers/{customer_id}"
    note = {"customer_id": customer_id, "phase": "get_help", "kind": "change", "text": "Ask nothing twice."}
    written = await story("console", "POST", "/v1/journey-notes", note | {"owner": "Petra", "due": "2026-12-12"})
    await story("console", "GET", f"/v1/journey-notes?customer={customer_id}")
    await story("console", "PATCH", f"/v1/journey-notes/{written['id']}", {"owner": "Technicians"})
    journey = await story("console", "GET", f"{customer}/journey?language=en")
    first = journey["touchpoints"][0]
    await story("console", "PUT", f"{customer}/journey/phases", {"index": 0, "at": first["at"], "phase": "use"})
    decisions = f"{customer}/journey/decisions"
    wanted = {"interaction_id": first["id"], "text": "Compares offers"}
    decision = await story("console", "POST", decisions, wanted)
    await story("console", "DELETE", f"{decisions}/{decision['id']}")
    await story("console", "DELETE", f"/v1/journey-notes/{written['id']}")
