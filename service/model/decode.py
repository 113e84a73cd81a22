"""What comes from outside: JSON in, shapes out; whatever cannot be stored is refused here, with the field named."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from service.errors import InvalidInput
from service.model.allowed_values import allowed_values
from service.model.json_text import read_json, without_empty_texts

T = TypeVar("T")

MAX_DEPTH = 32
_SMALLEST_INTEGER, _LARGEST_INTEGER = -(2**63), 2**63 - 1
_DIGITS_TO_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * len(str(_LARGEST_INTEGER))
_LONG_VALUE = re.compile(rb"(?:^|[:\[,\s])-?[0-9]{%d}" % len(_LONG_NUMBER))
"""Digits where a number may stand, rather than in the middle of a text such as an id."""

_FIRST_DAY, _LAST_DAY = b"0001-01-01", b"9999-12-31"
"""Days with times that are none in UTC."""

_ERROR_LOCATION = re.compile(r"(?P<message>.*?)(?: - at (?:`key` in )?`\$\.?(?P<path>.*)`)?", re.DOTALL)
_NAMED_FIELD = re.compile(r"Object (?:contains unknown|missing required) field `(?P<name>.*)`", re.DOTALL)
_ECHOED_VALUE = re.compile(r"(Invalid (?:enum )?value) .*", re.DOTALL)
_NO_MEMBER = "Invalid enum value"
_MAX_NAME_CHARS = 100

ValuePath = tuple["ValuePath | None", str]
"""Where a value stands: its parent's place and the last step."""
Container = dict[object, object] | list[object] | tuple[object, ...] | msgspec.Struct


def decode_json(raw: bytes, shape: type[T]) -> T:
    """The body as `shape`; InvalidInput names the field, as in `identities[0].kind`, and repeats no value."""
    try:
        decoded = read_json(raw, shape)
    except msgspec.ValidationError as error:
        raise _invalid_input(str(error), shape) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInput("The body is not JSON in UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    if _needs_full_check(raw):
        _reject_unstorable(decoded, None, 0)
    return decoded


def convert_decoded(value: object, shape: type[T]) -> T:
    """What was decoded already, as `shape`; InvalidInput names the field, as `decode` does."""
    try:
        return msgspec.convert(without_empty_texts(value, shape), shape)
    except msgspec.ValidationError as error:
        raise _invalid_input(str(error), shape) from None


def _invalid_input(text: str, shape: object) -> InvalidInput:
    """The library's sentence, taken apart into field and message; a value that it repeats is cut off."""
    found = _ERROR_LOCATION.fullmatch(text)
    assert found is not None  # every part of the pattern is optional
    path, message = found["path"] or "", _ECHOED_VALUE.sub(r"\1", found["message"])
    if named := _NAMED_FIELD.fullmatch(message):
        name = named["name"][:_MAX_NAME_CHARS]
        path = f"{path}.{name}" if path else name
        message = "This field is unknown." if "unknown" in message else "This field is required."
    elif message == _NO_MEMBER and (allowed := allowed_values(shape, path)):
        message = f"One of {', '.join(allowed)} is expected."
    return InvalidInput(f"{path}: {message}" if path else message, field=path, message=message)


def _needs_full_check(raw: bytes) -> bool:
    r"""Whether a look at every value is needed: with an escaped NUL, a number of 19 digits or more than 32 brackets.

    A time on the first or last day of the calendar needs it, too. Everything else that PostgreSQL cannot store (a raw
    NUL, 1e999) is refused by the decoder.
    """
    return (
        b"\\u0000" in raw
        or raw.count(b"{") + raw.count(b"[") > MAX_DEPTH
        or _FIRST_DAY in raw
        or _LAST_DAY in raw
        or (_LONG_NUMBER in raw.translate(_DIGITS_TO_ZEROS) and _LONG_VALUE.search(raw) is not None)
    )


def _reject_unstorable(value: object, path: ValuePath | None, depth: int) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise _invalid(path, "A text must not contain the NUL character.")
    elif isinstance(value, int):
        if not _SMALLEST_INTEGER <= value <= _LARGEST_INTEGER:
            raise _invalid(path, "An integer must fit into 64 bits.")
    elif isinstance(value, datetime):
        if not is_in_calendar(value):
            raise _invalid(path, "A time between the years 1 and 9999 in UTC is expected.")
    elif isinstance(value, (dict, list, tuple, msgspec.Struct)):
        if depth >= MAX_DEPTH:
            raise _too_deep()
        for step, child in _children(value):
            _reject_unstorable(child, (path, step), depth + 1)


def _children(value: Container) -> Iterable[tuple[str, object]]:
    """The parts of a container with the step that leads to each; names in a dict are the caller's and not repeated."""
    if isinstance(value, dict):
        yield from (("[...]", part) for pair in value.items() for part in pair)
    elif isinstance(value, (list, tuple)):
        yield from ((f"[{index}]", child) for index, child in enumerate(value))
    else:
        names = zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
        yield from ((f".{public}", getattr(value, name)) for name, public in names)


def is_in_calendar(at: datetime) -> bool:
    """Whether the moment has a date in UTC, which one with an offset on the first or last day may not have."""
    try:
        at.astimezone(UTC)
    except OverflowError:
        return False
    return True


def _invalid(path: ValuePath | None, message: str) -> InvalidInput:
    steps = []
    while path is not None:
        path, step = path
        steps.append(step)
    field = "".join(reversed(steps)).removeprefix(".")
    return InvalidInput(f"{field}: {message}" if field else message, field=field, message=message)


def _too_deep() -> InvalidInput:
    return InvalidInput(f"The body is nested deeper than {MAX_DEPTH} levels.")
