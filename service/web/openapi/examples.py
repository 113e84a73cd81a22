"""The examples of the published description: one request and one answer for each operation.

Each is a file `examples/<operationId>.json`, recorded by the test that sends it again and compares the answer
(tests/api/test_examples.py; `make docs` records them anew).
"""

from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

OCTET_STREAM = "application/octet-stream"
"""How the description names a body of any media type."""
_FOLDER = files("service.web.openapi").joinpath("examples")


class Example(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request and its answer; `body` and `answer` are JSON, or text where the content type says so."""

    path: dict[str, str] = {}
    """Values of the path's parameters."""
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    """Request headers that matter, by lower-case name; without the key."""
    body: Any = None
    status: int
    content_type: str = "application/json"
    """Media type of the answer."""
    answer: Any = None


def find_example(operation_id: str) -> Example | None:
    """The example of an operation; None if it has none."""
    file = _FOLDER.joinpath(f"{operation_id}.json")
    return msgspec.json.decode(file.read_bytes(), type=Example) if file.is_file() else None


def attach_example(operation: dict[str, Any]) -> None:
    """Write the example of an operation into its parameters, its request body and its answer."""
    example = find_example(operation["operationId"])
    if example is None:
        return
    values = {"path": example.path, "query": example.query, "header": example.headers}
    for parameter in operation.get("parameters", ()):
        given = {name.lower(): value for name, value in values[parameter["in"]].items()}
        if parameter["name"].lower() in given:
            parameter["example"] = given[parameter["name"].lower()]
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if media_type in {"application/json", OCTET_STREAM} and example.body is not None:
            content["example"] = example.body
    answered = operation["responses"].get(str(example.status), {}).get("content", {})
    content = answered.get(example.content_type)
    if content is not None and example.answer is not None:
        content["example"] = example.answer
