"""The generated pages of docs/api: their tables come from the routes and the shapes, their words stand here."""

from typing import Any, get_type_hints

import msgspec

from service.context.audiences import BotView, ConsoleView, MarketingView, SalesView, StoreView
from service.context.partner import PartnerView
from service.events.model import (
    CallbackChanged,
    CallChanged,
    ContextChanged,
    CustomerRiskRose,
    HandoffChanged,
    NoticePublished,
    SubjectChanged,
)
from service.events.payload import EventEnvelope
from service.model.vocabulary import Role
from tests.api.story import described

ROLES = {
    "admin": "defines queues and webhooks, and may do what a console may; for operators and their scripts.",
    "console": "serves agents of the company: sees everything of a customer.",
    "bot": "asks and answers in a chat: sees what a bot needs so that it asks nothing twice, and no identities.",
    "store": "a till: sees conditions of a customer who is there, and initials.",
    "partner": "an external call centre: sees customers of its own queue, while they are in its hands.",
    "channel": "writes what happened in a channel, and reads nothing of a context.",
    "sales": "sees what is open, promised and feared, mood, conditions and the name; no identities, no words.",
    "marketing": "sees segments and wishes about contact; no names, no identities, no words.",
    "privacy": "handles requests of data subjects.",
}
VIEWS = {
    "console": ConsoleView,
    "bot": BotView,
    "store": StoreView,
    "partner": PartnerView,
    "sales": SalesView,
    "marketing": MarketingView,
}
EVENTS = {
    "context.changed": ContextChanged,
    "handoff.*": HandoffChanged,
    "callback.*": CallbackChanged,
    "call.*": CallChanged,
    "notice.published": NoticePublished,
    "customer.at_risk": CustomerRiskRose,
    "any later type": SubjectChanged,
}


def reference_pages(published: dict[str, Any]) -> dict[str, str]:
    """The text of each page by its file name; a part between marks is generated."""
    return {
        "authentication.md": roles_table(published),
        "context-view.md": "\n".join(view_section(name, shape) for name, shape in VIEWS.items()),
        "events.md": "\n".join(event_section(name, shape) for name, shape in EVENTS.items())
        + "\n## The envelope of webhooks\n\n"
        + envelope_table(),
    }


def roles_table(published: dict[str, Any]) -> str:
    """What each role may call."""
    lines = ["| role | what it is for | operations |", "|---|---|---|"]
    operations = [operation for _, operation in described(published)]
    for role in Role:
        allowed = sorted(f"`{one['operationId']}`" for one in operations if role in one["x-roles"])
        lines.append(f"| `{role}` | {ROLES[role]} | {', '.join(allowed) or 'nothing yet'} |")
    every = sorted(f"`{one['operationId']}`" for one in operations if one["x-roles"] == ["any key"])
    public = sorted(f"`{one['operationId']}`" for one in operations if one["x-roles"] == ["public"])
    if every:
        lines.append(f"| every key | | {', '.join(every)} |")
    others = ", ".join(one for one in public if not one.startswith("`receive"))
    lines.append(
        f"| no key | public; doors check the proof of their vendors | {others}, every [door](../channels.md) |"
    )
    return "\n".join(lines) + "\n"


def view_section(name: str, shape: type) -> str:
    return f"## {name}\n\n{fields_table(shape)}"


def event_section(name: str, shape: type) -> str:
    return f"## {name}\n\n{fields_table(shape)}"


def envelope_table() -> str:
    """The fields of the envelope; its `data` is one of the shapes above, which msgspec describes one by one only."""
    hints = get_type_hints(EventEnvelope, include_extras=True)
    fields = [f"| `{name}` | {hint.__metadata__[0].description} |" for name, hint in hints.items()]
    return "\n".join(["| field | what it is |", "|---|---|", *fields]) + "\n"


def fields_table(shape: type) -> str:
    """A table of the fields of a shape, with those of its parts below them."""
    (schema,), components = msgspec.json.schema_components([shape], ref_template="#/{name}")
    lines = ["| field | type | what it is |", "|---|---|---|"]
    lines += rows(schema, components, "", ())
    return "\n".join(lines) + "\n"


def rows(schema: dict[str, Any], components: dict[str, Any], prefix: str, above: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    name = schema.get("$ref", "")[2:]
    if not name or name in above:
        return found
    for field, inner in components[name].get("properties", {}).items():
        kind, part, suffix = kind_of(inner)
        text = inner.get("description", "").replace("|", "\\|")
        found.append(f"| `{prefix}{field}` | {kind} | {text} |")
        if part is not None:
            found += rows(part, components, f"{prefix}{field}{suffix}.", (*above, name))
    return found


def kind_of(schema: dict[str, Any]) -> tuple[str, dict[str, Any] | None, str]:
    """The type of a field in words, the schema of its parts, and how they are reached."""
    options = schema.get("anyOf", [schema])
    (first, *_) = [one for one in options if one.get("type") != "null"] or [{}]
    null = " or null" if len(options) > 1 and any(one.get("type") == "null" for one in options) else ""
    if "$ref" in first:
        return f"object{null}", first, ""
    if first.get("type") == "array":
        inner = first.get("items") or {}
        return f"array{null}", inner if "$ref" in inner else None, "[]"
    if first.get("type") == "object" and "$ref" in (first.get("additionalProperties") or {}):
        return f"object by name{null}", first["additionalProperties"], ".*"
    return f"{first.get('format') or first.get('type') or 'any JSON'}{null}", None, ""
