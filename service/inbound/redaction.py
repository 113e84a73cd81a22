"""Deliveries without the secrets of their door: neither what is kept of them nor what is made of them holds one."""

import base64
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote_plus

import msgspec
from msgspec.structs import replace

from service.channels.base import ChannelAccount, Delivery

_SECRET_HEADER = re.compile(r"authorization|cookie|token|secret|password|signature|api-?key")
_MIN_SECRET_CHARS, _MIN_ENCODED_BYTES = 6, 6
"""What is shorter stands in half of all texts by chance."""
_GZIP, _GZIP_WINDOW_BITS = b"\x1f\x8b", 31
_MAX_UNPACKED_BYTES = 8 * 1024 * 1024


def without_secrets(delivery: Delivery, account: ChannelAccount) -> Delivery:
    """The delivery with every secret of its account written over, and without headers that are named like secrets.

    Found is a secret in clear, as a URL, JSON or Base64 writes it, and in a body that is packed by gzip. Its length is
    kept, so that the rest of the delivery is read as before.
    """
    forms = _written_forms(account.secrets)
    headers = {
        name: _cleaned_text(value, forms) for name, value in delivery.headers.items() if not _SECRET_HEADER.search(name)
    }
    query = "&".join(_cleaned_pair(pair, forms) for pair in delivery.query_string.split("&"))
    raw, rest = _cleaned_body(delivery.raw, forms), _cleaned_text(delivery.rest, forms)
    return replace(delivery, raw=raw, headers=headers, rest=rest, query_string=query)


def holds_secret(text: str, account: ChannelAccount) -> bool:
    """Whether a secret of the account stands in the text, however it is written."""
    raw = text.encode("utf-8", "surrogatepass")
    return any(form in raw for form in _written_forms(account.secrets))


@lru_cache(maxsize=1024)
def _written_forms(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    """The ways in which one of the secrets may stand in a delivery, the longest first."""
    found = {form for secret in secrets if len(secret) >= _MIN_SECRET_CHARS for form in _forms(secret)}
    return tuple(sorted(found, key=len, reverse=True))


def _forms(secret: str) -> Iterator[bytes]:
    raw = secret.encode()
    yield raw
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield quoted.encode()
        yield re.sub("%..", lambda found: found[0].lower(), quoted).encode()
    in_json = msgspec.json.encode(secret)[1:-1]
    yield in_json
    yield in_json.replace(b"/", rb"\/")
    for shift in range(3):
        # Whatever stands before it, Base64 writes the whole groups of six bits of a secret in one of three ways.
        encoded = base64.b64encode(bytes(shift) + raw)[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
        if len(encoded) >= _MIN_ENCODED_BYTES:
            yield encoded
            yield encoded.translate(bytes.maketrans(b"+/", b"-_"))


def _cleaned_body(raw: bytes, forms: tuple[bytes, ...]) -> bytes:
    if raw.startswith(_GZIP):
        unpacker = zlib.decompressobj(_GZIP_WINDOW_BITS)
        try:
            unpacked = unpacker.decompress(raw, _MAX_UNPACKED_BYTES)
        except zlib.error:
            unpacked = b""
        if unpacker.eof and (cleaned := _cleaned(unpacked, forms)) != unpacked:
            return cleaned
    return _cleaned(raw, forms)


def _cleaned_pair(pair: str, forms: tuple[bytes, ...]) -> str:
    """A pair of a query as it is, unless it holds a secret however it is quoted."""
    plain = unquote_plus(pair)
    cleaned = _cleaned_text(plain, forms)
    return _cleaned_text(pair, forms) if cleaned == plain else quote_plus(cleaned, safe="=")


def _cleaned_text(text: str, forms: tuple[bytes, ...]) -> str:
    return _cleaned(text.encode("utf-8", "surrogatepass"), forms).decode("utf-8", "surrogatepass")


def _cleaned(raw: bytes, forms: tuple[bytes, ...]) -> bytes:
    for form in forms:
        raw = raw.replace(form, b"x" * len(form))
    return raw
