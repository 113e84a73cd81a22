"""Deliveries of Segment's SDKs for tests, with everything that a test does not speak of filled in."""

import base64
from typing import Any
from uuid import UUID

import msgspec

from service.channels.base import ChannelAccount, Delivery
from service.channels.web.segment.door import ADAPTER
from service.inbound.accounts import parse_settings
from tests.fixtures import NOW

WRITE_KEY = "wk-4711"


def basic(write_key: str = WRITE_KEY) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{write_key}:".encode()).decode()}


def door(**values: str) -> ChannelAccount:
    """An instance with these settings, given as `askonce channels add` gives them."""
    return ChannelAccount(
        account_id=UUID(int=1),
        adapter="segment",
        name="shop",
        secret=WRITE_KEY,
        settings=parse_settings(ADAPTER, values),
    )


def delivery(body: object, *, headers: dict[str, str] | None = None, **fields: Any) -> Delivery:
    """A body as some SDK sends it; of bytes as they are, of anything else as JSON."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    given = {"rest": "v1/batch", "received_at": NOW} | fields
    return Delivery(raw=raw, headers=basic() if headers is None else headers, **given)


def event(**fields: Any) -> dict[str, Any]:
    """A track event of an anonymous visitor unless said otherwise; what is None is left out."""
    whole = {"type": "track", "event": "Help Opened", "messageId": "m-1", "anonymousId": "visitor-1"} | fields
    return {name: value for name, value in whole.items() if value is not None}


def batch(*events: object, **fields: Any) -> dict[str, Any]:
    return {"batch": list(events), **fields}
