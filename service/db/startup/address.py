"""The address of a PostgreSQL as libpq's users write it: what asyncpg takes of it, and why one cannot be used.

The options are those of libpq (PostgreSQL's manual, "Parameter Key Words"). One that means the same here is kept; one
without effect here, such as `gssencmode=prefer`, is left away; the others are refused rather than sent to the server
as if they were settings of it.
"""

import os
import re
import ssl
from collections.abc import Iterator
from urllib.parse import SplitResult, quote, unquote, urlencode, urlsplit, urlunsplit

from msgspec import Struct

from service.errors import ConfigurationError

EXAMPLE = "postgresql://user:password@host/askonce"
_SCHEMES = {"postgresql", "postgres"}
_REDIS_SCHEMES = {"redis", "rediss", "valkey", "valkeys", "unix"}
_HIGHEST_PORT = 65_535
_ENCODING = (
    "write special characters of the user and the password percent-encoded: %40 for @, %3A for :, %2F for /, %23 for "
    "#, %3F for ?, %5B for [ and %25 for %"
)
_WRITERS = {"any", "read-write", "primary", "prefer-standby"}
"""Values of target_session_attrs by which a server that takes writes may be found, which is what is looked for."""
_WITHOUT_EFFECT = {
    "channel_binding": {"disable", "prefer"},
    "client_encoding": {"utf8", "utf-8", "unicode", "auto"},
    "fallback_application_name": None,
    "gssencmode": {"disable", "prefer"},
    "load_balance_hosts": {"disable"},
    "sslcompression": {"0"},
    "sslsni": {"1"},
    "target_session_attrs": _WRITERS,
}
"""Options that change nothing here, and the values for which that is so; None for every value."""
_UNSUPPORTED = "leave it away, since it is not supported here"
_HANGING = "leave it away, since askonce itself gives a connection up on which nothing comes for three seconds"
_POOL = "leave it away, since ASKONCE_DATABASE_CONNECTIONS says how many connections a process has"
_SCHEMA = "write options=-csearch_path%3DNAME in its place"
_ADVICE = {
    "client_encoding": "leave it away, since it is UTF8 here",
    "connection_limit": _POOL,
    "currentSchema": _SCHEMA,
    "hostaddr": "write the address in the place of the host",
    "keepalives": _HANGING,
    "keepalives_count": _HANGING,
    "keepalives_idle": _HANGING,
    "keepalives_interval": _HANGING,
    "load_balance_hosts": "leave it away, since of several servers the one that takes writes is found",
    "max_connections": _POOL,
    "pgbouncer": "leave it away, and set ASKONCE_DATABASE_DIRECT_URL to the address without the pooler",
    "pool_size": _POOL,
    "replication": _UNSUPPORTED,
    "require_auth": _UNSUPPORTED,
    "requirepeer": _UNSUPPORTED,
    "schema": _SCHEMA,
    "ssl": "write sslmode=require in its place",
    "sslcertmode": _UNSUPPORTED,
    "target_session_attrs": "leave it away, since askonce needs the server that takes writes, and finds it",
    "tcp_user_timeout": _HANGING,
}
_DATABASE_OPTIONS = ("dbname", "database", "service")


class DatabaseAddress(Struct, frozen=True, kw_only=True):
    """What an address says: `url` for asyncpg, and what that does not know."""

    url: str
    application_name: str | None = None
    connect_timeout_s: float | None = None
    """The most that a connection to one server may take; None for no limit beyond ours."""


def read_address(text: str, variable: str = "ASKONCE_DATABASE_URL") -> DatabaseAddress:
    """What the address says. ConfigurationError says what to write instead, without the password."""
    url = text.strip()
    if mistake := _scheme_mistake(url):
        raise _refusal(variable, mistake)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _refusal(variable, _ENCODING) from error
    if mistake := _place_mistake(url, parts):
        raise _refusal(variable, mistake)
    options = dict(_fields(parts.query))
    if mistake := _options_mistake(options) or _database_mistake(parts, options):
        raise _refusal(variable, mistake)
    kept = {name: value for name, value in options.items() if name not in _WITHOUT_EFFECT}
    seconds = int(kept.pop("connect_timeout", "0"))
    application_name = kept.pop("application_name", None)
    if kept.get("sslrootcert") == "system":
        kept["sslrootcert"] = str(ssl.get_default_verify_paths().cafile)
    return DatabaseAddress(
        url=urlunsplit(parts._replace(query=urlencode(kept, safe="/,", quote_via=quote))),
        application_name=application_name,
        connect_timeout_s=seconds if seconds > 0 else None,
    )


