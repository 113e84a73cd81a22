"""What an operator says of a source: its title, how far it is trusted, and the webhook that tells it of changes."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, InvalidInput
from service.identity.sources.stating import check_source_name
from service.model.interaction import RequestShape, ShortText, Timestamp
from service.model.page import Page

SQL = Statements("service.identity.sources", "declared")

USUAL_TRUST = 50


class SourceInput(RequestShape, frozen=True):
    """What is to be known of a source."""

    title: Annotated[
        ShortText | None, Meta(description="What people call the system; its name in the API if it is absent.")
    ] = None
    trust: Annotated[
        int, Meta(ge=0, le=100, description="How far its values are trusted, from 0 to 100; 50 unless told.")
    ] = USUAL_TRUST
    webhook: Annotated[
        ShortText | None,
        Meta(description="The name of the webhook that tells it of changed golden records; null if it only asks."),
    ] = None


class Source(Struct, frozen=True, kw_only=True):
    """A system that states what it knows of persons."""

    source: Annotated[str, Meta(description="The name of the system in the API.")]
    title: Annotated[str, Meta(description="What people call the system.")]
    trust: Annotated[int, Meta(description="How far its values are trusted, from 0 to 100.")]
    webhook: Annotated[
        str | None, Meta(description="The webhook that tells it of changed golden records, or null without one.")
    ]
    changed_at: Annotated[Timestamp, Meta(description="When this was last changed, an RFC 3339 time.")]


async def put_source(connection: Connection, source: str, new: SourceInput, now: datetime) -> bool:
    """Say what is known of a source; gives whether it is new. InvalidInput for a wrong name or webhook."""
    check_source_name(source)
    if new.webhook is not None and not await connection.fetchval(SQL.webhook_exists, new.webhook):
        message = "No webhook has this name: create it first with `PUT /v1/webhooks/{name}`."
        raise InvalidInput(f"webhook: {message}", field="webhook", message=message)
    is_new: bool = await connection.fetchval(SQL.put_source, source, new.title or source, new.trust, new.webhook, now)
    return is_new


async def read_source(connection: Connection, source: str) -> Source:
    """What is known of a source. Absent if it never stated anything and was never declared."""
    rows = await connection.fetch(SQL.read_sources, [source], 1, None)
    if not rows:
        raise Absent("There is no such source.")
    return Source(**rows[0])


async def list_sources(connection: Connection, *, after: str | None, limit: int) -> Page[Source]:
    """A page of all sources, in the order of their names."""
    rows = await connection.fetch(SQL.read_sources, None, limit + 1, after)
    items = [Source(**row) for row in rows[:limit]]
    return Page(items=items, next=items[-1].source if len(rows) > limit else None)
