"""Events, live or by a webhook: what happened, as CloudEvents of ids and states; nothing personal is in them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

__all__ = ["Event", "EventReader", "WebhookVerificationError", "read_webhook"]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event; `data` holds its ids, version, state and queue."""

    id: str
    """Its number as text; the same when it comes again."""
    type: str
    """Such as `askonce.handoff.accepted`."""
    subject: str
    """Id of the customer."""
    time: datetime
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
    return msgspec.json.decode(body, type=Event)


class EventReader:
    """Server-Sent Events out of the lines of a stream; it remembers where to go on."""

    def __init__(self, last_id: str | None = None) -> None:
        self.last_id = last_id
        """The id of the last event that was read; sent as Last-Event-ID."""
        self._id: str | None = None
        self._data: list[str] = []

    def read(self, line: str) -> Iterator[Event]:
        """The event that this line ends, if it ends one."""
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id":
            self._id = value
        elif field == "data":
            self._data.append(value)
        elif not line:
            yield from self._end_event()

    def _end_event(self) -> Iterator[Event]:
        data, self._data = "\n".join(self._data), []
        if self._id is not None:
            self.last_id = self._id
        if data:
            yield msgspec.json.decode(data, type=Event)
