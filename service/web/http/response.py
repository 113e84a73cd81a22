"""What a handler answers with."""

import msgspec
from msgspec import Struct

from service.web.http.asgi import Message

Header = tuple[bytes, bytes]
JSON = b"application/json"
HTML = b"text/html; charset=utf-8"
PRIVATE_REVALIDATED: Header = (b"cache-control", b"private, no-cache")
"""For answers with an ETag: the caller may keep them, and asks before each use. Without it the edge adds no-store."""
IDEMPOTENT_REPLAYED: Header = (b"idempotent-replayed", b"true")
"""For the answer to a request whose Idempotency-Key had its effect before."""

_encode_json = msgspec.json.Encoder(decimal_format="number").encode  # money: as exact as it was written


class Response(Struct, frozen=True):
    """A whole answer; `headers` are lower-case pairs, beyond content-type and content-length."""

    status: int
    body: bytes = b""
    content_type: bytes = JSON
    headers: tuple[Header, ...] = ()

    def start_message(self) -> Message:
        """The ASGI message that begins this answer."""
        length = b"%d" % len(self.body)
        if not self.body:
            return {
                "type": "http.response.start",
                "status": self.status,
                "headers": [(b"content-length", length), *self.headers],
            }
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": [(b"content-type", self.content_type), (b"content-length", length), *self.headers],
        }


def json_response(
    content: object, *, status: int = 200, version: int | None = None, headers: tuple[Header, ...] = ()
) -> Response:
    """`content` as JSON; an answer about a customer carries its `version` as Context-Version."""
    return Response(status, _encode_json(content), JSON, headers + _version_headers(version))


def empty_response(*, status: int = 204, version: int | None = None, headers: tuple[Header, ...] = ()) -> Response:
    """An answer without a body."""
    return Response(status, headers=headers + _version_headers(version))


def _version_headers(version: int | None) -> tuple[Header, ...]:
    return () if version is None else ((b"context-version", b"%d" % version),)
