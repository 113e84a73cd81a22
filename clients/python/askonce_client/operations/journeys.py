"""Operations of `journeys`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class JourneysOperations(Sender):
    """Operations of `journeys`."""

    def read_journeys_flow(
        self,
        *,
        segment: str,
        queue: str | None = None,
        channel: shapes.Channel | None = None,
        subject: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        threshold: float | None = None,
        pause: int | None = None,
        compare: str | None = None,
        accept_language: str | None = None,
    ) -> shapes.Flow:
        """The journeys of a segment, contact by contact, or of two side by side."""
        return self._send(
            Call[shapes.Flow](
                "GET",
                "/v1/journeys/flow",
                (shapes.Flow,),
                query={
                    "segment": segment,
                    "queue": queue,
                    "channel": channel,
                    "subject": subject,
                    "from": from_,
                    "to": to,
                    "threshold": threshold,
                    "pause": pause,
                    "compare": compare,
                },
                headers={"Accept-Language": accept_language},
            )
        )

    def read_journeys_flow_as_text(
        self,
        *,
        accept: str,
        segment: str,
        queue: str | None = None,
        channel: shapes.Channel | None = None,
        subject: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        threshold: float | None = None,
        pause: int | None = None,
        compare: str | None = None,
        accept_language: str | None = None,
    ) -> str:
        """The journeys of a segment, contact by contact, or of two side by side."""
        return self._send(
            Call[str](
                "GET",
                "/v1/journeys/flow",
                (str,),
                query={
                    "segment": segment,
                    "queue": queue,
                    "channel": channel,
                    "subject": subject,
                    "from": from_,
                    "to": to,
                    "threshold": threshold,
                    "pause": pause,
                    "compare": compare,
                },
                headers={"Accept-Language": accept_language, "Accept": accept},
            )
        )

    def list_journeys_matters(
        self,
        *,
        segment: str,
        queue: str | None = None,
        channel: shapes.Channel | None = None,
        subject: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        threshold: float | None = None,
        pause: int | None = None,
        step: int | None = None,
        step_channel: shapes.Channel | None = None,
        came_from: shapes.Channel | None = None,
        way: str | None = None,
        ending: shapes.FlowEnding | None = None,
        asked_again: bool | None = None,
        hidden: bool | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.FlowMatterPage:
        """The matters behind a number of a segment's journeys."""
        return self._send(
            Call[shapes.FlowMatterPage](
                "GET",
                "/v1/journeys/matters",
                (shapes.FlowMatterPage,),
                query={
                    "segment": segment,
                    "queue": queue,
                    "channel": channel,
                    "subject": subject,
                    "from": from_,
                    "to": to,
                    "threshold": threshold,
                    "pause": pause,
                    "step": step,
                    "step_channel": step_channel,
                    "came_from": came_from,
                    "way": way,
                    "ending": ending,
                    "asked_again": asked_again,
                    "hidden": hidden,
                    "limit": limit,
                    "after": after,
                },
            )
        )


class AsyncJourneysOperations(AsyncSender):
    """The same, awaited."""

    async def read_journeys_flow(
        self,
        *,
        segment: str,
        queue: str | None = None,
        channel: shapes.Channel | None = None,
        subject: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        threshold: float | None = None,
        pause: int | None = None,
        compare: str | None = None,
        accept_language: str | None = None,
    ) -> shapes.Flow:
        """The journeys of a segment, contact by contact, or of two side by side."""
        return await self._send(
            Call[shapes.Flow](
                "GET",
                "/v1/journeys/flow",
                (shapes.Flow,),
                query={
                    "segment": segment,
                    "queue": queue,
                    "channel": channel,
                    "subject": subject,
                    "from": from_,
                    "to": to,
                    "threshold": threshold,
                    "pause": pause,
                    "compare": compare,
                },
                headers={"Accept-Language": accept_language},
            )
        )

    async def read_journeys_flow_as_text(
        self,
        *,
        accept: str,
        segment: str,
        queue: str | None = None,
        channel: shapes.Channel | None = None,
        subject: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        threshold: float | None = None,
        pause: int | None = None,
        compare: str | None = None,
        accept_language: str | None = None,
    ) -> str:
        """The journeys of a segment, contact by contact, or of two side by side."""
        return await self._send(
            Call[str](
                "GET",
                "/v1/journeys/flow",
                (str,),
                query={
                    "segment": segment,
                    "queue": queue,
                    "channel": channel,
                    "subject": subject,
                    "from": from_,
                    "to": to,
                    "threshold": threshold,
                    "pause": pause,
                    "compare": compare,
                },
                headers={"Accept-Language": accept_language, "Accept": accept},
            )
        )

    async def list_journeys_matters(
        self,
        *,
        segment: str,
        queue: str | None = None,
        channel: shapes.Channel | None = None,
        subject: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        threshold: float | None = None,
        pause: int | None = None,
        step: int | None = None,
        step_channel: shapes.Channel | None = None,
        came_from: shapes.Channel | None = None,
        way: str | None = None,
        ending: shapes.FlowEnding | None = None,
        asked_again: bool | None = None,
        hidden: bool | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.FlowMatterPage:
        """The matters behind a number of a segment's journeys."""
        return await self._send(
            Call[shapes.FlowMatterPage](
                "GET",
                "/v1/journeys/matters",
                (shapes.FlowMatterPage,),
                query={
                    "segment": segment,
                    "queue": queue,
                    "channel": channel,
                    "subject": subject,
                    "from": from_,
                    "to": to,
                    "threshold": threshold,
                    "pause": pause,
                    "step": step,
                    "step_channel": step_channel,
                    "came_from": came_from,
                    "way": way,
                    "ending": ending,
                    "asked_again": asked_again,
                    "hidden": hidden,
                    "limit": limit,
                    "after": after,
                },
            )
        )
