"""Operations of `journey_notes`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path, new_key


class JourneyNotesOperations(Sender):
    """Operations of `journey_notes`."""

    def write_journey_note(
        self, body: shapes.JourneyNoteInput, *, idempotency_key: str | None = None
    ) -> shapes.JourneyNote:
        """Note what a customer or a segment wants in a phase, who owns it, or what to change."""
        return self._send(
            Call[shapes.JourneyNote](
                "POST",
                "/v1/journey-notes",
                (shapes.JourneyNote,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def list_journey_notes(
        self,
        *,
        segment: str | None = None,
        customer: UUID | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.JourneyNotePage:
        """The notes of a customer's phases, or of a segment's."""
        return self._send(
            Call[shapes.JourneyNotePage](
                "GET",
                "/v1/journey-notes",
                (shapes.JourneyNotePage,),
                query={"segment": segment, "customer": customer, "limit": limit, "after": after},
            )
        )

    def change_journey_note(self, note_id: UUID, body: shapes.JourneyNotePatch) -> shapes.JourneyNote:
        """Change a note; absent fields stay, null removes an owner or a day."""
        return self._send(
            Call[shapes.JourneyNote]("PATCH", f"/v1/journey-notes/{in_path(note_id)}", (shapes.JourneyNote,), body=body)
        )

    def delete_journey_note(self, note_id: UUID) -> None:
        """Delete a note."""
        return self._send(Call[None]("DELETE", f"/v1/journey-notes/{in_path(note_id)}", ()))


class AsyncJourneyNotesOperations(AsyncSender):
    """The same, awaited."""

    async def write_journey_note(
        self, body: shapes.JourneyNoteInput, *, idempotency_key: str | None = None
    ) -> shapes.JourneyNote:
        """Note what a customer or a segment wants in a phase, who owns it, or what to change."""
        return await self._send(
            Call[shapes.JourneyNote](
                "POST",
                "/v1/journey-notes",
                (shapes.JourneyNote,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def list_journey_notes(
        self,
        *,
        segment: str | None = None,
        customer: UUID | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.JourneyNotePage:
        """The notes of a customer's phases, or of a segment's."""
        return await self._send(
            Call[shapes.JourneyNotePage](
                "GET",
                "/v1/journey-notes",
                (shapes.JourneyNotePage,),
                query={"segment": segment, "customer": customer, "limit": limit, "after": after},
            )
        )

    async def change_journey_note(self, note_id: UUID, body: shapes.JourneyNotePatch) -> shapes.JourneyNote:
        """Change a note; absent fields stay, null removes an owner or a day."""
        return await self._send(
            Call[shapes.JourneyNote]("PATCH", f"/v1/journey-notes/{in_path(note_id)}", (shapes.JourneyNote,), body=body)
        )

    async def delete_journey_note(self, note_id: UUID) -> None:
        """Delete a note."""
        return await self._send(Call[None]("DELETE", f"/v1/journey-notes/{in_path(note_id)}", ()))
