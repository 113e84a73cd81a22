"""The servers that one address names, and a connection to the first of them that takes writes."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from service.db.startup.address import read_address

if TYPE_CHECKING:
    DirectConnection = asyncpg.Connection[asyncpg.Record]
else:
    DirectConnection = asyncpg.Connection


class ServerFinder:
    """Connects to the server of the address that takes writes, first to the one that did the last time.

    asyncpg alone gives the first server all of the time, so that one that hangs would hide the others.
    """

    def __init__(self, url: str) -> None:
        """Read the address; ConfigurationError if it is none."""
        self._address = read_address(url)
        self._urls = server_urls(self._address.url)

    async def connect(self, *_url: object, **options: Any) -> DirectConnection:
        """A connection with asyncpg's options; each server has its share of `timeout`, in seconds.

        Raises what the last server said if none will do.
        """
        options = {"target_session_attrs": SessionAttribute.read_write} | options
        share_s = options.pop("timeout") / len(self._urls)
        if limit_s := self._address.connect_timeout_s:
            share_s = min(share_s, limit_s)
        if name := self._address.application_name:
            options["server_settings"] = options.get("server_settings", {}) | {"application_name": name}
        failures: list[Exception] = []
        for url in self._urls:
            try:
                connection: DirectConnection = await asyncpg.connect(url, timeout=share_s, **options)
            except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError) as error:
                failures.append(error)
            else:
                self._urls = [url, *(other for other in self._urls if other != url)]
                return connection
        raise failures[-1]


def server_urls(url: str) -> list[str]:
    """An address for each server that a PostgreSQL address names, in its order (libpq's manual, multiple hosts)."""
    parts = urlsplit(url)
    credentials, at, hosts = parts.netloc.rpartition("@")
    if "," in hosts:
        return [urlunsplit(parts._replace(netloc=f"{credentials}{at}{host}")) for host in hosts.split(",")]
    query = dict(parse_qsl(parts.query))
    names, ports = query.get("host", "").split(","), query.get("port", "").split(",")
    if len(names) == 1:
        return [url]
    if len(ports) == 1:
        ports *= len(names)
    each = (query | {"host": name, "port": port} for name, port in zip(names, ports, strict=True))
    return [urlunsplit(parts._replace(query=urlencode({k: v for k, v in one.items() if v}))) for one in each]
