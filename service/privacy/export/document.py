"""The export of a customer: all that the data map exports, in parts that people understand."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, json

from service.db.pool import Connection
from service.db.statements import Statements
from service.model.interaction import Timestamp
from service.model.languages import primary_language
from service.privacy.export.masks import Masking
from service.privacy.export.sections import ExportSection, export_sections
from service.privacy.map.model import Masked

SQL = Statements("service.privacy.export", "document")
FORMAT = "askonce-customer-export/1"
SCHEMA_PATH = "/schemas/customer-export.json"
LONG_S = 60.0
"""A customer with very many rows takes longer than the statements of requests may."""
SELF_KEYS = {"conversation": "conversation_id", "condition": "condition_id", "privacy_request": "request_id"}
"""Tables with records that others stand under -> their id."""
_PARENT = "/parent"
_SELF = "/self"
_TIMES = (
    "occurred_at",
    "opened_at",
    "created_at",
    "received_at",
    "stated_at",
    "at",
    "asked_at",
    "written_at",
    "read_at",
)

Record = dict[str, Any]
"""A row as JSON: exported columns by their names, and lists of records that stand under it by the names of parts."""


class CustomerExport(Struct, frozen=True, kw_only=True):
    """What is kept of a customer, at one moment."""

    schema: Annotated[str, Meta(description="Path of the JSON schema of this document.")]
    format: Annotated[str, Meta(description="Name and version of the format.")]
    exported_at: Annotated[Timestamp, Meta(description="The moment that all of it is of.")]
    language: Annotated[str | None, Meta(description="The customer's language, ISO 639; null if it is not known.")]
    sections: Annotated[
        dict[str, list[Record]],
        Meta(
            description="Records by the name of the part; the schema describes each part. Those without are left out."
        ),
    ]


async def read_export(connection: Connection, members: Sequence[UUID], *, now: datetime, region: str) -> CustomerExport:
    """The export of this merge set, the survivor first, by one snapshot; the transaction has just begun."""
    await connection.execute(SQL.begin_snapshot)
    await connection.execute(SQL.allow_long_statements, str(int(LONG_S * 1000)))
    masking = await _masking(connection, members, region)
    sections = export_sections()
    parents = {one.parent for one in sections}
    rows = {
        one.name: await _read_section(connection, one, members, masking, is_parent=one.name in parents)
        for one in sections
    }
    language = await connection.fetchval(SQL.read_language, members[0])
    return CustomerExport(
        schema=SCHEMA_PATH,
        format=FORMAT,
        exported_at=now,
        language=None if language is None else primary_language(language),
        sections=_nested(sections, rows),
    )


def export_json(export: CustomerExport) -> bytes:
    """The document, for people and programs: each record on lines of its own."""
    return json.format(json.encode(export), indent=2)


async def _masking(connection: Connection, members: Sequence[UUID], region: str) -> Masking:
    own = await connection.fetch(SQL.read_own_values, members)
    staff = await connection.fetch(SQL.read_staff, members)
    roles = await connection.fetch(SQL.read_roles)
    return Masking(
        own=frozenset(row["value"].lower() for row in own if row["value"]),
        staff=tuple(row["name"] for row in staff if row["name"]),
        roles={row["id"]: row["role"] for row in roles},
        region=region,
    )


async def _read_section(
    connection: Connection, section: ExportSection, members: Sequence[UUID], masking: Masking, *, is_parent: bool
) -> list[Record]:
    """The rows of a table, masked, in the order of their times; with their keys while others stand under them."""
    rows = await connection.fetch(_reading(section, is_parent=is_parent), members, timeout=LONG_S)
    records = [_masked(json.decode(row["record"]), section, masking) for row in rows]
    time = next((name for name in _TIMES if name in section.columns), None)
    return records if time is None else sorted(records, key=lambda one: one[time] or "")


def _reading(section: ExportSection, *, is_parent: bool) -> str:
    """The statement, made of the constants of the data map and of nothing else."""
    table = section.table
    columns = list(section.columns)
    if section.key is not None:
        columns.append(f'{section.key} AS "{_PARENT}"')
    if is_parent:
        columns.append(f'{SELF_KEYS[table.name]} AS "{_SELF}"')
    shown = f"SELECT {', '.join(columns)} FROM {table.name} WHERE {table.rows_of}"
    return f"SELECT row_to_json(shown)::text AS record FROM ({shown}) AS shown"


def _masked(record: Record, section: ExportSection, masking: Masking) -> Record:
    if section.table.name == "interaction":
        record = masking.interaction(record)
    for name in section.columns:
        masked = section.table.columns[name].masked
        if masked is Masked.AGENT:
            record[name] = masking.agent(record[name])
        elif masked is Masked.OTHERS:
            record[name] = masking.identities(record[name]) if name == "identities" else masking.others(record[name])
    return record


def _nested(sections: Sequence[ExportSection], rows: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """The records of the parts; those that belong under others stand there, and what belongs to none at the top."""
    under: dict[str, dict[Any, Record]] = {}
    for section in sections:
        if section.parent is None:
            under[section.name] = {one.pop(_SELF): one for one in rows[section.name] if _SELF in one}
    shown: dict[str, list[Record]] = defaultdict(list)
    for section in sections:
        for record in rows[section.name]:
            parent = under.get(section.parent or "", {}).get(record.pop(_PARENT, None))
            (shown[section.name] if parent is None else parent.setdefault(section.name, [])).append(record)
    return {one.name: shown[one.name] for one in sections if shown[one.name]}
