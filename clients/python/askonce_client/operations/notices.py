"""Operations of `notices`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from datetime import datetime

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class NoticesOperations(Sender):
    """Operations of `notices`."""

    def list_notices(
        self,
        *,
        channel: shapes.Channel | None = None,
        at: datetime | None = None,
        language: str | None = None,
        queue: str | None = None,
        segment: str | None = None,
        state: shapes.NoticeState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.NoticePage:
        """What customers are told now, on a channel and in a language."""
        return self._send(
            Call[shapes.NoticePage](
                "GET",
                "/v1/notices",
                (shapes.NoticePage,),
                query={
                    "channel": channel,
                    "at": at,
                    "language": language,
                    "queue": queue,
                    "segment": segment,
                    "state": state,
                    "limit": limit,
                    "after": after,
                },
            )
        )

    def put_notice(self, notice_id: str, body: shapes.NoticeInput) -> shapes.Notice:
        """Write a notice; unless it is a draft, customers are told."""
        return self._send(Call[shapes.Notice]("PUT", f"/v1/notices/{in_path(notice_id)}", (shapes.Notice,), body=body))

    def read_notice(self, notice_id: str, *, language: str | None = None) -> shapes.Notice:
        """A notice, in every language."""
        return self._send(
            Call[shapes.Notice](
                "GET", f"/v1/notices/{in_path(notice_id)}", (shapes.Notice,), query={"language": language}
            )
        )

    def delete_notice(self, notice_id: str) -> None:
        """Take a notice back."""
        return self._send(Call[None]("DELETE", f"/v1/notices/{in_path(notice_id)}", ()))

    def list_notice_customers(
        self,
        notice_id: str,
        *,
        channel: shapes.Channel | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.ConcernedCustomerPage:
        """Whom a notice concerns, and where each of them may be told."""
        return self._send(
            Call[shapes.ConcernedCustomerPage](
                "GET",
                f"/v1/notices/{in_path(notice_id)}/customers",
                (shapes.ConcernedCustomerPage,),
                query={"channel": channel, "limit": limit, "after": after},
            )
        )

    def publish_notice(self, notice_id: str) -> shapes.Notice:
        """Publish a draft."""
        return self._send(Call[shapes.Notice]("POST", f"/v1/notices/{in_path(notice_id)}/publish", (shapes.Notice,)))


class AsyncNoticesOperations(AsyncSender):
    """The same, awaited."""

    async def list_notices(
        self,
        *,
        channel: shapes.Channel | None = None,
        at: datetime | None = None,
        language: str | None = None,
        queue: str | None = None,
        segment: str | None = None,
        state: shapes.NoticeState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.NoticePage:
        """What customers are told now, on a channel and in a language."""
        return await self._send(
            Call[shapes.NoticePage](
                "GET",
                "/v1/notices",
                (shapes.NoticePage,),
                query={
                    "channel": channel,
                    "at": at,
                    "language": language,
                    "queue": queue,
                    "segment": segment,
                    "state": state,
                    "limit": limit,
                    "after": after,
                },
            )
        )

    async def put_notice(self, notice_id: str, body: shapes.NoticeInput) -> shapes.Notice:
        """Write a notice; unless it is a draft, customers are told."""
        return await self._send(
            Call[shapes.Notice]("PUT", f"/v1/notices/{in_path(notice_id)}", (shapes.Notice,), body=body)
        )

    async def read_notice(self, notice_id: str, *, language: str | None = None) -> shapes.Notice:
        """A notice, in every language."""
        return await self._send(
            Call[shapes.Notice](
                "GET", f"/v1/notices/{in_path(notice_id)}", (shapes.Notice,), query={"language": language}
            )
        )

    async def delete_notice(self, notice_id: str) -> None:
        """Take a notice back."""
        return await self._send(Call[None]("DELETE", f"/v1/notices/{in_path(notice_id)}", ()))

    async def list_notice_customers(
        self,
        notice_id: str,
        *,
        channel: shapes.Channel | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.ConcernedCustomerPage:
        """Whom a notice concerns, and where each of them may be told."""
        return await self._send(
            Call[shapes.ConcernedCustomerPage](
                "GET",
                f"/v1/notices/{in_path(notice_id)}/customers",
                (shapes.ConcernedCustomerPage,),
                query={"channel": channel, "limit": limit, "after": after},
            )
        )

    async def publish_notice(self, notice_id: str) -> shapes.Notice:
        """Publish a draft."""
        return await self._send(
            Call[shapes.Notice]("POST", f"/v1/notices/{in_path(notice_id)}/publish", (shapes.Notice,))
        )
