"""What people note of a phase: of one customer's journey, or of a segment's."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from service.access.model import Principal
from service.db.change import RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent
from service.journey.model import JourneyNote, NoteKind, Phase
from service.model.ids import new_id
from service.model.interaction import RequestShape, ShortText
from service.model.page import Page

SQL = Statements("service.journey", "notes")

NoteText = Annotated[str, Meta(min_length=1, max_length=2000)]
"""Words of a note: 1 to 2,000 characters."""
_NIL = UUID(int=0)
"""In place of a customer, in the rows of segments' notes."""
_decoder = msgspec.json.Decoder(JourneyNote)


class JourneyNoteInput(RequestShape, frozen=True):
    """A note about a phase, of a customer or of a segment."""

    phase: Annotated[Phase, Meta(description="Phase that the note is about.")]
    kind: Annotated[
        NoteKind,
        Meta(description="`wants`: the customer's aim; `owner`: the team in charge; `change`: what to change."),
    ]
    text: Annotated[NoteText, Meta(description="Words of the note.")]
    owner: Annotated[ShortText | None, Meta(description="Person or team that acts on it; null for none.")] = None
    due: Annotated[date | None, Meta(description="Day by which it is to be done, as in 2026-12-12; null for none.")] = (
        None
    )
    customer_id: Annotated[UUID | None, Meta(description="Customer of the note; excludes `segment`.")] = None
    segment: Annotated[ShortText | None, Meta(description="Name of the segment; excludes `customer_id`.")] = None

    def __post_init__(self) -> None:
        """ValueError unless exactly one of customer and segment is given."""
        if (self.customer_id is None) is (self.segment is None):
            raise ValueError("Expected exactly one of `customer_id` and `segment`")


class JourneyNotePatch(RequestShape, frozen=True):
    """What changes of a note; what is absent stays."""

    phase: Annotated[Phase | UnsetType, Meta(description="Phase that the note is about; absent leaves it.")] = UNSET
    text: Annotated[NoteText | UnsetType, Meta(description="Words of the note; absent leaves them.")] = UNSET
    owner: Annotated[
        ShortText | UnsetType | None, Meta(description="Person or team that acts on it; null removes it.")
    ] = UNSET
    due: Annotated[date | UnsetType | None, Meta(description="Day by which it is to be done; null removes it.")] = UNSET

    def fields(self) -> tuple[str, ...]:
        """The names of what is to change."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name) is not UNSET)


async def write_note(
    connection: Connection, new: JourneyNoteInput, *, now: datetime, author: Principal
) -> tuple[JourneyNote, RecordedChange | None]:
    """The note, stored, with the change of its customer, if it has one. CustomerUnknown without one."""
    note_id, change, owner_id = new_id(), None, _NIL
    if new.customer_id is not None:
        locked = await lock_customer(connection, new.customer_id)
        owner_id = locked.owner_id
        change = await record_change(
            connection, locked, now=now, key_id=author.key_id, action="journey_note.created", subject_id=note_id
        )
    what = (new.phase, new.kind, new.text, new.owner, new.due)
    await connection.execute(SQL.insert_note, owner_id, note_id, new.segment, *what, author.name, author.key_id, now)
    return await read_note(connection, note_id), change


async def read_note(connection: Connection, note_id: UUID) -> JourneyNote:
    """The note. Absent if there is none."""
    text = await connection.fetchval(SQL.read_note, note_id)
    if text is None:
        raise Absent("There is no such note.")
    return _decoder.decode(text)


async def list_notes(
    connection: Connection, *, customer_id: UUID | None, segment: str | None, after: UUID | None, limit: int
) -> Page[JourneyNote]:
    """A page of the notes of this customer's merge set, or of this segment, the oldest first."""
    rows = await connection.fetch(SQL.list_notes, customer_id, segment, after, limit + 1)
    notes = [_decoder.decode(row["note"]) for row in rows]
    more, notes = len(notes) > limit, notes[:limit]
    return Page(items=notes, next=str(notes[-1].id) if more else None)


async def change_note(
    connection: Connection, note_id: UUID, patch: JourneyNotePatch, *, now: datetime, author: Principal
) -> tuple[JourneyNote, RecordedChange | None]:
    """The note with what is sent of the patch. Absent if there is none."""
    note = await read_note(connection, note_id)
    change = await _record(connection, note, "journey_note.changed", now=now, author=author, fields=patch.fields())
    values = (getattr(patch, name) or None for name in ("phase", "text", "owner", "due"))
    await connection.execute(SQL.change_note, note_id, list(patch.fields()), *values)
    return await read_note(connection, note_id), change


async def delete_note(
    connection: Connection, note_id: UUID, *, now: datetime, author: Principal
) -> RecordedChange | None:
    """Delete the note. Absent if there is none."""
    note = await read_note(connection, note_id)
    change = await _record(connection, note, "journey_note.deleted", now=now, author=author)
    await connection.execute(SQL.delete_note, note_id)
    return change


async def _record(
    connection: Connection,
    note: JourneyNote,
    action: str,
    *,
    now: datetime,
    author: Principal,
    fields: tuple[str, ...] = (),
) -> RecordedChange | None:
    """The change of the note's customer; None for a note of a segment."""
    if note.customer_id is None:
        return None
    locked = await lock_customer(connection, note.customer_id)
    return await record_change(
        connection, locked, now=now, key_id=author.key_id, action=action, subject_id=note.id, fields=fields
    )
