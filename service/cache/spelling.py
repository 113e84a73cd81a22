"""What is misspelt in an address of Redis that a parser would take, or would only call wrong."""

import re
from urllib.parse import parse_qsl, urlsplit

from service.cache.hosts import EXAMPLES
from service.errors import ConfigurationError

_SERVERS = {"redis", "rediss"}
_OPTIONS = {"db", "username", "password", "sentinel_user", "sentinel_password"}
_ADVICE = {"ssl": "write rediss:// in place of redis://", "tls": "write rediss:// in place of redis://"}


def check_spelling(url: str) -> None:
    """ConfigurationError if the scheme, the number of the database or an option is not what it was meant to be.

    What comes of it unnoticed otherwise: another host, another database, or a connection without TLS.
    """
    if mistake := _scheme_mistake(url) or _place_mistake(url):
        raise ConfigurationError(f"ASKONCE_REDIS_URL cannot be used: {mistake}. It is written as in {EXAMPLES['']}.")


def _scheme_mistake(url: str) -> str:
    scheme, separator, _ = url.strip().partition("://")
    scheme = scheme.lower()
    if not separator:
        if re.match(r"/[^/]", url.strip()):
            return "write unix:// before the path of a socket"
        return "" if scheme.startswith("unix:/") else "write redis:// before the host, or rediss:// for TLS"
    if scheme.partition("+")[0] in {"postgres", "postgresql"}:
        return "it is that of a PostgreSQL, which belongs into ASKONCE_DATABASE_URL"
    if scheme in {"valkey", "valkeys", "tcp", "tls"}:
        return "write redis:// in its place, or rediss:// for TLS, which Valkey speaks as well"
    return ""


def _place_mistake(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # the parser says so
        return ""
    if parts.scheme in _SERVERS and "," in parts.netloc.rpartition("@")[2]:
        return f"several servers are named as in {EXAMPLES['+cluster']} or {EXAMPLES['+sentinel']}"
    if parts.scheme in _SERVERS and "@" not in parts.path and not re.fullmatch(r"/?|/\d{1,9}", parts.path):
        return "what follows the host is the number of a database, such as /0"
    if "@" in parts.path + parts.query + parts.fragment and "@" not in parts.netloc:
        return ""  # a password with special characters: the parser says what to write
    if any("@" in field and "=" not in field.partition("@")[0] for field in parts.query.split("&")):
        return "write special characters of the user and the password percent-encoded, such as %40 for @ and %3F for ?"
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in _OPTIONS and not name.startswith("ssl_"):
            shown = name if re.fullmatch(r"[\w.-]{1,40}", name) else "an option"
            return f"{shown} means nothing here; {_ADVICE.get(name, 'leave it away')}"
        if name == "db" and not value.isdecimal():
            return "db is the number of a database"
    return ""
