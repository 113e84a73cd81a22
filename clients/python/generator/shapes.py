"""Schemas as Python types: a msgspec struct for each object, an enumeration for each closed set of words."""

from collections.abc import Iterable, Mapping

from generator.names import NOTICE, Json, docstring, member_name, python_name

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FORMATS = {"date-time": "datetime", "uuid": "UUID", "date": "date", "binary": "bytes", "decimal": "Decimal"}
_LEFT_OUT = "msgspec.UNSET"
_HEAD = f'''"""The shapes of requests and answers. {NOTICE}"""
from __future__ import annotations
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID
import msgspec


class Words(StrEnum):
    """A closed set of words as this client knows it; a word that a newer service says is taken as it is."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        word = str.__new__(cls, value)
        word._name_ = word._value_ = str(value)
        return word
'''


def shapes_module(schemas: Mapping[str, Json]) -> str:
    """The text of the module `shapes`, enumerations first, since defaults name their words."""
    enums = [_enum(name, schema) for name, schema in schemas.items() if "enum" in schema]
    structs = [_struct(name, schema, schemas) for name, schema in schemas.items() if "enum" not in schema]
    return "\n\n".join([_HEAD, *enums, *structs])


def python_type(schema: Json) -> str:
    """A schema as a Python type."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return _union(schema["anyOf"])
    if "enum" in schema:
        return "str" if all(isinstance(word, str) for word in schema["enum"]) else "Any"
    kind = schema.get("type")
    if kind == "array":
        return f"list[{python_type(schema['items'])}]"
    if kind == "object":
        return f"dict[str, {python_type(schema.get('additionalProperties') or {})}]"
    return _FORMATS.get(schema.get("format", ""), _SCALARS.get(kind or "", "Any"))


def _union(schemas: Iterable[Json]) -> str:
    """What one of several schemas may be; of several structs a dict, since no field tells them apart."""
    parts = list(dict.fromkeys(python_type(one) for one in schemas))
    structs = [part for part in parts if part[0].isupper() and part not in {"UUID", "Any", "None"}]
    if len(structs) > 1 or (structs and "dict[str, Any]" in parts):
        parts = [part for part in parts if part not in structs and not part.startswith("dict")] + ["dict[str, Any]"]
    return "Any" if "Any" in parts else " | ".join(sorted(parts, key=lambda part: part == "None"))


def _enum(name: str, schema: Json) -> str:
    members = "".join(f"    {member_name(word)} = {word!r}\n" for word in schema["enum"])
    return f"class {name}(Words):\n    {docstring(schema.get('description'), name)}\n\n{members}"


def _struct(name: str, schema: Json, schemas: Mapping[str, Json]) -> str:
    required = set(schema.get("required", ()))
    fields = "".join(
        _field(field, shape, schemas, required=field in required) for field, shape in schema["properties"].items()
    )
    doc = docstring(schema.get("description"), name)
    return f"class {name}(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):\n    {doc}\n\n{fields}"


def _field(name: str, schema: Json, schemas: Mapping[str, Json], *, required: bool) -> str:
    attribute, shape = python_name(name), python_type(schema)
    default = "" if required else _default(schema, schemas)
    if default == _LEFT_OUT:
        shape += " | msgspec.UnsetType"
    elif default == "None" and "None" not in shape and shape != "Any":
        shape += " | None"
    if attribute != name:
        default = f"msgspec.field(name={name!r}{f', default={default}' if default else ''})"
    return f"    {attribute}: {shape}{f' = {default}' if default else ''}\n"


def _default(schema: Json, schemas: Mapping[str, Json]) -> str:
    """The default of a field as Python; what is no plain value is left out, and the service fills it in."""
    value = schema.get("default")
    shape = schema.get("$ref", "").rpartition("/")[2]
    if isinstance(value, str) and "enum" in schemas.get(shape, {}):
        return f"{shape}.{member_name(value)}"
    if isinstance(value, (list, dict)) and (value or shape):
        return _LEFT_OUT
    if value is not None and schema.get("format") == "decimal":
        return f"Decimal({value if isinstance(value, int) else repr(str(value))})"
    return repr(value)
