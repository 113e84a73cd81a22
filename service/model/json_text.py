"""JSON as systems write it: half a surrogate pair stands for U+FFFD, and an empty optional text for an absent one."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")
Change = Callable[[Any], Any]

_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>u[dD][89a-fA-F]..)|.)", re.DOTALL)
_ESCAPED_NUL = re.compile(rb"\\(?:(?P<nul>u0000)|.)", re.DOTALL)
_ENCODED_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
"""A surrogate in UTF-8; no character of UTF-8 begins like this."""
_TEXTS = (
    inspect.StrType,
    inspect.EnumType,
    inspect.LiteralType,
    inspect.UUIDType,
    inspect.DateTimeType,
    inspect.DateType,
)

_DECODERS: "dict[object, msgspec.json.Decoder[Any]]" = {}
_as_written = msgspec.json.Decoder(float_hook=lambda number: msgspec.Raw(number.encode()))


def read_json(raw: bytes, shape: type[T]) -> T:
    """The JSON as `shape`; errors are msgspec's, UnicodeDecodeError and RecursionError."""
    decoded: T
    try:
        decoded = _decode(raw, shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        mended = _without_half_pairs(raw)
        if mended == raw:
            raise
        decoded = _decode(mended, shape)
    return decoded


def without_nul(raw: bytes) -> bytes:
    """The same JSON with U+FFFD for each NUL, as it stands or escaped."""
    if b"\\u0000" in raw:
        raw = _ESCAPED_NUL.sub(lambda found: rb"\ufffd" if found["nul"] else found[0], raw)
    return raw.replace(b"\0", "\ufffd".encode())


def without_empty_texts(value: Any, shape: Any) -> Any:
    """Decoded JSON without the optional texts of `shape` that are empty."""
    change = _change_of(shape)
    return value if change is None else change(value)


def _decode(raw: bytes, shape: Any) -> Any:
    if b'""' in raw and _change_of(shape) is not None:
        raw = msgspec.json.encode(without_empty_texts(_as_written.decode(raw), shape))
    decoder = _DECODERS.get(shape)
    if decoder is None:
        decoder = _DECODERS[shape] = msgspec.json.Decoder(shape)
    return decoder.decode(raw)


def _without_half_pairs(raw: bytes) -> bytes:
    mended = _ESCAPE.sub(lambda found: found[0] if found["half"] is None else rb"\ufffd", raw)
    return _ENCODED_HALF.sub("\ufffd".encode(), mended)


@cache
def _change_of(shape: Any) -> Change | None:
    """The function that leaves out the empty optional texts of a shape; None where it has none."""
    return _change(inspect.type_info(shape))


def _change(kind: inspect.Type) -> Change | None:
    match kind:
        case inspect.Metadata(type=inner):
            return _change(inner)
        case inspect.UnionType(types=types):
            changes = [change for one in types if (change := _change(one)) is not None]
            return changes[0] if changes else None
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return _each(_change(item))
        case inspect.StructType(fields=fields):
            return _fields(fields)
    return None


def _each(change: Change | None) -> Change | None:
    if change is None:
        return None
    return lambda items: [change(item) for item in items] if isinstance(items, list) else items


def _fields(fields: tuple[inspect.Field, ...]) -> Change | None:
    optional = {field.encode_name for field in fields if not field.required and _is_text(field.type)}
    inside = {field.encode_name: change for field in fields if (change := _change(field.type)) is not None}
    if not optional and not inside:
        return None

    def change_fields(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            name: inside[name](part) if name in inside else part
            for name, part in value.items()
            if part != "" or name not in optional
        }

    return change_fields


def _is_text(kind: inspect.Type) -> bool:
    match kind:
        case inspect.Metadata(type=inner):
            return _is_text(inner)
        case inspect.UnionType(types=types):
            return any(map(_is_text, types))
    return isinstance(kind, _TEXTS)
