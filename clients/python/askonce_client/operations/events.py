"""Operations of `events`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class EventsOperations(Sender):
    """Operations of `events`."""

    def create_event_ticket(self) -> shapes.EventTicket:
        """A ticket that opens one stream of events where no key can be sent."""
        return self._send(Call[shapes.EventTicket]("POST", "/v1/events/tickets", (shapes.EventTicket,)))


class AsyncEventsOperations(AsyncSender):
    """The same, awaited."""

    async def create_event_ticket(self) -> shapes.EventTicket:
        """A ticket that opens one stream of events where no key can be sent."""
        return await self._send(Call[shapes.EventTicket]("POST", "/v1/events/tickets", (shapes.EventTicket,)))
