"""The Segment door: the SDKs of Segment and RudderStack send here what happens on web sites, in apps and on servers.

Wire format: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/. Any answer but 200 makes
some SDK send everything again, and an error that is not JSON with `code` and `message` makes another one do so.
"""

import base64
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from service.channels import lenient
from service.channels.base import (
    Adapter,
    ChannelAccount,
    Delivery,
    DeliveryReply,
    DeliveryResult,
    DoorOutput,
    check_secret,
)
from service.channels.web.segment.events import (
    TYPES,
    SegmentBatch,
    SegmentSettings,
    clock_skew,
    interaction_of_event,
    parse_time,
)
from service.errors import BodyTooLarge, DeliveryRefused, InvalidInput
from service.model.interaction import Interaction

_KB = 1024
_MAX_KB = 4096
_MAX_EVENTS = 2500
"""Far more than any SDK sends together, and few enough that nobody else waits for them."""
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW_BITS = 31
_TYPE_BY_PATH = {
    **dict.fromkeys(("", "batch", "import", "b"), ""),
    **{name: name for name in TYPES},
    **{name[0]: name for name in TYPES},
}
"""The type of an event that does not state one itself."""
_METRICS = "m"
_CODES = {
    400: "invalid_request",
    401: "invalid_write_key",
    404: "not_found",
    413: "payload_too_large",
    429: "too_many_requests",
    503: "unavailable",
}
_ANY_ORIGIN = ("access-control-allow-origin", "*")
_PREFLIGHT = (
    _ANY_ORIGIN,
    ("access-control-allow-methods", "POST, OPTIONS"),
    ("access-control-max-age", "86400"),
)
_SDK_HEADERS = (
    "authorization",
    "content-type",
    "x-retry-count",
    "anonymousid",
    "sentat",
    "rsa-recovered",
    "rsa-retry-attempt",
    "rsa-retry-reason",
    "rsa-since-first-attempt",
    "rsa-since-last-attempt",
)
"""What @segment/analytics-next 1.84 and @rudderstack/analytics-js 3 send; a browser asks for what later ones send."""
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_MAX_ASKED_HEADERS = 32
_ROOT_PATHS = (
    *(f"v1/{name}" for name in _TYPE_BY_PATH if name),
    f"v1/{_METRICS}",
    "beacon/v1/batch",
)
_SUCCESS = DeliveryReply(body=b'{"success":true}', headers=(_ANY_ORIGIN,))


class SegmentRequest(Struct, frozen=True, kw_only=True, rename="camel"):
    """A batch, or what a single event says about its sending."""

    batch: list[msgspec.Raw] | None = None
    context: Any = None
    sent_at: Any = None


class SegmentSender(Struct, frozen=True, kw_only=True, rename="camel"):
    """The sender of a body, where no header names it."""

    write_key: Any = None


def greet(delivery: Delivery, account: ChannelAccount) -> DeliveryReply | None:
    """What leaves nothing behind: a browser's preflight, the SDK's telemetry about itself, paths that do not exist."""
    if delivery.method == "OPTIONS":
        return DeliveryReply(status=204, body=b"", headers=() if account.settings.trusted else _preflight(delivery))
    path = _path(delivery)
    if path == _METRICS:
        return _SUCCESS
    return None if path in _TYPE_BY_PATH else refuse(404, "No SDK of Segment sends to this path.")


def _preflight(delivery: Delivery) -> tuple[tuple[str, str], ...]:
    """What a page of any origin may send: no answer depends on cookies, so that no header does harm."""
    asked = delivery.header("access-control-request-headers").split(",")[:_MAX_ASKED_HEADERS]
    names = (name.strip().lower() for name in asked)
    allowed = dict.fromkeys([*_SDK_HEADERS, *filter(_HEADER_NAME.fullmatch, names)])
    return (*_PREFLIGHT, ("access-control-allow-headers", ", ".join(allowed)))


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """DeliveryRefused unless the writeKey is this door's secret: the user of Basic; without, in the body or query.

    A page that holds the writeKey of a trusted door has shown it to everybody.
    """
    if account.settings.trusted and delivery.header("origin"):
        raise DeliveryRefused
    check_secret(_write_key(delivery, account), account.secret)


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """The interactions in a delivery; an event that cannot be taken spoils no other.

    InvalidInput if the body is too large or no JSON object, or if nothing in it can be taken.
    """
    raw = _decompressed(delivery, account)
    body = lenient.decode_json(raw, SegmentRequest)
    frame = SegmentBatch(
        source=account.source,
        settings=account.settings,
        received_at=delivery.received_at,
        skew=clock_skew(parse_time(body.sent_at), delivery.received_at),
        context=body.context if isinstance(body.context, dict) else {},
        type=_TYPE_BY_PATH.get(_path(delivery), ""),
    )
    items = [raw] if body.batch is None else [bytes(item) for item in body.batch]
    if len(items) > _MAX_EVENTS:
        raise InvalidInput(f"A batch holds at most {_MAX_EVENTS} events; this one holds {len(items)}.")
    refused: list[InvalidInput] = []
    taken = list(_parse_events(items, frame, refused))
    if refused and not taken:
        raise refused[0]
    return taken


