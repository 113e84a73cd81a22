"""Redis Sentinel: which server is the primary at the moment (https://redis.io/docs/latest/develop/reference/sentinel-clients/)."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from msgspec import Struct

from service.cache.connection import PipelinedConnection
from service.errors import CacheUnavailable

SENTINEL_SCHEME = "redis+sentinel"
DEFAULT_PORT = 26379
SENTINEL_S = 0.3
"""A Sentinel that takes longer is passed over."""


class Sentinels(Struct, frozen=True, kw_only=True):
    """The Sentinels that watch one primary."""

    addresses: tuple[tuple[str, int], ...]
    primary: str
    """The name that they know it by."""

    async def find_primary(self) -> tuple[str, int]:
        """Host and port of the primary, by the first Sentinel that answers. CacheUnavailable if none does."""
        for host, port in self.addresses:
            with suppress(OSError, TimeoutError, CacheUnavailable):
                return await asyncio.wait_for(self._ask(host, port), SENTINEL_S)
        raise CacheUnavailable("No Sentinel names a primary.")

    async def _ask(self, host: str, port: int) -> tuple[str, int]:
        def make() -> PipelinedConnection:
            return PipelinedConnection(timeout_s=SENTINEL_S, on_lost=lambda _: None)

        _, connection = await asyncio.get_running_loop().create_connection(make, host, port)
        try:
            reply = await connection.send("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.primary)
        finally:
            connection.close()
        match reply:
            case [bytes(primary_host), bytes(primary_port)]:
                return primary_host.decode(), int(primary_port)
            case _:
                raise CacheUnavailable("The Sentinel does not know this primary.")


def sentinels_of(url: str) -> tuple[Sentinels, str] | None:
    """The Sentinels of `redis+sentinel://[user:password@]host[:port][,host[:port]…]/name[/db]`, and the rest as `redis://`.

    None for an address that names the server itself.
    """
    parts = urlsplit(url)
    if parts.scheme != SENTINEL_SCHEME:
        return None
    account, separator, hosts = parts.netloc.rpartition("@")
    name, _, database = parts.path.removeprefix("/").partition("/")
    addresses = [urlsplit(f"//{host}") for host in hosts.split(",")]
    found = tuple((one.hostname or "", one.port or DEFAULT_PORT) for one in addresses)
    return Sentinels(addresses=found, primary=name), f"redis://{account}{separator}primary/{database}"
