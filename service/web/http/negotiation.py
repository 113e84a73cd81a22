"""Which of several representations a request likes best (RFC 9110, section 12.5.1).

Litestar 2.25 has an `Accept` of its own, which offers a type that the request refuses with `q=0` if a wildcard is there
too, takes a quality that is no number for 1, and fails on `q=inf`.
"""

import re
from collections.abc import Sequence

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")


def choose_media_type(accepted: str, offered: Sequence[str]) -> str:
    """The offered media type that an Accept header likes best; the first one if it likes none, or all alike."""
    qualities = {media_type: _quality_of(accepted, media_type) for media_type in offered}
    return max(offered, key=lambda media_type: qualities[media_type])


def preferred_language(accepted: str) -> str | None:
    """The language tag that an Accept-Language header likes best; None if it names none."""
    qualities: dict[str, float] = {}
    for item in accepted.split(","):
        tag, *parameters = (part.strip() for part in item.split(";"))
        if _LANGUAGE_TAG.fullmatch(tag):
            qualities[tag] = _q_value(parameters)
    return max(qualities, key=qualities.__getitem__, default=None)


def _quality_of(accepted: str, media_type: str) -> float:
    """The quality of the most specific range that a media type falls into, from 0 to 1."""
    ranges = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    qualities: dict[str, float] = {}
    for item in accepted.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        qualities[name] = _q_value(parameters)
    return next((qualities[name] for name in ranges if name in qualities), 0.0)


def _q_value(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
