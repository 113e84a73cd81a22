"""The persona card of a segment, in the examples of the published description."""

from typing import Any


async def see_who_a_segment_is(story: Any) -> None:
    """Who belongs to the segment that the story of the journeys stated."""
    await story("console", "GET", "/v1/segments/new/persona")
