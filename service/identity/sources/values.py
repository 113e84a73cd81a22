"""Reads what sources state: of customers, for comparing and consolidating them, of one record with its history."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Meta, Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent
from service.identity.sources.model import StoredValue
from service.identity.sources.quality.model import Verdict
from service.model.fields import ContextVersion, CustomerId
from service.model.interaction import Timestamp

SQL = Statements("service.identity.sources", "values")

_value_decoder = msgspec.json.Decoder(str | dict[str, str])


class Quality(Struct, frozen=True, kw_only=True):
    """What is thought of a value."""

    verdict: Annotated[Verdict, Meta(description="The judgement; `valid`, `mobile`, `line` leave nothing to mend.")]
    hint: Annotated[str | None, Meta(description="Why, or what could be meant; null if there is nothing to mend.")]


class StatedOnce(Struct, frozen=True, kw_only=True):
    """A value that a record states, or stated until `ended_at`."""

    field: Annotated[
        str,
        Meta(
            description="given, family, full, birth_date, address, phone, email, language, `preference.` with its name "
            "or `identity.` with its kind."
        ),
    ]
    value: Annotated[str | dict[str, str], Meta(description="As it was stated; an address is a block of its parts.")]
    stated_at: Annotated[Timestamp, Meta(description="When the source had learned it, an RFC 3339 time.")]
    registered_at: Annotated[Timestamp, Meta(description="When askonce was told, an RFC 3339 time.")]
    verified: Annotated[bool, Meta(description="Whether the source had proof of it.")]
    quality: Annotated[
        Quality | None, Meta(description="What was thought of it when it was stated; null if it cannot be judged.")
    ]
    ended_at: Annotated[
        Timestamp | None, Meta(description="When the record stopped to state it, or null while it does.")
    ]


class RecordOnRecord(Struct, frozen=True, kw_only=True):
    """A source record with all that it states and once stated."""

    customer_id: CustomerId
    version: ContextVersion
    source: Annotated[str, Meta(description="The system that states it.")]
    external_id: Annotated[str, Meta(description="The id of the person in that system.")]
    stated_at: Annotated[Timestamp, Meta(description="When its system last stated it, an RFC 3339 time.")]
    verified: Annotated[bool, Meta(description="Whether the system has proof of its numbers and addresses.")]
    created_at: Annotated[Timestamp, Meta(description="When askonce was first told of it, an RFC 3339 time.")]
    values: Annotated[list[StatedOnce], Meta(description="What it states now, in the order of fields.")]
    history: Annotated[
        list[StatedOnce], Meta(description="What it stated before, the value that ended last first; 1000 at most.")
    ]


async def read_values(connection: Connection, customer_ids: Collection[UUID]) -> dict[UUID, list[StoredValue]]:
    """What is stated now of each of these customers as if it were never merged; those without any are left out."""
    found: dict[UUID, list[StoredValue]] = {}
    for row in await connection.fetch(SQL.read_values, list(customer_ids)):
        fields = dict(row)
        customer_id = fields.pop("customer_id")
        fields["value"] = _value_decoder.decode(fields["value"])
        found.setdefault(customer_id, []).append(StoredValue(**fields))
    return found


async def read_record(connection: Connection, source: str, external_id: str) -> RecordOnRecord:
    """A record with its history. Absent if there is none."""
    rows = await connection.fetch(SQL.read_record, source, external_id) if external_id.isprintable() else []
    if not rows:
        raise Absent("There is no such record.")
    stated = [_stated_once(row) for row in rows if row["value"] is not None]
    first = rows[0]
    return RecordOnRecord(
        customer_id=first["customer_id"],
        version=first["version"],
        source=source,
        external_id=external_id,
        stated_at=first["record_stated_at"],
        verified=first["record_verified"],
        created_at=first["created_at"],
        values=[one for one in stated if one.ended_at is None],
        history=[one for one in stated if one.ended_at is not None],
    )


def _stated_once(row: asyncpg.Record) -> StatedOnce:
    quality = None if row["quality"] is None else msgspec.json.decode(row["quality"])
    fields = {**dict(row), "value": _value_decoder.decode(row["value"]), "quality": quality}
    return msgspec.convert(fields, StatedOnce)
