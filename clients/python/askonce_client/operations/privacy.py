"""Operations of `privacy`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path, new_key


class PrivacyOperations(Sender):
    """Operations of `privacy`."""

    def receive_request(
        self, body: shapes.PrivacyRequestInput, *, idempotency_key: str | None = None
    ) -> shapes.PrivacyRequest:
        """Put on record what a customer asks for under the GDPR."""
        return self._send(
            Call[shapes.PrivacyRequest](
                "POST",
                "/v1/privacy/requests",
                (shapes.PrivacyRequest,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def list_requests(
        self,
        *,
        state: shapes.RequestState | None = None,
        kind: shapes.RequestKind | None = None,
        due: date | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.PrivacyRequestPage:
        """What customers ask for, the soonest due first."""
        return self._send(
            Call[shapes.PrivacyRequestPage](
                "GET",
                "/v1/privacy/requests",
                (shapes.PrivacyRequestPage,),
                query={"state": state, "kind": kind, "due": due, "limit": limit, "after": after},
            )
        )

    def read_request(self, request_id: UUID) -> shapes.PrivacyRequest:
        """One request, with every step that was taken."""
        return self._send(
            Call[shapes.PrivacyRequest]("GET", f"/v1/privacy/requests/{in_path(request_id)}", (shapes.PrivacyRequest,))
        )

    def change_request(self, request_id: UUID, body: shapes.PrivacyRequestPatch) -> shapes.PrivacyRequest:
        """Verify a request, end it, refuse it, or extend its time."""
        return self._send(
            Call[shapes.PrivacyRequest](
                "PATCH", f"/v1/privacy/requests/{in_path(request_id)}", (shapes.PrivacyRequest,), body=body
            )
        )

    def export_customer(self, request_id: UUID) -> shapes.CustomerExport:
        """Everything that is kept of the customer who asks for access."""
        return self._send(
            Call[shapes.CustomerExport](
                "GET", f"/v1/privacy/requests/{in_path(request_id)}/export", (shapes.CustomerExport,)
            )
        )

    def export_customer_as_text(self, request_id: UUID, *, accept: str) -> str:
        """Everything that is kept of the customer who asks for access."""
        return self._send(
            Call[str]("GET", f"/v1/privacy/requests/{in_path(request_id)}/export", (str,), headers={"Accept": accept})
        )

    def preview_request(self, request_id: UUID) -> shapes.Preview:
        """What an erasure of the customer would take."""
        return self._send(
            Call[shapes.Preview]("GET", f"/v1/privacy/requests/{in_path(request_id)}/preview", (shapes.Preview,))
        )

    def read_receipt(self, request_id: UUID) -> shapes.ErasureReceipt:
        """The proof of an erasure."""
        return self._send(
            Call[shapes.ErasureReceipt](
                "GET", f"/v1/privacy/requests/{in_path(request_id)}/receipt", (shapes.ErasureReceipt,)
            )
        )


class AsyncPrivacyOperations(AsyncSender):
    """The same, awaited."""

    async def receive_request(
        self, body: shapes.PrivacyRequestInput, *, idempotency_key: str | None = None
    ) -> shapes.PrivacyRequest:
        """Put on record what a customer asks for under the GDPR."""
        return await self._send(
            Call[shapes.PrivacyRequest](
                "POST",
                "/v1/privacy/requests",
                (shapes.PrivacyRequest,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def list_requests(
        self,
        *,
        state: shapes.RequestState | None = None,
        kind: shapes.RequestKind | None = None,
        due: date | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.PrivacyRequestPage:
        """What customers ask for, the soonest due first."""
        return await self._send(
            Call[shapes.PrivacyRequestPage](
                "GET",
                "/v1/privacy/requests",
                (shapes.PrivacyRequestPage,),
                query={"state": state, "kind": kind, "due": due, "limit": limit, "after": after},
            )
        )

    async def read_request(self, request_id: UUID) -> shapes.PrivacyRequest:
        """One request, with every step that was taken."""
        return await self._send(
            Call[shapes.PrivacyRequest]("GET", f"/v1/privacy/requests/{in_path(request_id)}", (shapes.PrivacyRequest,))
        )

    async def change_request(self, request_id: UUID, body: shapes.PrivacyRequestPatch) -> shapes.PrivacyRequest:
        """Verify a request, end it, refuse it, or extend its time."""
        return await self._send(
            Call[shapes.PrivacyRequest](
                "PATCH", f"/v1/privacy/requests/{in_path(request_id)}", (shapes.PrivacyRequest,), body=body
            )
        )

    async def export_customer(self, request_id: UUID) -> shapes.CustomerExport:
        """Everything that is kept of the customer who asks for access."""
        return await self._send(
            Call[shapes.CustomerExport](
                "GET", f"/v1/privacy/requests/{in_path(request_id)}/export", (shapes.CustomerExport,)
            )
        )

    async def export_customer_as_text(self, request_id: UUID, *, accept: str) -> str:
        """Everything that is kept of the customer who asks for access."""
        return await self._send(
            Call[str]("GET", f"/v1/privacy/requests/{in_path(request_id)}/export", (str,), headers={"Accept": accept})
        )

    async def preview_request(self, request_id: UUID) -> shapes.Preview:
        """What an erasure of the customer would take."""
        return await self._send(
            Call[shapes.Preview]("GET", f"/v1/privacy/requests/{in_path(request_id)}/preview", (shapes.Preview,))
        )

    async def read_receipt(self, request_id: UUID) -> shapes.ErasureReceipt:
        """The proof of an erasure."""
        return await self._send(
            Call[shapes.ErasureReceipt](
                "GET", f"/v1/privacy/requests/{in_path(request_id)}/receipt", (shapes.ErasureReceipt,)
            )
        )
