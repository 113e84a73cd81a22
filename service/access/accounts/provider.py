"""An OpenID provider: where agents are sent, and what it says of the one who comes back.

OpenID Connect Core 1.0, section 3.1 (authorization code), with PKCE (RFC 7636). A token is believed only if one of the
provider's own keys signed it by an asymmetric algorithm, for this client, this sign-in and this time.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from msgspec import Struct

from service.errors import PeerUnavailable, SignInRefused
from service.settings.model import Settings

Answer = TypeVar("Answer")

CALLBACK_PATH = "/signin/provider"
"""The page of the console to which the provider sends the agent back; it is registered there."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_LEEWAY_S = 60
"""How far the two clocks may be apart."""
_TIMEOUT_S = 4.0
"""All that is asked of the provider for one request of ours, which itself may take 5 s."""
_METADATA_FOR = timedelta(minutes=10)


class Discovery(Struct, frozen=True, kw_only=True):
    """What a provider publishes of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class TokenAnswer(Struct, frozen=True, kw_only=True):
    """What the provider gives for a code."""

    id_token: str
    access_token: str = ""


class OpenIdProvider:
    """The provider of the settings."""

    def __init__(self, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._scopes = settings.oidc_scopes
        self._callback_url = settings.public_url.rstrip("/") + CALLBACK_PATH
        self._transport = transport
        self._discovery: tuple[Discovery, datetime] | None = None

    async def authorization_url(self, *, state: str, nonce: str, verifier: str, now: datetime) -> str:
        """Where the agent signs in. PeerUnavailable while the provider does not answer."""
        discovery = await self._discover(now)
        url: str = prepare_grant_uri(
            discovery.authorization_endpoint,
            self._client_id,
            "code",
            self._callback_url,
            self._scopes,
            state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return url

    async def fetch_claims(self, code: str, *, nonce: str, verifier: str, now: datetime) -> Mapping[str, Any]:
        """What the provider says of the agent who came back with this code.

        SignInRefused if the code is not taken or the token not to be believed; PeerUnavailable.
        """
        discovery = await self._discover(now)
        given = await self._exchange(discovery, code, verifier)
        keys = await self._ask(dict[str, Any], "GET", discovery.jwks_uri)
        try:
            token = jwt.decode(
                given.id_token,
                jwk.KeySet.import_key_set(keys),  # type: ignore[arg-type]  # joserfc looks at what it is
                registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
            )
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={name: {"essential": True, "value": value} for name, value in self._addressed().items()},
                params={"nonce": nonce, "client_id": self._client_id, "access_token": given.access_token},
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInRefused("What the provider says of this sign-in cannot be believed.") from error
        return dict(token.claims)

    def _addressed(self) -> dict[str, str]:
        return {"iss": self.issuer, "aud": self._client_id}

    async def _discover(self, now: datetime) -> Discovery:
        if self._discovery is None or now >= self._discovery[1]:
            address = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
            discovery = await self._ask(Discovery, "GET", address)
            if discovery.issuer != self.issuer:
                raise PeerUnavailable("The provider calls itself by another name than ASKONCE_OIDC_ISSUER.")
            self._discovery = discovery, now + _METADATA_FOR
        return self._discovery[0]

    async def _exchange(self, discovery: Discovery, code: str, verifier: str) -> TokenAnswer:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback_url,
            "code_verifier": verifier,
        }
        if self._secret and "client_secret_basic" in discovery.token_endpoint_auth_methods_supported:
            basic = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
            return await self._ask(TokenAnswer, "POST", discovery.token_endpoint, data=form, auth=basic)
        form |= {"client_id": self._client_id} | ({"client_secret": self._secret} if self._secret else {})
        return await self._ask(TokenAnswer, "POST", discovery.token_endpoint, data=form)

    async def _ask(self, kind: type[Answer], method: str, url: str, **options: Any) -> Answer:
        """The provider's answer. SignInRefused if it refuses, PeerUnavailable if there is none that can be read."""
        try:
            async with (
                asyncio.timeout(_TIMEOUT_S),
                httpx.AsyncClient(transport=self._transport, timeout=_TIMEOUT_S) as http,
            ):
                answer = await http.request(method, url, **options)
            if answer.is_client_error and method == "POST":
                raise SignInRefused("The provider refuses this sign-in.")
            return msgspec.json.decode(answer.raise_for_status().content, type=kind)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise PeerUnavailable("The provider by which agents sign in does not answer as it should.") from error
