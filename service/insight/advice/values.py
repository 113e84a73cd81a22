"""Values of facts as words of one line; pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from msgspec import json

from service.handoff.briefs.words import ENGLISH, GERMAN, format_date_time
from service.model.clock import local_time
from service.model.languages import primary_language

MAX_VALUE_CHARS = 200
_TRUTHS: Mapping[str, tuple[str, str]] = MappingProxyType({ENGLISH: ("no", "yes"), GERMAN: ("nein", "ja")})


def value_in_words(value: object, language: str, zone: ZoneInfo) -> str | None:
    """The value in one line of at most 200 characters; None for what has no value or nothing to say.

    Times and truths are written in German, or else in English.
    """
    written = GERMAN if primary_language(language) == GERMAN else ENGLISH
    text = " ".join(_text(value, written, zone).split())
    return None if not text else text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS]}…"


def _text(value: object, language: str, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _TRUTHS[language][value]
    if isinstance(value, list | tuple):
        return ", ".join(_text(one, language, zone) for one in value)
    writer = next((write for kind, write in _WRITERS.items() if isinstance(value, kind)), None)
    return _as_json(value) if writer is None else writer(value, language, zone)


def _write_float(value: float, language: str, _zone: ZoneInfo) -> str:
    text = f"{value:g}"
    return text.replace(".", ",") if language == GERMAN else text


def _as_json(value: object) -> str:
    try:
        return json.encode(value).decode()
    except TypeError:
        return str(value)


_WRITERS: Mapping[type, Callable[..., str]] = MappingProxyType({
    str: lambda value, _language, _zone: value,
    int: lambda value, _language, _zone: str(value),
    float: _write_float,
    datetime: lambda value, language, zone: format_date_time(language, local_time(value, zone)),
})  # fmt: skip
