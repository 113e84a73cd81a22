"""The token of a link to a card: a JWT (RFC 7519) that a desk's server signs by its own secret with HS256."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from msgspec import Meta, Struct

from service.model.interaction import IdentityClaim
from service.settings.model import Settings

LONGEST = timedelta(minutes=5)
"""How long a token may be good."""
CLOCKS_APART = timedelta(seconds=30)
_MAX_CHARS = 4096
_ALGORITHM = "HS256"


class TokenFault(StrEnum):
    """Why a token opens no card."""

    SIGNATURE = "signature"
    CLAIMS = "claims"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    TOO_LONG = "too_long"
    USED = "used"
    AGENT = "agent"
    CUSTOMER = "customer"


class CardClaims(Struct, frozen=True, kw_only=True):
    """What a token says: who looks at whom. Exactly one of the last three names the customer."""

    iss: str
    aud: str | list[str]
    sub: Annotated[str, Meta(min_length=1, max_length=200)]
    """The agent's name."""
    exp: Annotated[float, Meta(ge=0, le=253_402_300_000)]
    jti: Annotated[str, Meta(min_length=16, max_length=200)]
    customer_id: UUID | None = None
    identity: IdentityClaim | None = None
    conversation_id: UUID | None = None


def read_token(token: str, settings: Settings, now: datetime) -> CardClaims | TokenFault:
    """The claims of a token that one of its desk's secrets signed, for this service and this time."""
    given = next((one for one in (_verified(token, *secret) for secret in _secrets(settings)) if one), None)
    if given is None:
        return TokenFault.SIGNATURE
    try:
        claims = msgspec.convert(given, CardClaims)
    except msgspec.ValidationError:
        return TokenFault.CLAIMS
    if [claims.customer_id, claims.identity, claims.conversation_id].count(None) != 2:  # noqa: PLR2004 (one of three)
        return TokenFault.CLAIMS
    return _fault_of(claims, settings.public_url, now) or claims


def _secrets(settings: Settings) -> list[tuple[str, str]]:
    """The desks with their secrets; a desk that is not listed opens nothing."""
    pairs = [one.partition("=") for one in settings.embed_secrets.split()]
    return [(desk, secret) for desk, _, secret in pairs if desk in settings.embed_origins.split()]


def _verified(token: str, desk: str, secret: str) -> dict[str, Any] | None:
    """What the token says, if it is this desk's, and signed by this secret."""
    if len(token) > _MAX_CHARS:
        return None
    try:
        claims = jwt.decode(token, OctKey.import_key(secret), algorithms=[_ALGORITHM]).claims
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    return claims if claims.get("iss") == desk else None


def _fault_of(claims: CardClaims, audience: str, now: datetime) -> TokenFault | None:
    audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if not audience or audience.rstrip("/") not in [one.rstrip("/") for one in audiences]:
        return TokenFault.AUDIENCE
    left_s = claims.exp - now.timestamp()
    if left_s <= 0:
        return TokenFault.EXPIRED
    return TokenFault.TOO_LONG if left_s > (LONGEST + CLOCKS_APART).total_seconds() else None
