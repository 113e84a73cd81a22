"""Connections to webhooks: a name is resolved once, every address it has is checked, and a checked one is connected to.

So neither a name that points inside, nor one that changes between the check and the connection, leads anywhere.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address

import httpx

from service.errors import WebhookAddressRefused
from service.events.addresses import Address, is_public_address

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
"""The addresses of a host and port; OSError if it has none."""

_MAX_LOOKUPS = 32
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Resolver:
    """The system's resolver, in threads of its own; one look-up of a name at a time, so that a hung one holds one."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_MAX_LOOKUPS, thread_name_prefix="resolver")
        self._running: dict[tuple[str, int], asyncio.Future[list[Address]]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        """The host's addresses, in the order to try them."""
        key = host, port
        if key not in self._running:
            loop = asyncio.get_running_loop()
            lookup = loop.run_in_executor(self._threads, partial(_look_up, host, port))
            self._running[key] = lookup
            lookup.add_done_callback(lambda _: self._running.pop(key))
        return await asyncio.shield(self._running[key])

    def close(self) -> None:
        """Wait for no look-up."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(ip_address(str(where[4][0]).partition("%")[0]) for where in found))


async def checked_addresses(resolve: Resolve, url: httpx.URL, *, allow_private: bool) -> Sequence[Address]:
    """The addresses of the URL's host. WebhookAddressRefused if any is not public; OSError if there is none."""
    addresses = await resolve(_ascii_host(url), url.port or _DEFAULT_PORTS.get(url.scheme, 0))
    if not allow_private and not all(map(is_public_address, addresses)):
        raise WebhookAddressRefused(field="url", message="The host has an address that is not public.")
    return addresses


class CheckedTransport(httpx.AsyncBaseTransport):
    """Sends a request to a checked address of its host, with the host's own name in Host and TLS."""

    def __init__(self, resolve: Resolve, inner: httpx.AsyncBaseTransport, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._inner = inner
        self._allow_private = allow_private

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the first address that can be connected to."""
        addresses = await checked_addresses(self._resolve, request.url, allow_private=self._allow_private)
        url = request.url
        request.extensions = {**request.extensions, "sni_hostname": _ascii_host(url)}
        for address in addresses[:-1]:
            request.url = url.copy_with(host=str(address))
            try:
                return await self._inner.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        request.url = url.copy_with(host=str(addresses[-1]))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def _ascii_host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")
