"""A segment's journeys, in the examples of the published description."""

from typing import Any


async def see_journeys_of_a_segment(story: Any, customer_id: str) -> None:
    """The customer's own matters as those of the segment that she belongs to."""
    await story("console", "PATCH", f"/v1/customers/{customer_id}", {"segments": ["new"]})
    await story("console", "GET", "/v1/journeys/flow?segment=new&from=2026-11-01")
    await story("console", "GET", "/v1/journeys/matters?segment=new&from=2026-11-01&step=1&limit=2")
