"""What callers may rely on of the published description, as words that can be compared: routes, parameters, fields, types."""

from typing import Any

Json = dict[str, Any]


def promises_of(description: Json) -> dict[str, list[str]]:
    """By route and by shape, each thing that callers may rely on; `needs …` is what a request must have."""
    routes = {
        f"{method.upper()} {path}": _route(operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    return routes | {name: _shape(schema) for name, schema in description["components"]["schemas"].items()}


def broken(recorded: dict[str, list[str]], present: dict[str, list[str]]) -> list[str]:
    """What was published and holds no more, and what a request must have now that it did not need."""
    gone = [
        f"{name}: {promise} is gone"
        for name, promises in recorded.items()
        for promise in (promises if name in present else ["all of it"])
        if promise not in present.get(name, []) and not promise.startswith("needs ")
    ]
    asked = [
        f"{name}: {need} is new"
        for name in recorded.keys() & present.keys()
        for need in present[name]
        if need.startswith("needs ") and need not in recorded[name]
    ]
    return gone + sorted(asked)


def grown(recorded: dict[str, list[str]], present: dict[str, list[str]]) -> dict[str, list[str]]:
    """What was published once, with what has come since; nothing of it goes."""
    names = sorted(recorded.keys() | present.keys())
    return {name: sorted({*recorded.get(name, []), *present.get(name, [])}) for name in names}


def _route(operation: Json) -> list[str]:
    parameters = operation.get("parameters", [])
    taken = [f"{one['in']} {one['name']}" for one in parameters]
    needed = [f"needs {one['in']} {one['name']}" for one in parameters if one["required"]]
    bodies = [
        f"takes {kind} {_type(media['schema'])}"
        for kind, media in operation.get("requestBody", {}).get("content", {}).items()
    ]
    answers = [
        f"answers {status} {kind} {_type(media['schema'])}"
        for status, answer in operation["responses"].items()
        if status < "4"
        for kind, media in (answer.get("content") or {"nothing": {"schema": {}}}).items()
    ]
    return [f"is {operation['operationId']}", *taken, *needed, *bodies, *answers]


def _shape(schema: Json) -> list[str]:
    fields = [f"{name}: {_type(field)}" for name, field in schema.get("properties", {}).items()]
    is_request = schema.get("additionalProperties") is False
    needed = [f"needs {name}" for name in schema.get("required", [])] if is_request else []
    return [*fields, *needed, *(f"word {word}" for word in schema.get("enum", []))]


def _type(schema: Json) -> str:
    """A type in a few words, such as `array of Handoff` or `null or string`."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(sorted(map(_type, schema["anyOf"])))
    if schema.get("type") == "array":
        return f"array of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
