"""Redis Sentinel: which server is the primary at the moment (https://redis.io/docs/latest/develop/reference/sentinel-clients/)."""

import asyncio
import ssl
from collections import Counter
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct
from msgspec.structs import replace

from service.cache.hosts import SENTINEL, ask_once, parse_hosts
from service.errors import CacheUnavailable

SENTINEL_S = 0.3
"""A Sentinel that takes longer is passed over."""


class Sentinels(Struct, frozen=True, kw_only=True):
    """The Sentinels that watch one primary."""

    addresses: tuple[tuple[str, int], ...]
    primary: str
    """The name that they know it by."""
    login: tuple[tuple[str, ...], ...] = ()
    """The command by which we become known to them; none without a password."""

    async def find_primary(self, *, tls: ssl.SSLContext | None = None) -> tuple[str, int]:
        """Host and port of the primary, as most Sentinels name it; of equally many the first in the order of the list.

        One that is cut off from the others names an old one. CacheUnavailable if none names any.
        """
        asked = (self._ask(host, port, tls) for host, port in self.addresses)
        told = await asyncio.gather(*asked, return_exceptions=True)
        if found := [one for one in told if isinstance(one, tuple)]:
            return Counter(found).most_common(1)[0][0]
        raise next(map(_failure, filter(None, told)), CacheUnavailable("SENTINEL"))

    async def _ask(self, host: str, port: int, tls: ssl.SSLContext | None) -> tuple[str, int] | None:
        command = "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.primary
        *_, reply = await ask_once(host, port, *self.login, command, limit_s=SENTINEL_S, tls=tls)
        match reply:
            case [bytes(primary_host), bytes(primary_port)]:
                return primary_host.decode(), int(primary_port)
            case _:
                return None


def _failure(told: object) -> Exception:
    """Why no Sentinel helps, from what came of asking one; what is no refusal of TLS or of a login says nothing."""
    match told:
        case ssl.SSLError():
            return told
        case CacheUnavailable(detail="NOAUTH" | "WRONGPASS"):
            return CacheUnavailable("SENTINELAUTH")
        case OSError() | TimeoutError() | CacheUnavailable():
            return CacheUnavailable("SENTINEL")
        case BaseException():
            raise told
        case _:
            return CacheUnavailable("SENTINEL")


def sentinels_of(url: str) -> tuple[Sentinels, str] | None:
    """The Sentinels of `redis+sentinel://[user:password@]host[:port][,host[:port]…]/name[/db]`, and the rest as `redis://`.

    User and password are the servers', the options `sentinel_user` and `sentinel_password` are the Sentinels'.
    None for an address without Sentinels. ConfigurationError for a mistaken one.
    """
    listed = parse_hosts(url)
    if listed is None or listed.kind != SENTINEL:
        return None
    name, _, database = listed.path.partition("/")
    options = dict(parse_qsl(listed.query, keep_blank_values=True))
    password, user = options.pop("sentinel_password", ""), options.pop("sentinel_user", "")
    login = (("AUTH", *filter(None, (user, password))),) if password else ()
    server = replace(listed, query=urlencode(options))
    return Sentinels(addresses=listed.hosts, primary=name, login=login), server.url_of("primary", 6379, database)
