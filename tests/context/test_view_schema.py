"""The number of the views' shape: it rises with every change of a shape, so that no reader meets one unannounced."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest

from service.context.audiences import BotView, ConsoleView, MarketingView, SalesView, StoreView
from service.context.content import VIEW_SCHEMA
from service.context.partner import PartnerView

VIEWS = [ConsoleView, BotView, StoreView, PartnerView, SalesView, MarketingView]
PUBLISHED = Path(__file__).with_name("view_digests.json")
"""The digest of each view's shape by the number under which it was published (`make docs` adds a number that is new)."""


@pytest.fixture
def digests() -> dict[str, dict[str, str]]:
    published = msgspec.json.decode(PUBLISHED.read_bytes())
    if "ASKONCE_RECORD_EXAMPLES" in os.environ and str(VIEW_SCHEMA) not in published:
        published[str(VIEW_SCHEMA)] = {view.__name__: digest_of(view) for view in VIEWS}
        PUBLISHED.write_bytes(msgspec.json.format(msgspec.json.encode(published), indent=2) + b"\n")
    return published


def test_a_view_that_changes_its_shape_gets_a_new_schema_number(digests):
    current = {view.__name__: digest_of(view) for view in VIEWS}
    assert digests.get(str(VIEW_SCHEMA)) == current, (
        "The shape differs from the published one: raise VIEW_SCHEMA, then `make docs` adds its digests."
    )


def test_the_digest_sees_a_field_that_is_added_renamed_or_of_another_type():
    shapes = [
        msgspec.defstruct("View", fields)
        for fields in ([("a", int)], [("a", int), ("b", int)], [("b", int)], [("a", str)], [("a", int | None)])
    ]
    assert len({digest_of(shape) for shape in shapes}) == len(shapes)


def test_the_digest_does_not_see_names_of_parts_and_descriptions():
    described = Annotated[int, msgspec.Meta(description="A number.")]
    parts = [msgspec.defstruct("Part", [("a", int)]), msgspec.defstruct("Other", [("a", described)])]
    assert len({digest_of(msgspec.defstruct("View", [("part", part)])) for part in parts}) == 1


def digest_of(view: type[msgspec.Struct]) -> str:
    """The beginning of the SHA-256 of a view's JSON schema, references resolved."""
    (root,), components = msgspec.json.schema_components([view], ref_template="{name}")
    return sha256(msgspec.json.encode(shape_of(root, components))).hexdigest()[:16]


def shape_of(part: Any, components: dict[str, Any]) -> Any:
    """A schema without descriptions, names of types and forms of times; the order of fields counts, as in the JSON."""
    if isinstance(part, list):
        return [shape_of(one, components) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return shape_of(components[part["$ref"]], components)
    bare = {name: one for name, one in part.items() if name not in {"description", "title"} or isinstance(one, dict)}
    if bare.get("format") == "date-time":
        del bare["format"]
    return {name: shape_of(one, components) for name, one in bare.items()}
