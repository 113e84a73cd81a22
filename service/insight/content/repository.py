"""Content in the database: stored, read, deleted."""

import re
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import asdict

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, InvalidInput
from service.insight.content.model import ContentInput, ContentItem
from service.insight.languages import check_languages
from service.model.page import Page

SQL = Statements("service.insight.content", "repository")

MAX_ITEMS = 5000
"""Contents that are ranked: each question looks at all of them."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SCHEMES = frozenset({"http", "https"})
_decoder = msgspec.json.Decoder(ContentInput)


async def store_content(connection: Connection, content_id: str, definition: ContentInput, *, now: datetime) -> bool:
    """Store a content; gives whether it is new. InvalidInput says what cannot be taken."""
    check_id(content_id)
    check_content(definition)
    text = msgspec.json.encode(definition).decode()
    created: bool = await connection.fetchval(SQL.upsert_content, content_id, text, now)
    if created and await connection.fetchval(SQL.count_content) > MAX_ITEMS:
        raise InvalidInput(field="id", message=f"There are {MAX_ITEMS} contents already: delete one first.")
    return created


def check_id(text: str) -> None:
    """InvalidInput for an id that cannot stand in a path."""
    if not _ID.fullmatch(text):
        raise InvalidInput(field="id", message="1 to 100 letters, digits, dots, hyphens and underscores are expected.")


def check_content(definition: ContentInput) -> None:
    """InvalidInput for a content without an answer, an address that is none, or a language that there is not."""
    if definition.url is None and definition.text is None:
        raise InvalidInput(field="url", message="An address or a text is expected: one of them is the answer.")
    if definition.url is not None:
        check_url(definition.url, "url")
    check_languages(definition.languages, "languages")


def check_url(url: str, field: str) -> None:
    """InvalidInput for what is no address of a page: browsers open it."""
    try:
        parts = urlsplit(url)
        is_page = parts.scheme in _SCHEMES and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_page = False
    if not is_page or not url.isprintable() or " " in url:
        raise InvalidInput(field=field, message="An address that begins with https:// or http:// is expected.")


async def list_content(connection: Connection, *, after: str | None, limit: int) -> Page[ContentItem]:
    """The contents after this id, by id."""
    items = [_item(row) for row in await connection.fetch(SQL.list_content, after, limit + 1, None)]
    return Page(items=items[:limit], next=items[limit - 1].id if len(items) > limit else None)


async def read_all_content(connection: Connection) -> list[ContentItem]:
    """Every content, by id."""
    return [_item(row) for row in await connection.fetch(SQL.list_content, None, MAX_ITEMS, None)]


async def read_content(connection: Connection, content_id: str) -> ContentItem:
    """A content. Absent if there is none of this id."""
    rows = await connection.fetch(SQL.list_content, None, 1, content_id)
    if not rows:
        raise Absent("There is no such content.")
    return _item(rows[0])


async def delete_content(connection: Connection, content_id: str) -> None:
    """Forget a content. Absent if there is none of this id."""
    if await connection.execute(SQL.delete_content, content_id) == "DELETE 0":
        raise Absent("There is no such content.")


async def find_segments(connection: Connection, customer_id: UUID) -> frozenset[str]:
    """The segments that a customer is in: those that were stated, and those of rules."""
    return frozenset(row["segment"] for row in await connection.fetch(SQL.find_segments, customer_id))


def _item(row: asyncpg.Record) -> ContentItem:
    definition = _decoder.decode(row["definition"])
    return ContentItem(**asdict(definition), id=row["content_id"], updated_at=row["updated_at"])
