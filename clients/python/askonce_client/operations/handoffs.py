"""Operations of `handoffs`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path, new_key


class HandoffsOperations(Sender):
    """Operations of `handoffs`."""

    def create_handoff(
        self, body: shapes.HandoffRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Hand a conversation off to a queue or an agent."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                "/v1/handoffs",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def list_handoffs(
        self,
        *,
        queue: str | None = None,
        state: shapes.HandoffState | None = None,
        agent: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.HandoffPage:
        """Handoffs that this key may see, the most urgent first; without their packets."""
        return self._send(
            Call[shapes.HandoffPage](
                "GET",
                "/v1/handoffs",
                (shapes.HandoffPage,),
                query={"queue": queue, "state": state, "agent": agent, "limit": limit, "after": after},
            )
        )

    def read_handoff(self, handoff_id: UUID) -> shapes.HandoffAnswer:
        """A handoff with its packet."""
        return self._send(
            Call[shapes.HandoffAnswer]("GET", f"/v1/handoffs/{in_path(handoff_id)}", (shapes.HandoffAnswer,))
        )

    def accept_handoff(
        self, handoff_id: UUID, body: shapes.AcceptRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Take the conversation; the first one has it."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/accept",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def read_handoff_brief(self, handoff_id: UUID, *, accept_language: str | None = None) -> shapes.BriefAnswer:
        """What a taker must know in thirty seconds, as JSON, Markdown or plain text."""
        return self._send(
            Call[shapes.BriefAnswer](
                "GET",
                f"/v1/handoffs/{in_path(handoff_id)}/brief",
                (shapes.BriefAnswer,),
                headers={"Accept-Language": accept_language},
            )
        )

    def read_handoff_brief_as_text(self, handoff_id: UUID, *, accept: str, accept_language: str | None = None) -> str:
        """What a taker must know in thirty seconds, as JSON, Markdown or plain text."""
        return self._send(
            Call[str](
                "GET",
                f"/v1/handoffs/{in_path(handoff_id)}/brief",
                (str,),
                headers={"Accept-Language": accept_language, "Accept": accept},
            )
        )

    def complete_handoff(
        self, handoff_id: UUID, body: shapes.HandoffEnding, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """End the handoff; a summary goes into the record."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/complete",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def decline_handoff(
        self, handoff_id: UUID, body: shapes.DeclineRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Decline the offer; the next one follows."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/decline",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def fail_handoff(
        self, handoff_id: UUID, body: shapes.HandoffEnding, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Say that it went wrong; the customer is called back."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/fail",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def add_handoff_note(
        self, handoff_id: UUID, body: shapes.DeskNote, *, idempotency_key: str | None = None
    ) -> shapes.RegistrationResult:
        """Put on record what the taker has learned or tried."""
        return self._send(
            Call[shapes.RegistrationResult](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/interactions",
                (shapes.RegistrationResult,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def return_handoff(
        self, handoff_id: UUID, body: shapes.HandoffEnding, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Give the conversation back to the desk that handed it off."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/return",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def start_handoff(
        self, handoff_id: UUID, body: shapes.TokenRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Say that the taker speaks with the customer."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/start",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def take_over_handoff(
        self, handoff_id: UUID, body: shapes.AcceptRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Take the conversation from the agent who has it."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/takeover",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def transfer_handoff(
        self, handoff_id: UUID, body: shapes.TransferRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Pass the conversation on; answers with the new handoff."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/transfer",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def withdraw_handoff(
        self, handoff_id: UUID, body: shapes.WithdrawRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Take a handoff back that no agent has taken."""
        return self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/withdraw",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )


class AsyncHandoffsOperations(AsyncSender):
    """The same, awaited."""

    async def create_handoff(
        self, body: shapes.HandoffRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Hand a conversation off to a queue or an agent."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                "/v1/handoffs",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def list_handoffs(
        self,
        *,
        queue: str | None = None,
        state: shapes.HandoffState | None = None,
        agent: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.HandoffPage:
        """Handoffs that this key may see, the most urgent first; without their packets."""
        return await self._send(
            Call[shapes.HandoffPage](
                "GET",
                "/v1/handoffs",
                (shapes.HandoffPage,),
                query={"queue": queue, "state": state, "agent": agent, "limit": limit, "after": after},
            )
        )

    async def read_handoff(self, handoff_id: UUID) -> shapes.HandoffAnswer:
        """A handoff with its packet."""
        return await self._send(
            Call[shapes.HandoffAnswer]("GET", f"/v1/handoffs/{in_path(handoff_id)}", (shapes.HandoffAnswer,))
        )

    async def accept_handoff(
        self, handoff_id: UUID, body: shapes.AcceptRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Take the conversation; the first one has it."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/accept",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def read_handoff_brief(self, handoff_id: UUID, *, accept_language: str | None = None) -> shapes.BriefAnswer:
        """What a taker must know in thirty seconds, as JSON, Markdown or plain text."""
        return await self._send(
            Call[shapes.BriefAnswer](
                "GET",
                f"/v1/handoffs/{in_path(handoff_id)}/brief",
                (shapes.BriefAnswer,),
                headers={"Accept-Language": accept_language},
            )
        )

    async def read_handoff_brief_as_text(
        self, handoff_id: UUID, *, accept: str, accept_language: str | None = None
    ) -> str:
        """What a taker must know in thirty seconds, as JSON, Markdown or plain text."""
        return await self._send(
            Call[str](
                "GET",
                f"/v1/handoffs/{in_path(handoff_id)}/brief",
                (str,),
                headers={"Accept-Language": accept_language, "Accept": accept},
            )
        )

    async def complete_handoff(
        self, handoff_id: UUID, body: shapes.HandoffEnding, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """End the handoff; a summary goes into the record."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/complete",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def decline_handoff(
        self, handoff_id: UUID, body: shapes.DeclineRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Decline the offer; the next one follows."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/decline",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def fail_handoff(
        self, handoff_id: UUID, body: shapes.HandoffEnding, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Say that it went wrong; the customer is called back."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/fail",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def add_handoff_note(
        self, handoff_id: UUID, body: shapes.DeskNote, *, idempotency_key: str | None = None
    ) -> shapes.RegistrationResult:
        """Put on record what the taker has learned or tried."""
        return await self._send(
            Call[shapes.RegistrationResult](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/interactions",
                (shapes.RegistrationResult,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def return_handoff(
        self, handoff_id: UUID, body: shapes.HandoffEnding, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Give the conversation back to the desk that handed it off."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/return",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def start_handoff(
        self, handoff_id: UUID, body: shapes.TokenRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Say that the taker speaks with the customer."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/start",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def take_over_handoff(
        self, handoff_id: UUID, body: shapes.AcceptRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Take the conversation from the agent who has it."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/takeover",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def transfer_handoff(
        self, handoff_id: UUID, body: shapes.TransferRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Pass the conversation on; answers with the new handoff."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/transfer",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def withdraw_handoff(
        self, handoff_id: UUID, body: shapes.WithdrawRequest, *, idempotency_key: str | None = None
    ) -> shapes.HandoffAnswer:
        """Take a handoff back that no agent has taken."""
        return await self._send(
            Call[shapes.HandoffAnswer](
                "POST",
                f"/v1/handoffs/{in_path(handoff_id)}/withdraw",
                (shapes.HandoffAnswer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )
