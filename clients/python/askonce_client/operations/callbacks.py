"""Operations of `callbacks`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path, new_key


class CallbacksOperations(Sender):
    """Operations of `callbacks`."""

    def create_callback(
        self, body: shapes.CallbackRequest, *, idempotency_key: str | None = None
    ) -> shapes.RequestedCallbackAnswer:
        """Promise a call in a window, or in the next opening of a queue."""
        return self._send(
            Call[shapes.RequestedCallbackAnswer](
                "POST",
                "/v1/callbacks",
                (shapes.RequestedCallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def list_callbacks(
        self,
        *,
        queue: str | None = None,
        state: shapes.CallbackState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.CallbackPage:
        """Callbacks that this key may see, the most urgent first."""
        return self._send(
            Call[shapes.CallbackPage](
                "GET",
                "/v1/callbacks",
                (shapes.CallbackPage,),
                query={"queue": queue, "state": state, "limit": limit, "after": after},
            )
        )

    def read_callback(self, callback_id: UUID) -> shapes.CallbackAnswer:
        """A callback."""
        return self._send(
            Call[shapes.CallbackAnswer]("GET", f"/v1/callbacks/{in_path(callback_id)}", (shapes.CallbackAnswer,))
        )

    def report_call_attempt(
        self, callback_id: UUID, body: shapes.CallAttemptInput, *, idempotency_key: str | None = None
    ) -> shapes.CallbackAnswer:
        """Report how a call went; it becomes an interaction of the customer."""
        return self._send(
            Call[shapes.CallbackAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/attempts",
                (shapes.CallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def read_callback_brief(self, callback_id: UUID, *, accept_language: str | None = None) -> shapes.BriefAnswer:
        """What a caller must know in thirty seconds, as JSON, Markdown or plain text."""
        return self._send(
            Call[shapes.BriefAnswer](
                "GET",
                f"/v1/callbacks/{in_path(callback_id)}/brief",
                (shapes.BriefAnswer,),
                headers={"Accept-Language": accept_language},
            )
        )

    def read_callback_brief_as_text(self, callback_id: UUID, *, accept: str, accept_language: str | None = None) -> str:
        """What a caller must know in thirty seconds, as JSON, Markdown or plain text."""
        return self._send(
            Call[str](
                "GET",
                f"/v1/callbacks/{in_path(callback_id)}/brief",
                (str,),
                headers={"Accept-Language": accept_language, "Accept": accept},
            )
        )

    def cancel_callback(
        self, callback_id: UUID, body: shapes.CancelRequest, *, idempotency_key: str | None = None
    ) -> shapes.CallbackAnswer:
        """Drop a callback that the customer does not need any more."""
        return self._send(
            Call[shapes.CallbackAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/cancel",
                (shapes.CallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def claim_callback(
        self,
        callback_id: UUID,
        body: shapes.ClaimRequest,
        *,
        accept_language: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.ClaimAnswer:
        """Claim a callback, to call now; the first one has it, with the number and the brief."""
        return self._send(
            Call[shapes.ClaimAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/claim",
                (shapes.ClaimAnswer,),
                headers={"Accept-Language": accept_language, "Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def fulfil_callback(
        self, callback_id: UUID, body: shapes.FulfilRequest, *, idempotency_key: str | None = None
    ) -> shapes.CallbackAnswer:
        """Close a callback whose customer called or wrote meanwhile, and was answered."""
        return self._send(
            Call[shapes.CallbackAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/fulfil",
                (shapes.CallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def reschedule_callback(
        self, callback_id: UUID, body: shapes.RescheduleRequest, *, idempotency_key: str | None = None
    ) -> shapes.CallbackAnswer:
        """Promise another window or number, agreed with the customer."""
        return self._send(
            Call[shapes.CallbackAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/reschedule",
                (shapes.CallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )


class AsyncCallbacksOperations(AsyncSender):
    """The same, awaited."""

    async def create_callback(
        self, body: shapes.CallbackRequest, *, idempotency_key: str | None = None
    ) -> shapes.RequestedCallbackAnswer:
        """Promise a call in a window, or in the next opening of a queue."""
        return await self._send(
            Call[shapes.RequestedCallbackAnswer](
                "POST",
                "/v1/callbacks",
                (shapes.RequestedCallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def list_callbacks(
        self,
        *,
        queue: str | None = None,
        state: shapes.CallbackState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.CallbackPage:
        """Callbacks that this key may see, the most urgent first."""
        return await self._send(
            Call[shapes.CallbackPage](
                "GET",
                "/v1/callbacks",
                (shapes.CallbackPage,),
                query={"queue": queue, "state": state, "limit": limit, "after": after},
            )
        )

    async def read_callback(self, callback_id: UUID) -> shapes.CallbackAnswer:
        """A callback."""
        return await self._send(
            Call[shapes.CallbackAnswer]("GET", f"/v1/callbacks/{in_path(callback_id)}", (shapes.CallbackAnswer,))
        )

    async def report_call_attempt(
        self, callback_id: UUID, body: shapes.CallAttemptInput, *, idempotency_key: str | None = None
    ) -> shapes.CallbackAnswer:
        """Report how a call went; it becomes an interaction of the customer."""
        return await self._send(
            Call[shapes.CallbackAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/attempts",
                (shapes.CallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def read_callback_brief(self, callback_id: UUID, *, accept_language: str | None = None) -> shapes.BriefAnswer:
        """What a caller must know in thirty seconds, as JSON, Markdown or plain text."""
        return await self._send(
            Call[shapes.BriefAnswer](
                "GET",
                f"/v1/callbacks/{in_path(callback_id)}/brief",
                (shapes.BriefAnswer,),
                headers={"Accept-Language": accept_language},
            )
        )

    async def read_callback_brief_as_text(
        self, callback_id: UUID, *, accept: str, accept_language: str | None = None
    ) -> str:
        """What a caller must know in thirty seconds, as JSON, Markdown or plain text."""
        return await self._send(
            Call[str](
                "GET",
                f"/v1/callbacks/{in_path(callback_id)}/brief",
                (str,),
                headers={"Accept-Language": accept_language, "Accept": accept},
            )
        )

    async def cancel_callback(
        self, callback_id: UUID, body: shapes.CancelRequest, *, idempotency_key: str | None = None
    ) -> shapes.CallbackAnswer:
        """Drop a callback that the customer does not need any more."""
        return await self._send(
            Call[shapes.CallbackAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/cancel",
                (shapes.CallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def claim_callback(
        self,
        callback_id: UUID,
        body: shapes.ClaimRequest,
        *,
        accept_language: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.ClaimAnswer:
        """Claim a callback, to call now; the first one has it, with the number and the brief."""
        return await self._send(
            Call[shapes.ClaimAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/claim",
                (shapes.ClaimAnswer,),
                headers={"Accept-Language": accept_language, "Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def fulfil_callback(
        self, callback_id: UUID, body: shapes.FulfilRequest, *, idempotency_key: str | None = None
    ) -> shapes.CallbackAnswer:
        """Close a callback whose customer called or wrote meanwhile, and was answered."""
        return await self._send(
            Call[shapes.CallbackAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/fulfil",
                (shapes.CallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def reschedule_callback(
        self, callback_id: UUID, body: shapes.RescheduleRequest, *, idempotency_key: str | None = None
    ) -> shapes.CallbackAnswer:
        """Promise another window or number, agreed with the customer."""
        return await self._send(
            Call[shapes.CallbackAnswer](
                "POST",
                f"/v1/callbacks/{in_path(callback_id)}/reschedule",
                (shapes.CallbackAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )
