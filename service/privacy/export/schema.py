"""The JSON schema of exports, made of the data map and the types of the columns."""

from collections.abc import Mapping
from typing import Any

from service.db.pool import Connection
from service.privacy.export.document import FORMAT, SCHEMA_PATH, SQL
from service.privacy.export.sections import ExportSection, export_sections
from service.privacy.map.model import Masked

JsonSchema = dict[str, Any]
_TYPES: Mapping[str, JsonSchema] = {
    "bool": {"type": "boolean"},
    "int2": {"type": "integer"},
    "int4": {"type": "integer"},
    "int8": {"type": "integer"},
    "float4": {"type": "number"},
    "float8": {"type": "number"},
    "numeric": {"type": "number"},
    "timestamptz": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "jsonb": {},
    "json": {},
}
"""Types of PostgreSQL as they stand in JSON; every other one is text."""


async def read_export_schema(connection: Connection) -> JsonSchema:
    """The schema of the documents that this version gives out (JSON Schema 2020-12)."""
    rows = await connection.fetch(SQL.read_column_types)
    return export_schema({(row["table_name"], row["column_name"]): row["type"] for row in rows})


def export_schema(types: Mapping[tuple[str, str], str]) -> JsonSchema:
    """The schema, by the type of each column."""
    sections = export_sections()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_PATH,
        "title": "Export of a customer",
        "description": "What is kept of a customer, at one moment. Other people are hidden; agents are named by role.",
        "type": "object",
        "additionalProperties": False,
        "required": ["schema", "format", "exported_at", "language", "sections"],
        "properties": {
            "schema": {"const": SCHEMA_PATH},
            "format": {"const": FORMAT},
            "exported_at": {"type": "string", "format": "date-time"},
            "language": {"type": ["string", "null"], "description": "The customer's, an ISO 639 code."},
            "sections": {
                "type": "object",
                "additionalProperties": False,
                "properties": {one.name: _list(one, sections, types) for one in sections},
            },
        },
    }


def _list(section: ExportSection, sections: list[ExportSection], types: Mapping[tuple[str, str], str]) -> JsonSchema:
    """A list of the records of a part, each with those that stand under it."""
    columns = {name: _value(section, name, types) for name in section.columns}
    below = {one.name: _list(one, sections, types) for one in sections if one.parent == section.name}
    record = {"type": "object", "additionalProperties": False, "required": list(columns), "properties": columns | below}
    return {"type": "array", "items": record}


def _value(section: ExportSection, name: str, types: Mapping[tuple[str, str], str]) -> JsonSchema:
    column, kind = section.table.columns[name], types[section.table.name, name]
    described = {"description": column.holds or name.replace("_", " ").capitalize()}
    if kind.startswith("_"):
        return {"type": ["array", "null"], "items": _or_null(_of_type(kind[1:], column.masked))} | described
    return _or_null(_of_type(kind, column.masked)) | described


def _of_type(kind: str, masked: Masked | None) -> JsonSchema:
    return {} if masked is not None and kind in {"jsonb", "json"} else dict(_TYPES.get(kind, {"type": "string"}))


def _or_null(schema: JsonSchema) -> JsonSchema:
    return schema | {"type": [schema["type"], "null"]} if "type" in schema else schema
