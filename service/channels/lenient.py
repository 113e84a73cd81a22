"""What vendors write, read leniently: a field that is odd costs that field, and never the event that it stands in."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from service.channels.base import clipped
from service.model import decode
from service.model.interaction import JsonObject
from service.model.json_text import without_nul

T = TypeVar("T")

_DATA_BYTES = 32 * 1024
_EARLIEST, _LATEST = 0, 7_258_118_400
"""1970 and 2200: what lies outside is no time of an event."""
_DIGEST_LENGTH = 24
_MAX_FACTS = 100
_FACT = re.compile(r"[^\x00-\x20\x7f]{1,100}")
_PHONE = re.compile(r"(?:whatsapp:|tel:|sms:)?(\+[0-9][0-9 ()/.-]{5,30})")
_encode = msgspec.json.Encoder().encode


def decode_json(raw: bytes, shape: type[T]) -> T:
    """The body as `shape`, with U+FFFD for what PostgreSQL cannot store: NUL, and half a surrogate pair.

    InvalidInput if it is no such JSON.
    """
    return decode.decode_json(without_nul(raw), shape)


def text(value: object, most: int) -> str | None:
    """A text or a number as at most so many characters; None if it is neither, or blank."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return clipped(str(value), most).strip() or None


def fit_id(value: str, most: int) -> str:
    """An id that fits: a longer one ends in a digest of the whole, so that two stay two."""
    if len(value) <= most:
        return value
    return f"{value[: most - _DIGEST_LENGTH - 1]}~{fingerprint(value)}"


def fingerprint(value: object) -> str:
    """An id for what has none: the same whenever the same is sent."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:_DIGEST_LENGTH]


def facts(values: Mapping[str, object], names: Mapping[str, str]) -> dict[str, Any]:
    """Values of a vendor as facts: under their own name or the one in `names`, where an empty one leaves it out.

    Structures, empty values and names that no fact can have are left out too; of the rest, the first hundred.
    """
    named = [(names.get(name, name), value) for name, value in values.items()]
    filled = [
        (name, value)
        for name, value in named
        if isinstance(value, str | int | float) and value != "" and _FACT.fullmatch(name)
    ]
    return dict(filled[:_MAX_FACTS])


def phone(value: str) -> str | None:
    """The telephone number that an id is, such as +49… or whatsapp:+49…; None if it is something else."""
    found = _PHONE.fullmatch(value)
    return found[1] if found else None


def dig(value: object, path: str) -> Any:
    """What stands at a path like `interactive.button_reply.title`; None if nothing does."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def objects(value: object) -> list[dict[str, Any]]:
    """The objects in a list; none if it is something else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def moment(value: object, otherwise: datetime) -> datetime:
    """A time, in seconds or milliseconds since 1970 or as ISO 8601 writes it; `otherwise` if it is none."""
    try:
        return _since_1970(float(value)) if isinstance(value, str | int | float) else otherwise
    except (ValueError, OverflowError):
        return _written(str(value)) or otherwise


def compact(data: Mapping[str, object]) -> JsonObject | None:
    """What an interaction keeps beside its own fields: what is there, unless all of it is larger than 32 KB."""
    there = {name: value for name, value in data.items() if value not in (None, "", [], {})}
    return there if there and len(_encode(there)) <= _DATA_BYTES else None


def _since_1970(number: float) -> datetime:
    """What is too large for seconds is milliseconds."""
    seconds = number / 1000 if number > _LATEST else number
    if not _EARLIEST <= seconds < _LATEST:
        raise ValueError
    return datetime.fromtimestamp(seconds, UTC)


def _written(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value.removesuffix(" UTC"))
        found = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        return found if _EARLIEST <= found.timestamp() < _LATEST else None
    except (ValueError, OverflowError):
        return None
