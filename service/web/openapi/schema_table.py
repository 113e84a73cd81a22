"""JSON Schemas as HTML: a type in a few words, an object as a table of its fields."""

from html import escape
from typing import Any

Json = dict[str, Any]

_CONSTRAINT_TEXTS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "{} or more characters",
    "maxLength": "up to {} characters",
    "minItems": "{} or more items",
    "maxItems": "up to {} items",
    "maxProperties": "up to {} fields",
    "format": "{}",
    "pattern": "matches {}",
    "deprecated": "deprecated",
}


def schema_table(schema: Json) -> str:
    """The fields of an object, or the words of a closed set."""
    if "enum" in schema:
        return f"<p>{', '.join(f'<code>{escape(str(word))}</code>' for word in schema['enum'])}</p>"
    required = schema.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code> {_required_mark(name, required)}</td>"
        f"<td>{type_of(field)} {_constraints_text(field)}</td></tr>"
        for name, field in schema.get("properties", {}).items()
    )
    return f"<table>{rows}</table>" if rows else ""


def type_of(schema: Json) -> str:
    """A schema's type in a few words, with links to the shapes that it names."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a class="type" href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(type_of(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(word))}</code>" for word in schema["enum"])
    return f'<span class="type">{escape(str(schema.get("type", "anything")))}</span>'


def _required_mark(name: str, required: list[str]) -> str:
    return '<span class="required">required</span>' if name in required else ""


def _constraints_text(field: Json) -> str:
    found = [text.format(field[limit]) for limit, text in _CONSTRAINT_TEXTS.items() if limit in field]
    return f'<span class="faint">{escape(", ".join(found))}</span>' if found else ""
