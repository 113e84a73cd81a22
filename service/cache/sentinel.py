"""Redis Sentinel: which server is the primary at the moment (https://redis.io/docs/latest/develop/reference/sentinel-clients/)."""

import asyncio
import ssl
from collections import Counter

from msgspec import Struct

from service.cache.hosts import SENTINEL, ask_once, parse_hosts
from service.errors import CacheUnavailable

SENTINEL_S = 0.3
"""A Sentinel that takes longer is passed over."""


class Sentinels(Struct, frozen=True, kw_only=True):
    """The Sentinels that watch one primary."""

    addresses: tuple[tuple[str, int], ...]
    primary: str
    """The name that they know it by."""

    async def find_primary(self, *, tls: ssl.SSLContext | None = None) -> tuple[str, int]:
        """Host and port of the primary, as most Sentinels name it; of equally many the first in the order of the list.

        One that is cut off from the others names an old one. CacheUnavailable if none names any.
        """
        asked = (self._ask(host, port, tls) for host, port in self.addresses)
        found = [one for one in await asyncio.gather(*asked) if one is not None]
        if not found:
            raise CacheUnavailable("SENTINEL")
        return Counter(found).most_common(1)[0][0]

    async def _ask(self, host: str, port: int, tls: ssl.SSLContext | None) -> tuple[str, int] | None:
        command = "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.primary
        try:
            (reply,) = await ask_once(host, port, command, limit_s=SENTINEL_S, tls=tls)
        except (OSError, TimeoutError, CacheUnavailable, ssl.SSLError):
            return None
        match reply:
            case [bytes(primary_host), bytes(primary_port)]:
                return primary_host.decode(), int(primary_port)
            case _:
                return None


def sentinels_of(url: str) -> tuple[Sentinels, str] | None:
    """The Sentinels of `redis+sentinel://[user:password@]host[:port][,host[:port]…]/name[/db]`, and the rest as `redis://`.

    None for an address without Sentinels. ConfigurationError for a mistaken one.
    """
    listed = parse_hosts(url)
    if listed is None or listed.kind != SENTINEL:
        return None
    name, _, database = listed.path.partition("/")
    return Sentinels(addresses=listed.hosts, primary=name), listed.url_of("primary", 6379, database)
