"""Opens the snapshot that a till keeps for an outage, and finds customers in it; the standard library is enough."""

import base64
import hmac
import json
import re
import unicodedata
from decimal import Decimal
from typing import Any

TYPED_KINDS = ("loyalty_card", "phone", "customer_number", "email")
_CLOCKS_DIFFER_BY_S = 300


class NotGenuine(Exception):
    """The snapshot was not signed for this till, or was changed since."""


class Expired(Exception):
    """The snapshot is too old to be believed, or of a day to come."""


def derived(key: str, purpose: str) -> bytes:
    """A key for one purpose, out of the till's API key: 32 raw bytes, which are used as they are."""
    return hmac.digest(key.encode(), purpose.encode(), "sha256")


def opened(snapshot: str, key: str, now: float) -> dict[str, Any]:
    """The content of a snapshot that was signed for this till (RFC 7515, HS256) and holds at `now`, in Unix seconds."""
    header, payload, signature = snapshot.split(".")
    expected = hmac.digest(derived(key, "askonce offline signature"), f"{header}.{payload}".encode(), "sha256")
    if not hmac.compare_digest(expected, _bytes_of(signature)):
        raise NotGenuine
    if (said := json.loads(_bytes_of(header)))["alg"] != "HS256" or said["typ"] != "askonce-offline+jwt":
        raise NotGenuine
    claims: dict[str, Any] = json.loads(_bytes_of(payload), parse_float=Decimal)
    if not claims["iat"] - _CLOCKS_DIFFER_BY_S <= now < claims["exp"]:
        raise Expired
    return claims


def found(claims: dict[str, Any], key: str, kind: str, typed: str) -> dict[str, Any] | None:
    """The customer of this card, number or address as it is typed; None if the snapshot has none."""
    hashes = {match_of(claims, key, kind, value) for value in spellings(claims, kind, typed)}
    return next((one for one in claims["customers"] if hashes & set(one["match"])), None)


def match_of(claims: dict[str, Any], key: str, kind: str, value: str) -> str:
    """The hash that stands in `match`: 16 bytes in Base64 for URLs, without padding."""
    identity_key = derived(key, f"askonce offline identities {claims['salt']}")
    digest = hmac.digest(identity_key, f"{kind}:{value}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def spellings(claims: dict[str, Any], kind: str, typed: str) -> list[str]:
    """What is hashed for what was typed; of a telephone number without its country there may be two."""
    if kind not in TYPED_KINDS:
        raise ValueError(f"No till is told a {kind}.")
    text = unicodedata.normalize("NFKC", typed).strip()
    if kind == "email":
        return [text.lower()]
    return _phones(claims, text) if kind == "phone" else [_number(text)]


def _phones(claims: dict[str, Any], text: str) -> list[str]:
    digits = re.sub(r"[^0-9+]", "", text.replace("(0)", ""))
    if digits.startswith("+"):
        return [digits]
    if digits.startswith(claims["international_prefix"]):
        return ["+" + digits.removeprefix(claims["international_prefix"])]
    at_home = f"+{claims['calling_code']}{digits.removeprefix(claims['trunk_prefix'])}"
    return [at_home, f"+{digits}"] if digits.startswith(claims["calling_code"]) else [at_home]


def _number(text: str) -> str:
    """Dots, slashes and hyphens count, except at the ends and between the letters in front and a digit."""
    bare = re.sub(r"\s+", "", text).strip("-./")
    return re.sub(r"((?:^|:)[^\W\d_]+)[-./]+(?=\d)", r"\1", bare).upper()


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
