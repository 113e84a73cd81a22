"""The fields of a form that a mail provider posts: urlencoded, or in parts."""

from io import BytesIO
from urllib.parse import unquote_to_bytes

from multipart import MultipartError, MultipartParser, parse_options_header

from service.channels.base import Delivery
from service.errors import InvalidInput

_MAX_FIELDS = 200
_MAX_BYTES = 64 * 1024 * 1024


def form_fields(delivery: Delivery) -> dict[str, bytes]:
    """The fields by name; of a repeated one the first. InvalidInput if the body is no form."""
    media_type, options = parse_options_header(delivery.header("content-type"))
    if media_type == "application/x-www-form-urlencoded":
        return _urlencoded_fields(delivery.raw)
    boundary = options.get("boundary", "")
    if media_type != "multipart/form-data" or not boundary:
        raise InvalidInput("The body is expected to be a form: multipart/form-data or urlencoded.")
    return _multipart_fields(delivery.raw, boundary)


def _urlencoded_fields(raw: bytes) -> dict[str, bytes]:
    """Fields whose values are bytes, such as a mail with umlauts in Latin-1; the standard library knows only text."""
    found: dict[str, bytes] = {}
    for pair in raw.split(b"&", _MAX_FIELDS)[:_MAX_FIELDS]:
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        found.setdefault(unquote_to_bytes(name).decode("utf-8", "replace"), unquote_to_bytes(value))
    return found


def _multipart_fields(raw: bytes, boundary: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    parser = MultipartParser(
        BytesIO(raw),
        boundary,
        content_length=len(raw),
        memory_limit=_MAX_BYTES,
        spool_limit=_MAX_BYTES,
        part_limit=_MAX_FIELDS,
    )
    try:
        for part in parser:
            found.setdefault(part.name, part.raw)
    except (MultipartError, ValueError, LookupError, UnicodeError) as error:
        raise InvalidInput("The form cannot be read: its parts are broken.") from error
    return found
