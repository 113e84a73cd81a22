"""What the address of a Redis says, with the options of redis-py for TLS, and why one cannot be used."""

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import structlog

from service.cache.connection import PipelinedConnection
from service.cache.hosts import CLUSTER, EXAMPLES, SENTINEL, parse_hosts
from service.cache.slots import field_of
from service.cache.spelling import check_spelling
from service.errors import CacheUnavailable, ConfigurationError

log = structlog.get_logger()

RIGHTS = "~* +@read +@write +@scripting +@connection -@dangerous +info +role"
"""What the user of Redis must be allowed, as ACL SETUSER takes it."""
CLUSTER_RIGHTS = "+cluster|info +cluster|slots +asking"
"""What it must be allowed as well on every node of a cluster."""
_PROBE_KEY = "ctx:{rights}"
_PROBES: tuple[tuple[str | int, ...], ...] = (
    ("HSET", _PROBE_KEY, "ver", 0),
    ("PEXPIRE", _PROBE_KEY, 1000),
    ("HGET", _PROBE_KEY, "ver"),
    ("HMGET", _PROBE_KEY, "ver"),
    ("HGETALL", _PROBE_KEY),
    ("SET", _PROBE_KEY, 0, "PX", 1000),
    ("GET", _PROBE_KEY),
    ("EVAL", "return 1", 0),
    ("PING",),
    ("DEL", _PROBE_KEY),
)
_PLAIN_SOCKET = re.compile(r"unix:///[^?#]*")
_CLUSTER_PROBES: tuple[tuple[str | int, ...], ...] = (("CLUSTER", "INFO"), ("CLUSTER", "SLOTS"), ("ASKING",), ("PING",))
_REASON_BY_ANSWER = {
    "WRONGPASS": "Redis refuses the user or the password in ASKONCE_REDIS_URL",
    "NOAUTH": "Redis asks for a password: write it into ASKONCE_REDIS_URL, as in redis://user:password@host:6379/0",
    "NOPERM": f"the user in ASKONCE_REDIS_URL lacks rights: ACL SETUSER must give it {RIGHTS}; "
    f"on nodes of a cluster also {CLUSTER_RIGHTS}",
    "ERR": "Redis refuses the user, the password or the number of the database in ASKONCE_REDIS_URL",
    "LOADING": "Redis is starting",
    "REPLICA": "the server in ASKONCE_REDIS_URL is a replica: name the primary, or its Sentinels or cluster, as in "
    f"{EXAMPLES[SENTINEL]} or {EXAMPLES[CLUSTER]}",
    "CLUSTER": f"the server in ASKONCE_REDIS_URL is a node of a cluster: write {EXAMPLES[CLUSTER]}",
    "NOCLUSTER": "the server in ASKONCE_REDIS_URL is no node of a cluster, or asks for no password: write "
    f"{EXAMPLES['']}",
    "CLUSTERDOWN": "the nodes of the cluster in ASKONCE_REDIS_URL do not agree, or have no node for some slots",
    "SENTINELAUTH": "the Sentinels in ASKONCE_REDIS_URL ask for a password, or refuse it: write it as in "
    f"{EXAMPLES[SENTINEL]}?sentinel_password=secret",
    "SENTINEL": "no Sentinel in ASKONCE_REDIS_URL answers and knows the primary by the name that follows the hosts",
}


def parse_address(url: str) -> dict[str, Any]:
    """Host, port, path, user, password, database and `ssl_` options. ConfigurationError if it is no address."""
    if _PLAIN_SOCKET.fullmatch(url):
        return {"path": unquote(url.removeprefix("unix://"))}
    from redis.asyncio.connection import parse_url  # it takes 0.1 s, and embedded servers need none of it

    try:
        return dict(parse_url(url))
    except ValueError as error:  # its text may hold a part of the password
        raise ConfigurationError(
            "ASKONCE_REDIS_URL is no address like redis://user:password@host:6379/0, rediss:// (TLS) or unix://: "
            "write special characters of the password as in %2F. Several servers are named as in "
            f"{EXAMPLES[CLUSTER]} or {EXAMPLES[SENTINEL]}."
        ) from error


