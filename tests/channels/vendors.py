"""What vendors send, for tests: an instance of a door, a delivery to it, and a vendor who sends over HTTP."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as some

from service.channels.base import Adapter, ChannelAccount, Delivery, DoorOutput, HandoffOrder
from service.inbound import accounts
from service.model.interaction import Interaction
from tests.fixtures import NOW, Desk

RECORDED = Path(__file__).parent / "deliveries"
CORPUS = Path(__file__).parents[3] / "shared" / "data" / "channels"


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
"""Any value that JSON can hold."""


def instance_of(adapter: Adapter, *, name: str = "shop", secret: str = "s3cret", **values: str) -> ChannelAccount:
    """A door as `askonce channels add` would configure it."""
    return ChannelAccount(
        account_id=UUID(int=7),
        adapter=adapter.name,
        name=name,
        secret=secret,
        settings=accounts.parse_settings(adapter, values),
    )


def delivery_of(body: bytes | object, *, at=NOW, **fields: Any) -> Delivery:
    """A delivery of these bytes, or of this as JSON."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Delivery(raw=raw, **{"headers": {}, "received_at": at, **fields})


def interactions_in(produced: "list[DoorOutput] | tuple[DoorOutput, ...]") -> list[Interaction]:
    """The interactions, in their order."""
    return [one for one in produced if isinstance(one, Interaction)]


def orders_in(produced: "list[DoorOutput] | tuple[DoorOutput, ...]") -> list[HandoffOrder]:
    """The handoffs, in their order."""
    return [one for one in produced if isinstance(one, HandoffOrder)]


QUEUE = {
    "title": "Support",
    "calendar": {"time_zone": "Europe/Berlin", "hours": "Mo-Su 00:00-24:00"},
    "offer_timeout_s": 600,
    "max_offers": 3,
    "fallback": {"callback": True},
}
"""A queue that is always open."""


async def handoffs_of(desk: Desk) -> list[dict[str, Any]]:
    """Every handoff there is, with its packet."""
    listed = (await desk("console", "GET", "/v1/handoffs")).json()["items"]
    return [(await desk("console", "GET", f"/v1/handoffs/{one['id']}")).json() for one in listed]
