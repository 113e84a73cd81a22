"""The arrival of a body: its type is checked before it is read, its size while it is read."""

from collections.abc import Collection

from service.errors import BodyTooLarge, MediaTypeUnknown, RequestTooSlow
from service.web.http.asgi import Message, Receive

_ALWAYS_ALLOWED_DIGITS = 5
"""A Content-Length of so few digits is below every limit."""
_MAX_LENGTH_DIGITS = 15


def check_content_type(headers: dict[bytes, bytes], accepted: Collection[str]) -> None:
    """Refuse a body of another type than the accepted ones, or a compressed one; without a type it counts as ours."""
    if b"content-encoding" in headers and headers[b"content-encoding"].lower() != b"identity":
        raise MediaTypeUnknown("A compressed body is not read here.")
    content_type = headers.get(b"content-type")
    if content_type is None or (content_type == b"application/json" and "application/json" in accepted):
        return
    essence = content_type.partition(b";")[0].strip().lower().decode("latin-1")
    if essence not in accepted:
        raise MediaTypeUnknown(f"Send the body as {' or '.join(accepted)}.")


async def read_body(receive: Receive, headers: dict[bytes, bytes], limit_bytes: int) -> bytes:
    """The whole body. BodyTooLarge as soon as it is announced or turns out to be longer than `limit_bytes`."""
    content_length = headers.get(b"content-length", b"")
    if len(content_length) > _ALWAYS_ALLOWED_DIGITS and _exceeds_limit(content_length, limit_bytes):
        raise BodyTooLarge(_limit_text(limit_bytes))
    message = await receive()
    chunk: bytes = message.get("body", b"")
    if content_length == b"%d" % len(chunk) and b"transfer-encoding" not in headers and len(chunk) <= limit_bytes:
        return chunk  # all of it: granian would say so with one more, empty message, which costs as much as routing
    return await _read_chunks(message, receive, limit_bytes)


def _exceeds_limit(content_length: bytes, limit_bytes: int) -> bool:
    return len(content_length) > _MAX_LENGTH_DIGITS or (content_length.isdigit() and int(content_length) > limit_bytes)


async def _read_chunks(message: Message, receive: Receive, limit_bytes: int) -> bytes:
    body = bytearray()
    while message["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > limit_bytes:
            raise BodyTooLarge(_limit_text(limit_bytes))
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()
    raise RequestTooSlow("The connection ended before the body did.")


def _limit_text(limit_bytes: int) -> str:
    return f"The body is larger than the {limit_bytes // 1024} KB that this endpoint takes."
