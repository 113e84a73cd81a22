"""The way out of a sandbox: to this machine alone, so that no test tells anybody anything."""

from collections.abc import Sequence

from service.errors import WebhookAddressRefused
from service.events.addresses import Address
from service.events.transport import Resolver


class LoopbackResolver(Resolver):
    """The system's resolver, for hosts of this machine."""

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        """The host's addresses. WebhookAddressRefused if one is of another machine; OSError if it has none."""
        addresses = await super().__call__(host, port)
        if not all(address.is_loopback for address in addresses):
            raise WebhookAddressRefused(field="url", message="A sandbox sends to this machine alone: 127.0.0.1 or ::1.")
        return addresses
