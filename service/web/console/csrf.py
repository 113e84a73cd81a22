"""Whether a request that changes something comes from a page of this very console and session.

Two proofs are asked for. The browser says that one of our own pages sends the request: Origin, or Sec-Fetch-Site where
a browser sends no Origin. And the sender knows the session's token, which only our pages can read. Litestar's own token
is bound to no session: a token that an attacker was given works for everyone.
"""

import hmac
from collections.abc import Mapping
from hmac import compare_digest
from secrets import token_hex
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADER = "x-csrf-token"  # noqa: S105 (its name)
TOKEN_FIELD = "csrf_token"  # noqa: S105 (its name)
_SALT_BYTES = 8


def is_from_our_page(headers: Mapping[str, str], public_url: str) -> bool:
    """Whether the browser says that a page of this origin sends the request; header names are in lower case.

    This origin is `public_url` if the deployment says it, else the request's own Host, whatever the scheme: a proxy in
    front may speak TLS. A request that says nothing of where it comes from is refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        return site == "same-origin"
    given = urlsplit(origin)
    if given.scheme not in {"http", "https"} or not given.netloc:
        return False
    if public_url:
        ours = urlsplit(public_url)
        if (given.scheme, given.netloc) == (ours.scheme, ours.netloc):
            return True
    return given.netloc.lower() == headers.get("host", "").lower()


def names_no_page(headers: Mapping[str, str]) -> bool:
    """Whether the browser says nothing of the page that sends the request; header names are in lower case."""
    return "origin" not in headers and "sec-fetch-site" not in headers


def fresh_token(session_token: str) -> str:
    """The session's token as one answer carries it: another text each time, so that no size of answers tells it."""
    salt = token_hex(_SALT_BYTES)
    return salt + _proof(session_token, salt)


def is_token_of(session_token: str, given: str | None) -> bool:
    """Whether the token of the request is one of the session's."""
    given = given or ""
    salt, proof = given[: 2 * _SALT_BYTES], given[2 * _SALT_BYTES :]
    return bool(session_token) and compare_digest(_proof(session_token, salt).encode(), proof.encode())


def _proof(session_token: str, salt: str) -> str:
    return hmac.digest(session_token.encode(), salt.encode(), "sha256").hex()
