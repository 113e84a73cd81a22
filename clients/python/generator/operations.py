"""Operations as methods: of the client, and of the one that is awaited."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.names import NOTICE, Json, class_name, docstring, python_name, snake_case
from generator.shapes import python_type

JSON, BYTES = "application/json", "application/octet-stream"
READING_POSTS = frozenset(
    {
        "askContext",
        "checkMatch",
        "lookUpContext",
        "previewMerge",
        "registerInteraction",
        "registerInteractions",
        "searchCustomers",
    }
)
"""Operations by POST that change nothing, or nothing more when they are repeated."""
WITHOUT_HEADERS = frozenset({"If-None-Match", "Accept"})
"""Headers that the client has no use for: it keeps no copies, and asks for its shapes."""
_CLOUD_EVENTS = {
    "application/cloudevents+json": "_as_cloud_event",
    "application/cloudevents-batch+json": "_as_cloud_events",
}
_HEAD = """from __future__ import annotations
from datetime import date, datetime
from typing import Any
from uuid import UUID
from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path, new_key
"""


@dataclass
class Method:
    """What a method is written of."""

    name: str
    verb: str
    path: str
    summary: str
    answers: Sequence[str]
    is_repeatable: bool
    values: list[str] = field(default_factory=list)
    """Its positional parameters."""
    options: list[str] = field(default_factory=list)
    """Its keyword parameters."""
    query: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    """Further arguments of the call."""

    def text(self, *, waits: bool) -> str:
        """The method in Python, or the one that is awaited."""
        parameters = ["self", *self.values, *(["*", *self.options] if self.options else [])]
        path = re.sub(r"\{(\w+)\}", lambda found: "{in_path(" + python_name(found[1]) + ")}", self.path)
        answers = "".join(f"{answer}, " for answer in self.answers)
        arguments = [repr(self.verb), f'{"f" if "{" in path else ""}"{path}"', f"({answers})"]
        arguments += [f"query={{{', '.join(self.query)}}}"] if self.query else []
        arguments += [f"headers={{{', '.join(self.headers)}}}"] if self.headers else []
        answer = " | ".join(self.answers) or "None"
        arguments += self.rest + (["is_repeatable=True"] if self.is_repeatable else [])
        return (
            f"    {'async ' if waits else ''}def {self.name}({', '.join(parameters)}) -> {answer}:\n"
            f"        {docstring(self.summary, self.name)}\n"
            f"        return {'await ' if waits else ''}self._send(Call[{answer}]({', '.join(arguments)}))\n"
        )


def operations_module(tag: str, methods: Sequence[Method]) -> str:
    """The text of the module of a tag's operations."""
    name = class_name(tag)
    lines = [f'"""Operations of `{tag}`. {NOTICE}"""', _HEAD]
    lines += ["", f"class {name}(Sender):", f'    """Operations of `{tag}`."""', ""]
    lines += [method.text(waits=False) for method in methods]
    lines += ["", f"class Async{name}(AsyncSender):", '    """The same, awaited."""', ""]
    return "\n".join(lines + [method.text(waits=True) for method in methods])


def all_operations_module(tags: Sequence[str]) -> str:
    """The text of the module that joins all operations."""
    names = {tag: class_name(tag) for tag in tags}
    imports = [f"from askonce_client.operations.{tag} import Async{name}, {name}" for tag, name in names.items()]
    waiting = [f"Async{name}" for name in names.values()]
    lines = [f'"""Every operation of the API as a method. {NOTICE}"""', *imports, ""]
    lines += [f"class Operations({', '.join(names.values())}):", '    """Every operation."""', ""]
    lines += [f"class AsyncOperations({', '.join(waiting)}):", '    """Every operation, awaited."""', ""]
    return "\n".join(lines)


def methods_of(verb: str, path: str, operation: Json) -> Iterator[Method]:
    """The method of an operation, one for each media type of its body, and one for what it answers besides JSON."""
    shapes, texts = _answers(operation)
    for media_type, body in operation.get("requestBody", {}).get("content", {"": None}).items():
        method = _begin(verb, path, operation, shapes)
        method.name += _CLOUD_EVENTS.get(media_type, "")
        if body is not None:
            method.values.append(f"body: {_shape(body['schema'])}")
            method.rest.append("body=body")
        if media_type == BYTES:
            method.options.insert(0, f'content_type: str = "{JSON}"')
            method.rest.append("content_type=content_type")
        elif media_type in _CLOUD_EVENTS:
            method.rest.append(f'content_type="{media_type}"')
        yield method
    if texts:
        method = _begin(verb, path, operation, ["str"])
        method.name += "_as_text"
        method.options.insert(0, "accept: str")
        method.headers.append("'Accept': accept")
        yield method


def _begin(verb: str, path: str, operation: Json, answers: Sequence[str]) -> Method:
    """A method with the parameters of the operation, without its body."""
    identifier = operation["operationId"]
    method = Method(snake_case(identifier), verb, path, operation["summary"], answers, identifier in READING_POSTS)
    for parameter in operation.get("parameters", ()):
        name, shape = python_name(parameter["name"]), _shape(parameter["schema"]).removesuffix(" | None")
        if parameter["in"] == "path":
            method.values.append(f"{name}: {shape}")
        elif parameter["name"] not in WITHOUT_HEADERS:
            is_key = parameter["name"] == "Idempotency-Key"
            may_be_left_out = is_key or not parameter["required"]
            method.options.append(f"{name.lower()}: {shape}{' | None = None' if may_be_left_out else ''}")
            target = method.query if parameter["in"] == "query" else method.headers
            target.append(f"{parameter['name']!r}: {name.lower()}{' or new_key()' if is_key else ''}")
    return method


def _answers(operation: Json) -> tuple[list[str], list[str]]:
    """The types of a successful answer, and the media types that may be asked for instead of JSON."""
    contents = [
        (media_type, content["schema"])
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for media_type, content in answer.get("content", {}).items()
    ]
    shapes = [_shape(part) for kind, one in contents if kind == JSON for part in one.get("anyOf", [one])]
    texts = [media_type for media_type, _ in contents if media_type != JSON]
    if texts and not shapes:
        return ["str"], []
    return list(dict.fromkeys(shapes)), texts


def _shape(schema: Json) -> str:
    """The type of a schema, as the modules of operations name it."""

    def qualified(found: re.Match[str]) -> str:
        return found[1] if found[1] in {"Any", "UUID", "None"} else f"shapes.{found[1]}"

    return re.sub(r"\b([A-Z]\w+)", qualified, python_type(schema))
