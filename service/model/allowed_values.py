"""Which values may stand where a closed set is expected: the decoder says that a value is none of them, not which."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import inspect

_STEP = re.compile(r"\[[^\]]*\]|(?P<name>[^.\[]+)")
_MAX_SHAPES = 256


def allowed_values(shape: object, path: str) -> list[str]:
    """The values of the closed set at `path` of a shape, as in `identities[0].kind`; empty if none stands there."""
    found = list(_alternatives(_type_of(shape)))
    for step in _STEP.finditer(path):
        found = [plain for one in found for part in _parts(one, step["name"]) for plain in _alternatives(part)]
    enums = [one.cls for one in found if isinstance(one, inspect.EnumType)]
    return list(dict.fromkeys(str(member.value) for cls in enums for member in cls))


@lru_cache(_MAX_SHAPES)
def _type_of(shape: object) -> inspect.Type:
    return inspect.type_info(shape)


def _alternatives(found: inspect.Type) -> Iterator[inspect.Type]:
    """The type without what describes it; of a union each type."""
    if isinstance(found, inspect.Metadata):
        yield from _alternatives(found.type)
    elif isinstance(found, inspect.UnionType):
        for one in found.types:
            yield from _alternatives(one)
    else:
        yield found


def _parts(found: inspect.Type, name: str | None) -> Iterable[inspect.Type]:
    """What stands at a step: the field of this name; without one the items of a list, or the keys and values."""
    if isinstance(found, inspect.StructType):
        return [field.type for field in found.fields if field.encode_name == name]
    if isinstance(found, inspect.DictType):
        return [found.key_type, found.value_type]
    return [found.item_type] if isinstance(found, inspect.CollectionType) else []