def _parse_events(items: Sequence[bytes], frame: SegmentBatch, refused: list[InvalidInput]) -> Iterator[Interaction]:
    for item in items:
        try:
            yield interaction_of_event(item, frame)
        except InvalidInput as error:
            refused.append(error)


def answer(_delivery: Delivery, _instance: ChannelAccount, _taken: DeliveryResult) -> DeliveryReply:
    """The only answer that no SDK takes for a failure."""
    return _SUCCESS


def refuse(status: int, sentence: str) -> DeliveryReply:
    """An error as the SDKs read it; browsers show it to them only with the header."""
    body = msgspec.json.encode({"code": _CODES.get(status, "error"), "message": sentence})
    return DeliveryReply(status=status, body=body, headers=(_ANY_ORIGIN,))


def samples(account: ChannelAccount) -> Sequence[Delivery]:
    """A batch as @segment/analytics-node sends it, and a browser's page view with the writeKey in the body."""
    sent_at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    who = {"anonymousId": "0b7e7f4c-visitor", "timestamp": sent_at, "context": {"locale": "de-DE"}}
    identify = {"type": "identify", "messageId": "sample-1", "userId": "u-4711", "traits": {"email": "anna@example.de"}}
    order = {"type": "track", "messageId": "sample-2", "userId": "u-4711", "event": "Order Completed"}
    page = {"messageId": "sample-3", "name": "Returns", "properties": {"url": "https://shop.example/returns"}}
    batch = {"batch": [identify | who, order | {"properties": {"order_id": "A-1"}} | who], "sentAt": sent_at}
    basic = base64.b64encode(f"{account.secret}:".encode()).decode()
    return [
        Delivery(
            raw=msgspec.json.encode(batch),
            headers={"authorization": f"Basic {basic}", "content-type": "application/json"},
            rest="v1/batch",
            received_at=sent_at,
        ),
        Delivery(
            raw=msgspec.json.encode(page | who | {"writeKey": account.secret, "sentAt": sent_at}),
            headers={"content-type": "text/plain"},
            rest="v1/p",
            received_at=sent_at,
        ),
    ]


def _path(delivery: Delivery) -> str:
    """`batch` of `v1/batch`: SDKs differ in whether the `v1` belongs to the address that they are told.

    What RudderStack sends while a page closes comes under `beacon/v1/batch`.
    """
    return delivery.rest.strip("/").removeprefix("beacon/").removeprefix("v1").removeprefix("/")


def _write_key(delivery: Delivery, account: ChannelAccount) -> str:
    scheme, _, credentials = delivery.header("authorization").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials).decode("latin-1").partition(":")[0]
        except ValueError:  # no Base64, or no ASCII
            return ""
    stated = lenient.decode_json(_decompressed(delivery, account), SegmentSender).write_key
    return stated if isinstance(stated, str) else delivery.query.get("writeKey", "")


def _decompressed(delivery: Delivery, account: ChannelAccount) -> bytes:
    """The body, out of its gzip if it is in one; BodyTooLarge beyond what the settings allow, however small it came."""
    limit: int = account.settings.body_limit_kb * _KB
    raw = delivery.raw
    if raw.startswith(_GZIP):
        unpacker = zlib.decompressobj(_GZIP_WINDOW_BITS)
        try:
            raw = unpacker.decompress(raw, limit + 1)
        except zlib.error:
            raise InvalidInput("The body is no gzip.") from None
        if not unpacker.eof and len(raw) <= limit:
            raise InvalidInput("The gzip of the body is cut off.")
    if len(raw) > limit:
        raise BodyTooLarge
    return raw


ADAPTER = Adapter(
    name="segment",
    title="Segment, RudderStack",
    verify=verify,
    parse=parse,
    answer=answer,
    greet=greet,
    refuse=refuse,
    samples=samples,
    settings=SegmentSettings,
    methods=("POST", "OPTIONS"),
    below=frozenset({"v1", "beacon", _METRICS, *_TYPE_BY_PATH}),
    root_paths=_ROOT_PATHS,
    body_limit_bytes=_MAX_KB * _KB,
)