def tls_context(address: Mapping[str, Any]) -> ssl.SSLContext | None:
    """How the server's certificate is checked and ours is shown; None without TLS. ConfigurationError says what fails.

    Certificates are checked against `ssl_ca_certs`, else the system's, unless `ssl_cert_reqs=none`.
    """
    if "connection_class" not in address:
        return None
    from redis.asyncio.connection import SSLConnection
    from redis.exceptions import RedisError

    if address["connection_class"] is not SSLConnection:
        return None
    try:
        options = {name: value for name, value in address.items() if name.startswith("ssl_")}
        context: ssl.SSLContext = SSLConnection(**options).ssl_context.get()
    except (OSError, ValueError, TypeError, RedisError) as error:
        raise ConfigurationError(
            f"The options of TLS in ASKONCE_REDIS_URL cannot be used ({error}): correct ssl_ca_certs, ssl_certfile, "
            "ssl_keyfile, or whichever stands there."
        ) from error
    return context


def login_of(address: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The command by which the address's user becomes known to the server; none without a password."""
    password = address.get("password")
    return (("AUTH", *filter(None, (address.get("username"), password))),) if password else ()


def check_address(url: str) -> None:
    """ConfigurationError if no cache can ever be reached by this address: it is none, or a file it names is absent."""
    check_spelling(url)
    listed = parse_hosts(url)
    tls_context(parse_address(listed.url_of(*listed.hosts[0]) if listed else url))


async def confirm_rights(connection: PipelinedConnection, *, is_node: bool) -> None:
    """CacheUnavailable if the user may not send what a cache sends; other refusals, such as a full memory, may end.

    A node of a cluster tells where the probes' slot is, to a user who may send them.
    """
    probes = (*_PROBES, *_CLUSTER_PROBES) if is_node else _PROBES
    answers = await asyncio.gather(*(connection.send(*probe) for probe in probes), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, CacheUnavailable) and answer.detail == "NOPERM":
            raise answer


async def tell_of_memory(connection: PipelinedConnection) -> None:
    """Log a warning if a full server would refuse what is cached, instead of giving up what is older."""
    memory = await connection.send("INFO", "memory")
    if field_of(memory, b"maxmemory_policy") == b"noeviction" and field_of(memory, b"maxmemory") != b"0":
        log.warning("cache_evicts_nothing", remedy="CONFIG SET maxmemory-policy volatile-lru")


def reason_of(error: Exception) -> str:
    """Why a connection to Redis did not come about, in words for an operator; without values."""
    match error:
        case CacheUnavailable(detail=answer) if answer.isupper():
            return _REASON_BY_ANSWER.get(answer, f"Redis answers {answer}")
        case CacheUnavailable():
            return (
                "Redis ended the connection at once: is it a port for TLS (rediss://) or of another program such as "
                "PostgreSQL, or does it ask for a certificate (ssl_certfile, ssl_keyfile)?"
            )
        case ssl.SSLCertVerificationError(verify_message=why):
            return f"TLS refuses the certificate of Redis ({why}): set ssl_ca_certs, or correct the host's name"
        case ssl.SSLError(reason=why):
            return f"TLS fails ({why}): is it a port without TLS (redis://), or does it ask for a certificate?"
        case TimeoutError():
            return "Redis does not answer: is it the right port, with TLS for rediss:// and without for redis://?"
        case socket.gaierror():
            return "the host in ASKONCE_REDIS_URL has no address"
        case ConnectionRefusedError():
            return "nothing listens at the host and port in ASKONCE_REDIS_URL"
        case OSError(strerror=why):
            return f"the connection fails ({why})"
        case _:
            return type(error).__name__
