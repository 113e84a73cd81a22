"""Names that a mailbox tells where a record has none: anna.mueller@example.de."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from service.identity.normal.emails import is_role
from service.identity.normal.folding import folded
from service.identity.normal.given_names import GIVEN_NAMES

_PARTS = re.compile(r"[._-]+")
_DIGITS = re.compile(r"\d+")
_MIN_NAME = 3
_BOTH = 2
"""A given and a family name."""


def names_of_mailboxes(emails: tuple[str, ...], given: str, family: str) -> tuple[str, str]:
    """Both names, a missing one out of the first mailbox that spells it beside the other one.

    A given name that is none is put right by the mailbox that spells it without the slip.
    """
    if given and family:
        return _put_right(emails, given), family
    for email in emails:
        if not is_role(email):
            first, last = _names_of(email.partition("@")[0], given, family)
            if first and last:
                return first, last
    return given, family


def _put_right(emails: tuple[str, ...], given: str) -> str:
    if given in GIVEN_NAMES or len(given) < _MIN_NAME or " " in given:
        return given
    parts = (part for email in emails for part in _parts(email.partition("@")[0]))
    return next((part for part in parts if part in GIVEN_NAMES and _is_nearly(part, given)), given)


@lru_cache(maxsize=16_384)
def _parts(local: str) -> list[str]:
    return [word for part in _PARTS.split(_DIGITS.sub("", local)) if (word := folded(part))]


@lru_cache(maxsize=16_384)
def _names_of(local: str, given: str, family: str) -> tuple[str, str]:
    parts = _parts(local)
    if family or given:
        known = (family or given).replace(" ", "")
        other = _beside(known, parts, is_family_known=bool(family))
        return (other, family) if family else (given, other)
    if len(parts) == _BOTH and min(map(len, parts)) >= _MIN_NAME:
        first, last = parts
        if first in GIVEN_NAMES:
            return first, last
        if last in GIVEN_NAMES:
            return last, first
    return "", ""


def _beside(known: str, parts: list[str], *, is_family_known: bool) -> str:
    """The name that stands beside the known one, or its initial; "" if there is none."""
    alike = [part for part in parts if part == known] or [part for part in parts if _is_nearly(part, known)]
    if alike:
        rest = [part for part in parts if part not in alike]
        return rest[0] if len(rest) == 1 else ""
    whole = "".join(parts)
    rest_of_whole = whole.removesuffix(known) if whole.endswith(known) else whole.removeprefix(known)
    if len(known) < _MIN_NAME or not rest_of_whole or rest_of_whole == whole:
        return ""
    is_name = rest_of_whole in GIVEN_NAMES if is_family_known else len(rest_of_whole) >= _MIN_NAME
    return rest_of_whole if is_name else ""


def _is_nearly(part: str, known: str) -> bool:
    """Whether a part of a mailbox is the known name with a slip of the pen."""
    return len(known) > _MIN_NAME and OSA.distance(part, known, score_cutoff=1) <= 1
