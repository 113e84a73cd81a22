"""Sign-in by OpenID Connect: an agent is who the provider says, and has the role and queues that its claims lead to.

`state`, `nonce` and the code's verifier are told from one random text, the pre-session, which only the browser that
began holds, in a cookie. So an answer of the provider is worth nothing in another browser, and nothing is stored
before.
"""

import base64
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from msgspec import Struct

from service.access.accounts.accounts import change_account, create_account
from service.access.accounts.model import OpenedSession
from service.access.accounts.provider import OpenIdProvider
from service.access.accounts.sessions import Sessions
from service.access.keys import hash_key
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import SignInRefused
from service.model.clock import Clock
from service.model.vocabulary import AgentRole
from service.settings.model import Settings

SQL = Statements("service.access.accounts", "oidc")
log = structlog.get_logger()

PRE_SESSION_S = 600
"""How long the cookie of a pre-session lives."""
_NAME_CLAIMS = ("preferred_username", "email", "sub")


class BegunSignIn(Struct, frozen=True, kw_only=True):
    """Where the browser goes next, and what it keeps in an HttpOnly cookie of this site (SameSite=Lax) meanwhile."""

    url: str
    pre_session: str


class OpenIdSignIn:
    """Sign-in by the provider of the settings."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        sessions: Sessions,
        *,
        provider: OpenIdProvider | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sessions = sessions
        self._provider = provider or OpenIdProvider(settings)
        self._role_claim = settings.oidc_role_claim
        self._roles = {group: AgentRole(role) for group, role in parse_mapping(settings.oidc_roles).items()}
        self._queue_claim = settings.oidc_queue_claim
        self._queues = parse_mapping(settings.oidc_queues)

    async def begin(self) -> BegunSignIn:
        """Send a browser to the provider. PeerUnavailable."""
        pre_session = secrets.token_urlsafe(32)
        url = await self._provider.authorization_url(
            state=_derive(pre_session, "state"),
            nonce=_derive(pre_session, "nonce"),
            verifier=_derive(pre_session, "verifier"),
            now=self._clock.now(),
        )
        return BegunSignIn(url=url, pre_session=pre_session)

    async def finish(self, query: Mapping[str, str], pre_session: str) -> OpenedSession:
        """A new session for who comes back from the provider with this query, in the browser of the pre-session, once.

        SignInRefused; Conflict if the name is another agent's; PeerUnavailable.
        """
        state = query.get("state", "").encode("utf-8", "surrogatepass")
        if not pre_session or not hmac.compare_digest(state, _derive(pre_session, "state").encode()):
            raise SignInRefused("This browser did not begin the sign-in, or too long ago: begin once more.")
        if query.get("iss", self._provider.issuer) != self._provider.issuer or not query.get("code"):
            raise SignInRefused("The provider did not sign you in.")
        now = self._clock.now()
        nonce, verifier = _derive(pre_session, "nonce"), _derive(pre_session, "verifier")
        claims = await self._provider.fetch_claims(query["code"], nonce=nonce, verifier=verifier, now=now)
        async with self._database.transaction() as connection:
            if not await connection.fetchval(SQL.use_pre_session, hash_key(pre_session.encode()), now):
                raise SignInRefused("This sign-in was used already: begin once more.")
            opened = await self._sessions.open(connection, await self._account_of(connection, claims, now))
            if opened is None:
                raise SignInRefused("The account of this agent is disabled.")
        return opened

    async def _account_of(self, connection: Connection, claims: Mapping[str, Any], now: datetime) -> UUID:
        """The account of the claims' subject, created if there is none, with the role and queues that they lead to."""
        groups = _words_of(claims, self._role_claim)
        role = next((role for group, role in self._roles.items() if group in groups), None)
        if role is None:
            log.info("agent_without_role_refused")
            raise SignInRefused("The provider gives you no role here; an administrator can.")
        told = _words_of(claims, self._queue_claim)
        queues = [queue for group, queue in self._queues.items() if group in told] if self._queues else None
        key = (self._provider.issuer, str(claims["sub"]))
        name = await connection.fetchval(SQL.find_name, *key)
        if name is None:
            name = next(str(claims[claim]) for claim in _NAME_CLAIMS if claims.get(claim))
            return await create_account(connection, name=name, role=role, queues=queues or (), oidc=key, now=now)
        account = await change_account(connection, name, role=role, queues=queues)
        return account.account_id


def parse_mapping(text: str) -> dict[str, str]:
    """What a setting such as `Support Team=support, Leads=repairs` maps, in its order."""
    pairs = (part.rpartition("=") for part in text.split(",") if part.strip())
    return {group.strip(): value.strip() for group, _, value in pairs}


def _words_of(claims: Mapping[str, Any], claim: str) -> set[str]:
    """The words of a claim, which is a list or one word; `a.b` also names b within a."""
    value: Any = claims.get(claim)
    if value is None:
        value = claims
        for part in claim.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    words = [value] if isinstance(value, str) else value
    return {word for word in words if isinstance(word, str)} if isinstance(words, list) else set()


def _derive(pre_session: str, purpose: str) -> str:
    """A text of 43 characters that is random to those who do not know the pre-session."""
    digest = hmac.digest(pre_session.encode("utf-8", "surrogatepass"), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
