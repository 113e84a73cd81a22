"""Routes by which people correct a journey and note what they know of it."""

from uuid import UUID

from service.access.audit import ReadAudit
from service.access.idempotency import idempotent
from service.db.change import DropViews, RecordedChange
from service.db.pool import Database
from service.errors import Absent, CustomerUnknown, InteractionUnknown, InvalidInput
from service.journey import borders, notes, set_decisions
from service.journey.borders import BorderChange
from service.journey.model import Journey, JourneyNote
from service.journey.notes import JourneyNoteInput, JourneyNotePatch
from service.journey.reading import read_journey_records
from service.journey.set_decisions import DecisionInput, SetDecision
from service.journey.words import JourneyWords
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Role
from service.web.http.parameters import (
    AFTER,
    LIMIT,
    optional_idempotent_request,
    page_request,
    text_parameter,
    uuid_in_path,
)
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, empty_response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.insight.journeys import ACCEPT_LANGUAGE, LANGUAGE, drawn_up

CUSTOMER = Parameter(name="customer", shape=UUID, description="The customer whose notes are listed; or `segment`.")
SEGMENT = Parameter(name="segment", description="The segment whose notes are listed; or `customer`.")

EDITOR_ROLES = frozenset({Role.CONSOLE, Role.ADMIN})


