"""What the operations need of a client: a way to send a call."""

from typing import Protocol, TypeVar

from askonce_client.transport import Call

Answer = TypeVar("Answer")


class Sender(Protocol):
    """Sends a call, and gives its answer."""

    def _send(self, call: Call[Answer]) -> Answer: ...


class AsyncSender(Protocol):
    """The same, awaited."""

    async def _send(self, call: Call[Answer]) -> Answer: ...
