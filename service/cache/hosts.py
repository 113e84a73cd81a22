"""Addresses that name several hosts: `redis+cluster://` and `redis+sentinel://`, `rediss+…://` with TLS."""

import asyncio
import ssl
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from service.cache.connection import PipelinedConnection, Reply
from service.errors import ConfigurationError

CLUSTER, SENTINEL = "+cluster", "+sentinel"
DEFAULT_PORTS = {CLUSTER: 6379, SENTINEL: 26379}
EXAMPLES = {
    "": "redis://user:password@host:6379/0",
    CLUSTER: "redis+cluster://user:password@host:6379,host:6379",
    SENTINEL: "redis+sentinel://user:password@host:26379,host:26379/name/0",
}


class HostList(Struct, frozen=True, kw_only=True):
    """What an address with several hosts says."""

    kind: str
    """`CLUSTER` or `SENTINEL`."""
    scheme: str
    """`redis`, or `rediss` with TLS."""
    account: str
    """Empty, or user and password as they stand there, with `@`."""
    hosts: tuple[tuple[str, int], ...]
    path: str
    """What follows the hosts, without its first slash."""
    query: str

    def url_of(self, host: str, port: int, database: str = "") -> str:
        """The address of one server of this account and with these options."""
        named = f"[{host}]" if ":" in host else host
        options = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.account}{named}:{port}/{database}{options}"


def parse_hosts(url: str) -> HostList | None:
    """The hosts of an address of a cluster or of Sentinels; None for one that names a server itself.

    ConfigurationError says what to write, without the password.
    """
    scheme, separator, rest = url.partition("://")
    server, plus, name = scheme.lower().partition("+")
    if not separator or not plus:
        return None
    kind = plus + name
    if server not in {"redis", "rediss"} or kind not in DEFAULT_PORTS:
        raise ConfigurationError(
            "ASKONCE_REDIS_URL begins with a scheme that is unknown: write "
            f"{EXAMPLES['']}, {EXAMPLES[CLUSTER]} or {EXAMPLES[SENTINEL]}; rediss in place of redis for TLS."
        )
    try:
        parts = urlsplit(f"//{rest}")
        account, at, hosts = parts.netloc.rpartition("@")
        found = tuple(_host(one, DEFAULT_PORTS[kind]) for one in hosts.split(","))
    except ValueError as error:  # its text may hold a part of the password
        raise _mistaken(kind, "has a host that is missing, or a port that is none") from error
    listed = HostList(
        kind=kind,
        scheme=server,
        account=account + at,
        hosts=found,
        path=parts.path.removeprefix("/"),
        query=parts.query,
    )
    _check_path(listed)
    return listed


def _host(text: str, default_port: int) -> tuple[str, int]:
    """Host and port. ValueError if there is none."""
    parts: SplitResult = urlsplit(f"//{text}")
    if not parts.hostname or parts.port == 0:
        raise ValueError
    return parts.hostname, parts.port or default_port


def _check_path(listed: HostList) -> None:
    """ConfigurationError if what follows the hosts is not what such an address takes there."""
    if listed.kind == CLUSTER and listed.path not in {"", "0"}:
        raise _mistaken(CLUSTER, "names a database, and a cluster has none: leave out what follows the hosts")
    name, _, database = listed.path.partition("/")
    if listed.kind == SENTINEL and not (name and (database.isdecimal() or not database)):
        raise _mistaken(
            SENTINEL, "must end in the name that the Sentinels know the primary by, and may name a database"
        )


def _mistaken(kind: str, why: str) -> ConfigurationError:
    return ConfigurationError(f"ASKONCE_REDIS_URL {why}. Write it as in {EXAMPLES[kind]}.")


async def ask_once(
    host: str,
    port: int,
    *commands: Sequence[str],
    limit_s: float,
    tls: ssl.SSLContext | None = None,
) -> list[Reply]:
    """What a server replies to these commands, over a connection for this once.

    CacheUnavailable for a reply that is an error; TimeoutError, OSError and ssl.SSLError if none comes.
    """

    def make() -> PipelinedConnection:
        return PipelinedConnection(timeout_s=limit_s, on_lost=lambda _: None)

    async with asyncio.timeout(limit_s):
        _, connection = await asyncio.get_running_loop().create_connection(make, host, port, ssl=tls)
        try:
            return await asyncio.gather(*(connection.send(*command) for command in commands))
        finally:
            connection.close()