class JourneyChangeRoutes:
    """The routes by which borders are moved, and notes and decision points are kept."""

    def __init__(self, database: Database, drop_views: DropViews, audit: ReadAudit, *, words: JourneyWords) -> None:
        self._database = database
        self._audit = audit
        self._drop_views = drop_views
        self._words = words

    @route(
        "PUT",
        "/v1/customers/{customer_id}/journey/phases",
        roles=EDITOR_ROLES,
        budgeted=True,
        summary="Move the beginning of a phase, or undo a move",
        body=BorderChange,
        answers={200: Journey},
        parameters=(LANGUAGE, ACCEPT_LANGUAGE),
        problems=(CustomerUnknown, Absent),
    )
    async def move_phase(self, request: Request) -> Response:
        """Moves the beginning of a phase to another time; the rules divide the rest as before.

        Phases that lie between the old and the new beginning are passed over. The move stays on record with the name of
        the key, and can be undone. In the console, supervisors and administrators may do it.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        wanted = decode_json(request.raw, BorderChange)
        async with self._database.transaction() as connection:
            change = await borders.change_border(
                connection, customer_id, wanted, self._words, now=request.now, author=request.principal
            )
            records = await read_journey_records(connection, customer_id, self._words)
        await self._committed(request, change)
        return json_response(await drawn_up(records, self._words, request), version=change.version)

    @route(
        "POST",
        "/v1/customers/{customer_id}/journey/decisions",
        roles=EDITOR_ROLES,
        budgeted=True,
        summary="Set a decision point at a touchpoint",
        body=DecisionInput,
        answers={201: SetDecision},
        optionally_idempotent=True,
        problems=(CustomerUnknown, InteractionUnknown),
    )
    async def set_journey_decision(self, request: Request) -> Response:
        """Sets a decision point that what happened does not show by itself."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        new = decode_json(request.raw, DecisionInput)
        wanted = optional_idempotent_request(request, new)
        async with (
            self._database.transaction() as connection,
            idempotent(connection, wanted, now=request.now) as outcome,
        ):
            if outcome.previous is not None:
                decision_id = outcome.previous.resource_id
                decision = await set_decisions.read_decision(connection, customer_id, decision_id)
                return json_response(decision, status=201, headers=(IDEMPOTENT_REPLAYED,))
            decision, change = await set_decisions.set_decision(
                connection, customer_id, new, now=request.now, author=request.principal
            )
            outcome.set_result(decision.id)
        await self._committed(request, change)
        return json_response(decision, status=201, version=change.version)

    @route(
        "DELETE",
        "/v1/customers/{customer_id}/journey/decisions/{decision_id}",
        roles=EDITOR_ROLES,
        budgeted=True,
        summary="Delete a decision point that was set by hand",
        answers={204: None},
        problems=(CustomerUnknown, Absent),
    )
    async def delete_journey_decision(self, request: Request) -> Response:
        """Deletes a decision point that a person set. Derived ones cannot be deleted."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        decision_id = uuid_in_path(request, "decision_id", Absent)
        async with self._database.transaction() as connection:
            change = await set_decisions.delete_decision(
                connection, customer_id, decision_id, now=request.now, author=request.principal
            )
        await self._committed(request, change)
        return empty_response(version=change.version)

    @route(
        "POST",
        "/v1/journey-notes",
        roles=EDITOR_ROLES,
        budgeted=True,
        summary="Note what a customer or a segment wants in a phase, who owns it, or what to change",
        body=JourneyNoteInput,
        answers={201: JourneyNote},
        optionally_idempotent=True,
        problems=(CustomerUnknown,),
    )
    async def write_journey_note(self, request: Request) -> Response:
        """Writes a note about a phase. A segment's notes are shown on the journey of each of its customers."""
        new = decode_json(request.raw, JourneyNoteInput)
        wanted = optional_idempotent_request(request, new)
        async with (
            self._database.transaction() as connection,
            idempotent(connection, wanted, now=request.now) as outcome,
        ):
            if outcome.previous is not None:
                note = await notes.read_note(connection, outcome.previous.resource_id)
                return json_response(note, status=201, headers=(IDEMPOTENT_REPLAYED,))
            note, change = await notes.write_note(connection, new, now=request.now, author=request.principal)
            outcome.set_result(note.id)
        return await self._note_response(request, note, change, status=201)

    @route(
        "GET",
        "/v1/journey-notes",
        roles=EDITOR_ROLES,
        budgeted=True,
        summary="The notes of a customer's phases, or of a segment's",
        answers={200: Page[JourneyNote]},
        parameters=(SEGMENT, CUSTOMER, LIMIT, AFTER),
    )
    async def list_journey_notes(self, request: Request) -> Response:
        """Lists one page of notes, the oldest first: of a customer and those merged into it, or of a segment."""
        page, segment = page_request(request), text_parameter(request, "segment")
        customer_id = _uuid_parameter("customer", text_parameter(request, "customer"))
        if (segment is None) is (customer_id is None):
            raise InvalidInput(field="segment", message="Give either `segment` or `customer`.")
        request.subject = customer_id
        async with self._database.connection() as connection:
            found = await notes.list_notes(
                connection,
                customer_id=customer_id,
                segment=segment,
                after=_uuid_parameter("after", page.after),
                limit=page.limit,
            )
        if customer_id is not None:
            self._audit.record_read(request.principal.key_id, "journey notes", customer_id)
        return json_response(found)

    @route(
        "PATCH",
        "/v1/journey-notes/{note_id}",
        roles=EDITOR_ROLES,
        budgeted=True,
        summary="Change a note; absent fields stay, null removes an owner or a day",
        body=JourneyNotePatch,
        answers={200: JourneyNote},
        problems=(Absent,),
    )
    async def change_journey_note(self, request: Request) -> Response:
        """Changes the words of a note, its phase, who acts on it, or by when."""
        note_id, patch = uuid_in_path(request, "note_id", Absent), decode_json(request.raw, JourneyNotePatch)
        async with self._database.transaction() as connection:
            note, change = await notes.change_note(
                connection, note_id, patch, now=request.now, author=request.principal
            )
        return await self._note_response(request, note, change)

    @route(
        "DELETE",
        "/v1/journey-notes/{note_id}",
        roles=EDITOR_ROLES,
        budgeted=True,
        summary="Delete a note",
        answers={204: None},
        problems=(Absent,),
    )
    async def delete_journey_note(self, request: Request) -> Response:
        """Deletes a note of a customer or of a segment."""
        note_id = uuid_in_path(request, "note_id", Absent)
        async with self._database.transaction() as connection:
            change = await notes.delete_note(connection, note_id, now=request.now, author=request.principal)
        if change is None:
            return empty_response()
        await self._committed(request, change)
        return empty_response(version=change.version)

    async def _note_response(
        self, request: Request, note: JourneyNote, change: RecordedChange | None, *, status: int = 200
    ) -> Response:
        if change is None:
            return json_response(note, status=status)
        await self._committed(request, change)
        return json_response(note, status=status, version=change.version)

    async def _committed(self, request: Request, change: RecordedChange) -> None:
        """No cached view shows the old version any more."""
        request.subject = change.customer_id
        await self._drop_views([change.customer_id])


def _uuid_parameter(name: str, text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise InvalidInput(field=name, message="An id is expected.") from None
