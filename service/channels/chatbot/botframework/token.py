"""The proof that an activity is the connector's: a token signed with one of its keys, or a secret that both know.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from service.channels import lenient
from service.channels.base import AdapterSettings, ChannelAccount, Delivery, same_secret
from service.errors import ConfigurationError, DeliveryRefused, InvalidInput
from service.handoff.model import QueueName
from service.model.decode import decode_json
from service.model.vocabulary import IdentityKind

if TYPE_CHECKING:
    from jwt.types import Options

_CLOCKS_DIFFER = timedelta(minutes=5)
_ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384"]
_OPTIONS: "Options" = {"require": ["exp"], "verify_exp": False, "verify_nbf": False, "verify_iat": False}
"""The library reads the clock; a delivery is judged by the moment it came."""


class BotFrameworkSettings(AdapterSettings, frozen=True, kw_only=True):
    """What can be set for a bot; the door's secret is a bearer token that is taken beside the connector's."""

    queue: QueueName = "support"
    """Where handoffs go to."""
    queues: dict[str, QueueName] = field(default_factory=dict)
    """Skill that the bot asks for -> the queue, where it is another one."""
    facts: dict[str, str] = field(default_factory=dict)
    """Name in the handoff's value -> the fact it is, empty for none; others are facts of their own name."""
    identities: dict[str, IdentityKind] = field(default_factory=dict)
    """Name in the handoff's value -> the kind of identity it is."""
    jwks: dict[str, Any] | None = None
    """The connector's public keys, as its JWKS has them; without them only the secret is taken."""
    issuer: str = "https://api.botframework.com"
    audience: str = ""
    """The app id of the bot, for which the connector's tokens are."""
    status_url: str = ""
    """Where the bot hears what became of a handoff; unset, at the conversation's service URL."""

    def __post_init__(self) -> None:
        """Refuse keys without the bot they speak to: anybody's bot would be let in."""
        if self.jwks is not None and not self.audience:
            raise ValueError("`jwks` needs `audience`, the app id of the bot")


class _Addressed(Struct, frozen=True, kw_only=True, rename="camel"):
    """Of an activity, what its token speaks of."""

    service_url: Any = None


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """DeliveryRefused unless the bearer token is the secret or one that the connector has signed for this bot."""
    scheme, _, token = delivery.header("authorization").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise DeliveryRefused
    if same_secret(token.strip(), account.secret):
        return
    settings: BotFrameworkSettings = account.settings
    if settings.jwks is None:
        raise DeliveryRefused
    claims = _claims(token.strip(), settings)
    if not _is_fresh(claims, delivery.received_at) or not _is_for(claims, delivery.raw):
        raise DeliveryRefused


def _claims(token: str, settings: BotFrameworkSettings) -> dict[str, Any]:
    """The claims of a token, after its signature, issuer and audience were checked."""
    import jwt  # with its cryptography it takes 0.05 s, and most have no bot of this kind

    try:
        key = jwt.PyJWK.from_dict(_key(jwt.get_unverified_header(token).get("kid"), settings.jwks))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            issuer=settings.issuer,
            audience=settings.audience,
            options=_OPTIONS,
        )
    except jwt.exceptions.MissingCryptographyError as error:
        raise ConfigurationError("Install askonce[botframework]: the connector's tokens need it.") from error
    except jwt.PyJWTError:
        raise DeliveryRefused from None
    return claims


def _key(key_id: object, jwks: object) -> dict[str, Any]:
    keys = lenient.dig(jwks, "keys")
    for key in keys if isinstance(keys, list) else ():
        if key_id is not None and lenient.dig(key, "kid") == key_id:
            return dict(key)
    raise DeliveryRefused


def _is_fresh(claims: dict[str, Any], at: datetime) -> bool:
    """Whether a token holds at this moment, by clocks that differ a little."""
    now, leeway = at.timestamp(), _CLOCKS_DIFFER.total_seconds()
    ends, begins = claims["exp"], claims.get("nbf", 0)
    numbers = isinstance(ends, int | float) and isinstance(begins, int | float)
    return numbers and begins - leeway <= now <= ends + leeway


def _is_for(claims: dict[str, Any], raw: bytes) -> bool:
    """Whether the activity has the service URL that its token was made for, if it was made for one."""
    stated = claims.get("serviceurl")
    try:
        return stated is None or stated == decode_json(raw, _Addressed).service_url
    except InvalidInput:
        return False