def _refusal(variable: str, why: str) -> ConfigurationError:
    return ConfigurationError(f"{variable} cannot be used: {why}. It is written as in {EXAMPLE}.")


def _scheme_mistake(url: str) -> str:
    """What to write in place of what stands before ://; empty if that is right."""
    scheme, separator, _ = url.partition("://")
    scheme = scheme.lower()
    if not separator:
        fields = re.match(r"\w+\s*=", url)
        return "write it as one address, not as name=value" if fields else "write postgresql:// before it"
    if scheme in _SCHEMES:
        return ""
    if scheme.partition("+")[0] in _REDIS_SCHEMES:
        return "it is that of a Redis, which belongs into ASKONCE_REDIS_URL"
    if scheme.startswith("jdbc:"):
        return "write postgresql:// without jdbc:, and the user and the password before the host"
    return f"write postgresql:// in place of {scheme}://" if re.fullmatch(r"[a-z0-9+.-]+", scheme) else _ENCODING


def _place_mistake(url: str, parts: SplitResult) -> str:
    """What is wrong with the account, the hosts or the ports; empty if nothing is."""
    account, _, hosts = parts.netloc.rpartition("@")
    stray = any("@" in field and "=" not in field.partition("@")[0] for field in parts.query.split("&"))
    if "@" in account or "#" in url or "@" in parts.path or stray:
        return _ENCODING
    ports = [host.rpartition(":")[2] for host in hosts.split(",") if ":" in host.rpartition("]")[2]]
    ports += dict(_fields(parts.query)).get("port", "").split(",")
    if not all(_is_port(port) for port in ports):
        return f"a port is a number from 1 to {_HIGHEST_PORT}"
    return ""


def _is_port(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal() and 0 < int(text) <= _HIGHEST_PORT)


def _fields(query: str) -> Iterator[tuple[str, str]]:
    """The options by name that are not left empty; a + is a plus, as libpq reads it, but for the blank before -c."""
    for field in filter(None, query.split("&")):
        name, separator, value = field.partition("=")
        if value or not separator:
            yield unquote(name), unquote(value.replace("+", " ") if name == "options" else value)


def _options_mistake(options: dict[str, str]) -> str:
    for name, value in options.items():
        if not value:
            return f"{_shown(name)} has no value: write it as in sslmode=require, or leave it away"
        allowed = _WITHOUT_EFFECT.get(name, ())
        if allowed is None or value.lower() in allowed:
            continue
        if name in _ADVICE or name in _WITHOUT_EFFECT:
            return f"{name}={_shown(value)} means nothing here; {_ADVICE.get(name, _UNSUPPORTED)}"
        if name == "connect_timeout" and not re.fullmatch(r"-?\d{1,9}", value):
            return "connect_timeout is a whole number of seconds"
    return _system_mistake(options) if options.get("sslrootcert") == "system" else ""


def _system_mistake(options: dict[str, str]) -> str:
    """Why the system's certificates cannot be used, by the rules of libpq."""
    if options.get("sslmode") != "verify-full":
        return "sslrootcert=system asks for sslmode=verify-full"
    if ssl.get_default_verify_paths().cafile is None:
        return "this system has no file of certificates: name one in place of sslrootcert=system"
    return ""


def _database_mistake(parts: SplitResult, options: dict[str, str]) -> str:
    """Say so if no database is named: libpq would take the one named like the user, which is seldom meant."""
    if parts.path.strip("/") or "PGDATABASE" in os.environ or any(name in options for name in _DATABASE_OPTIONS):
        return ""
    return "it names no database: write its name behind the host, as in /askonce"


def _shown(text: str) -> str:
    """A word of the address, unless it may be a part of a password."""
    return text if re.fullmatch(r"[\w.-]{1,40}", text) else "…"
