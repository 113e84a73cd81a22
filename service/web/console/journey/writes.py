"""What people correct on the page of a journey: borders of phases, notes about them, and decision points."""

from uuid import UUID

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.db.change import RecordedChange
from service.desks.drafts import discard_drafts
from service.errors import Absent
from service.journey import notes, set_decisions
from service.journey.borders import BorderChange, change_border
from service.journey.notes import JourneyNoteInput
from service.journey.set_decisions import DecisionInput
from service.journey.words import journey_words
from service.settings.model import Settings
from service.web.console.customer.reads import CustomerReads
from service.web.console.desk_forms import as_request
from service.web.console.guard import for_roles
from service.web.console.journey.pages import BORDER_MOVERS, JOURNEY_PATH, journey_path
from service.web.console.pages.customer import READERS
from service.web.console.visit import Visit

DRAFT = "journey-note"
DECISION_DRAFT = "journey-decision"


class JourneyNoteForm(Struct, kw_only=True):
    """A note about a phase; what is empty is not said."""

    phase: str
    kind: str
    text: str = ""
    owner: str = ""
    due: str = ""
    csrf_token: str = ""


class BorderForm(Struct, kw_only=True):
    """Where a phase begins from now on, or the move that is undone; `number` is the touchpoint that is looked at."""

    index: int
    number: int
    at: str = ""
    undo: str = ""
    csrf_token: str = ""


class DecisionForm(Struct, kw_only=True):
    """A decision point at the touchpoint that is looked at, which has this number."""

    interaction_id: str
    number: int
    text: str = ""
    csrf_token: str = ""


class RemovalForm(Struct, kw_only=True):
    """The press that removes a note or a decision point; `number` is the touchpoint of the latter."""

    number: int = 0
    csrf_token: str = ""


class JourneyWrites(Controller):
    """The forms of the page of a journey, by the use cases of the API."""

    path = JOURNEY_PATH
    guards = [for_roles(*READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @post("/notes", include_in_schema=False)
    async def write_note(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[JourneyNoteForm],
    ) -> Response[str]:
        """Writes a note about a phase of this customer's journey."""
        fields = {"text": data.text.strip(), "owner": data.owner.strip() or None, "due": data.due or None}
        given = {"customer_id": customer_id, "phase": data.phase, "kind": data.kind} | fields
        new = as_request(given, JourneyNoteInput)
        author = visit.session.principal
        async with customer_reads.database.transaction() as connection:
            _, change = await notes.write_note(connection, new, now=visit.now, author=author)
        await discard_drafts(customer_reads.database, visit.session.account_id, customer_id, [DRAFT])
        return await _written(visit, customer_reads, customer_id, change)

    @post("/notes/{note_id:uuid}/remove", include_in_schema=False)
    async def remove_note(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        note_id: FromPath[UUID],
        data: URLEncodedBody[RemovalForm],  # noqa: ARG002 (the guard reads its token)
    ) -> Response[str]:
        """Removes a note of this customer; who removed it is on record."""
        async with customer_reads.database.transaction() as connection:
            if (await notes.read_note(connection, note_id)).customer_id is None:
                raise Absent("There is no such note.")
            author = visit.session.principal
            change = await notes.delete_note(connection, note_id, now=visit.now, author=author)
        return await _written(visit, customer_reads, customer_id, change)

    @post("/decisions", include_in_schema=False)
    async def set_decision(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[DecisionForm],
    ) -> Response[str]:
        """Sets a decision point that what happened does not show by itself."""
        new = as_request({"interaction_id": data.interaction_id, "text": data.text.strip()}, DecisionInput)
        author = visit.session.principal
        async with customer_reads.database.transaction() as connection:
            _, change = await set_decisions.set_decision(connection, customer_id, new, now=visit.now, author=author)
        await discard_drafts(customer_reads.database, visit.session.account_id, customer_id, [DECISION_DRAFT])
        return await _written(visit, customer_reads, customer_id, change, number=data.number)

    @post("/decisions/{decision_id:uuid}/remove", include_in_schema=False)
    async def remove_decision(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        decision_id: FromPath[UUID],
        data: URLEncodedBody[RemovalForm],
    ) -> Response[str]:
        """Removes a decision point that a person set; who removed it is on record."""
        author = visit.session.principal
        async with customer_reads.database.transaction() as connection:
            change = await set_decisions.delete_decision(
                connection, customer_id, decision_id, now=visit.now, author=author
            )
        return await _written(visit, customer_reads, customer_id, change, number=data.number)

    @post("/phases", include_in_schema=False, guards=[for_roles(*BORDER_MOVERS)])
    async def move_border(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[BorderForm],
    ) -> Response[str]:
        """Moves the beginning of a phase, or undoes a move; both stay on record."""
        given = {"undo": data.undo} if data.undo else {"index": data.index, "at": data.at}
        wanted = as_request(given, BorderChange)
        async with customer_reads.database.transaction() as connection:
            change = await change_border(
                connection,
                customer_id,
                wanted,
                journey_words(settings),
                now=visit.now,
                author=visit.session.principal,
            )
        return await _written(visit, customer_reads, customer_id, change, number=data.number)


async def _written(
    visit: Visit, reads: CustomerReads, customer_id: UUID, change: RecordedChange | None, number: int = 0
) -> Response[str]:
    """The page anew, at the touchpoint that was looked at."""
    if change is not None:
        await reads.reader.cache.drop([change.customer_id])
    return visit.redirect(journey_path(customer_id) + (f"?at={number}" if number else ""))
