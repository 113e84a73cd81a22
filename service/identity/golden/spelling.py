"""Which values are the same in another spelling, and which spelling is the best one; pure."""

import re

from service.identity.golden.model import Candidate, Value
from service.model.letters import plain_letters

NAMES = frozenset({"given", "family", "full"})
_NOT_DIGITS = re.compile(r"\D+")
_MOJIBAKE = re.compile("[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|\ufffd|\\w\\?\\w")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ADDRESS_PARTS = ("street-address", "postal-code", "address-level2", "country")


def text_of(value: Value) -> str:
    """The value as one text; an address in the order of its parts."""
    if isinstance(value, str):
        return value.strip()
    return " ".join(part for name in ADDRESS_PARTS if (part := value.get(name, "").strip()))


def spelling_keys(one: Candidate) -> frozenset[str]:
    """Two values of a field are the same if they share a key: the plain spelling, or the normal form."""
    keys = {_plain(one.field, one.value)}
    if one.normal:
        keys |= {f"={one.normal}", _plain(one.field, one.normal)}
    return frozenset(keys - {""})


def spelling_faults(one: Candidate) -> int:
    """How badly a value is spelt: 0 for a good spelling."""
    text = text_of(one.value)
    if _MOJIBAKE.search(text):
        return 3
    match one.field:
        case "phone":
            return int(not text.startswith("+"))
        case "birth_date":
            return int(not _ISO_DATE.fullmatch(text))
        case "given" | "family" | "full" | "address":
            return int("," in text and one.field in NAMES) + int(text in (text.upper(), text.lower()))
        case _:
            return 0


def _plain(field: str, value: Value) -> str:
    text = text_of(value)
    match field:
        case "phone":
            return _NOT_DIGITS.sub("", text).removeprefix("00")
        case "birth_date":
            return _NOT_DIGITS.sub("", text)
        case "given" | "family" | "full":
            return " ".join(sorted(plain_letters(text).split()))
        case "address":
            return plain_letters(text)
        case _:
            return text.casefold()
