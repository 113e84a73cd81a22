"""What an agent is writing and has not sent yet: kept for this agent alone, until it is sent.

The last tab that writes a field wins. What another tab had written there, unseen by it, is kept beside the text.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, convert

from service.db.pool import Database
from service.db.statements import Statements
from service.errors import RouteUnknown

SQL = Statements("service.desks", "drafts")

MAX_DRAFT_CHARS = 20_000
FieldName = Annotated[str, Meta(pattern=r"^[a-z][a-z_-]{0,39}$")]


class WrittenField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written in a field now: by the page `tab`, which had seen the draft of `base`."""

    form: FieldName
    field: FieldName
    text: Annotated[str, Meta(max_length=MAX_DRAFT_CHARS)]
    tab: Annotated[str, Meta(min_length=1, max_length=80)]
    base: datetime | None = None


class Draft(Struct, frozen=True, kw_only=True):
    """What was written in a field; `other` is what was written there elsewhere, and is not part of it."""

    form: str
    field: str
    text: str
    updated_at: datetime
    other: str | None


async def read_drafts(database: Database, account_id: UUID, subject_id: UUID) -> list[Draft]:
    """The drafts of a page about this customer, handoff or callback, the newest last; a survivor has its set's."""
    async with database.connection() as connection:
        rows = await connection.fetch(SQL.read_drafts, account_id, subject_id)
    return convert([dict(row) for row in rows], list[Draft])


async def write_draft(
    database: Database, account_id: UUID, subject_id: UUID, written: WrittenField, now: datetime
) -> Draft:
    """Keep what is written. RouteUnknown if there is no such customer, handoff or callback."""
    place = (account_id, subject_id, written.form, written.field)
    async with database.transaction() as connection:
        row = await connection.fetchrow(SQL.write_draft, *place, written.text, written.tab, now, written.base)
        if row is None:
            raise RouteUnknown
        if written.base is not None:
            await connection.execute(SQL.supersede_draft, *place, written.base)
    return convert(dict(row), Draft)


async def discard_drafts(
    database: Database, account_id: UUID, subject_id: UUID, forms: Sequence[str] | None = None
) -> None:
    """Forget what was written in these forms of a page, or in all of them: it was sent."""
    async with database.connection() as connection:
        await connection.execute(SQL.discard_drafts, account_id, subject_id, forms)
