"""Operations of `segments`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class SegmentsOperations(Sender):
    """Operations of `segments`."""

    def list_segments(self, *, limit: int | None = None, after: str | None = None) -> shapes.SegmentPage:
        """All segments with their sizes, in the order of their names."""
        return self._send(
            Call[shapes.SegmentPage](
                "GET", "/v1/segments", (shapes.SegmentPage,), query={"limit": limit, "after": after}
            )
        )

    def define_segment(self, name: str, body: shapes.SegmentDefinition) -> shapes.Segment:
        """Define a segment by a rule, or give a stated one a title."""
        return self._send(Call[shapes.Segment]("PUT", f"/v1/segments/{in_path(name)}", (shapes.Segment,), body=body))

    def read_segment(self, name: str) -> shapes.Segment:
        """A segment with its size, and of how many customers its rule decides nothing."""
        return self._send(Call[shapes.Segment]("GET", f"/v1/segments/{in_path(name)}", (shapes.Segment,)))

    def delete_segment(self, name: str) -> None:
        """Forget the definition of a segment."""
        return self._send(Call[None]("DELETE", f"/v1/segments/{in_path(name)}", ()))

    def try_segment_rule(self, name: str, body: shapes.SegmentTrial) -> shapes.SegmentTrialResult:
        """Whom of the newest 1,000 customers a rule would meet."""
        return self._send(
            Call[shapes.SegmentTrialResult](
                "POST", f"/v1/segments/{in_path(name)}/dry-run", (shapes.SegmentTrialResult,), body=body
            )
        )

    def read_persona(self, name: str) -> shapes.Persona:
        """What the customers of a segment have in common: channels, wants, questions, moods and quotes."""
        return self._send(Call[shapes.Persona]("GET", f"/v1/segments/{in_path(name)}/persona", (shapes.Persona,)))


class AsyncSegmentsOperations(AsyncSender):
    """The same, awaited."""

    async def list_segments(self, *, limit: int | None = None, after: str | None = None) -> shapes.SegmentPage:
        """All segments with their sizes, in the order of their names."""
        return await self._send(
            Call[shapes.SegmentPage](
                "GET", "/v1/segments", (shapes.SegmentPage,), query={"limit": limit, "after": after}
            )
        )

    async def define_segment(self, name: str, body: shapes.SegmentDefinition) -> shapes.Segment:
        """Define a segment by a rule, or give a stated one a title."""
        return await self._send(
            Call[shapes.Segment]("PUT", f"/v1/segments/{in_path(name)}", (shapes.Segment,), body=body)
        )

    async def read_segment(self, name: str) -> shapes.Segment:
        """A segment with its size, and of how many customers its rule decides nothing."""
        return await self._send(Call[shapes.Segment]("GET", f"/v1/segments/{in_path(name)}", (shapes.Segment,)))

    async def delete_segment(self, name: str) -> None:
        """Forget the definition of a segment."""
        return await self._send(Call[None]("DELETE", f"/v1/segments/{in_path(name)}", ()))

    async def try_segment_rule(self, name: str, body: shapes.SegmentTrial) -> shapes.SegmentTrialResult:
        """Whom of the newest 1,000 customers a rule would meet."""
        return await self._send(
            Call[shapes.SegmentTrialResult](
                "POST", f"/v1/segments/{in_path(name)}/dry-run", (shapes.SegmentTrialResult,), body=body
            )
        )

    async def read_persona(self, name: str) -> shapes.Persona:
        """What the customers of a segment have in common: channels, wants, questions, moods and quotes."""
        return await self._send(Call[shapes.Persona]("GET", f"/v1/segments/{in_path(name)}/persona", (shapes.Persona,)))
