"""Events, live or by a webhook: what happened, as CloudEvents of ids and states; nothing personal is in them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

__all__ = ["Event", "EventReader", "WebhookVerificationError", "read_webhook"]


WEBHOOK_PREFIX = "askonce."
RESET = "reset"
"""The type of the event that says: load what you show; it begins a stream, and comes when its place is lost."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event; `data` holds its ids, version, state and queue."""

    id: str
    """Its number as text; the same when it comes again."""
    type: str
    """As docs/api/events.md lists them, such as `handoff.accepted`; live also `reset`, which has no data."""
    subject: str
    """Id of the customer; empty for none."""
    time: datetime | None = None
    """When it happened; None live."""
    data: dict[str, Any]

    @property
    def customer_id(self) -> UUID:
        """The customer that it is about. ValueError for events about no customer, such as notices."""
        return UUID(self.subject)


def read_webhook(body: bytes, headers: Mapping[str, str], secret: str) -> Event:
    """The event of a delivery; `secret` is what the webhook was created with, such as `whsec_…`.

    WebhookVerificationError if the signature is not ours or the delivery is older than five minutes. A delivery may
    come twice: its event has the same id then.
    """
    Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    event = msgspec.json.decode(body, type=Event)
    return msgspec.structs.replace(event, type=event.type.removeprefix(WEBHOOK_PREFIX))


class EventReader:
    """Server-Sent Events out of the lines of a stream; it remembers where to go on.

    A stream without a place to go on from begins with `reset`: what is loaded then misses nothing.
    """

    def __init__(self, last_id: str | None = None) -> None:
        self.last_id = last_id
        """The id of the last event that was read; sent as Last-Event-ID."""
        self.begin()

    def begin(self) -> None:
        """A stream begins: what one that broke has left of an event comes again."""
        self._id: str | None = None
        self._type: str | None = None if self.last_id else RESET
        self._data: list[str] = []

    def read(self, line: str) -> Iterator[Event]:
        """The event that this line ends, if it ends one."""
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id":
            self._id = value
        elif field == "event":
            self._type = value
        elif field == "data":
            self._data.append(value)
        elif not line:
            yield from self._end_event()

    def _end_event(self) -> Iterator[Event]:
        told, kind = "\n".join(self._data), self._type
        self._data, self._type = [], None
        data = msgspec.json.decode(told or "{}", type=dict[str, Any])
        if self._id is not None:
            self.last_id = self._id
        if kind is not None:
            yield Event(id=self.last_id or "", type=kind, subject=data.get("customer_id", ""), data=data)
