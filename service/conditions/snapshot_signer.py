"""The seal of an offline snapshot: signed so that nobody can change it, hashed so that nobody can read who is in it.

Both keys come from the till's own API key, which the till has and askonce stores only as a hash: there is no further
secret to keep or to change, a snapshot that is stolen without the key is a list of random numbers and initials, and no
till can make a snapshot for another one. docs/channels/store.md describes the scheme for programmers of tills.
"""

import base64
import hmac
from collections.abc import Callable

from jwt import PyJWS

from service.model.vocabulary import IdentityKind

SIGNATURE_ALGORITHM = "HS256"
JWS_TYPE = "askonce-offline+jwt"
_HASH_BYTES = 16
_jws = PyJWS(algorithms=[SIGNATURE_ALGORITHM])


class SnapshotSigner:
    """What makes the snapshots of one till; `api_key` is the key in its text, `key_id` its id."""

    def __init__(self, api_key: str, key_id: str) -> None:
        self._secret = api_key.encode()
        self._key_id = key_id

    def sign(self, payload: bytes) -> str:
        """The payload as a JWS in compact form (RFC 7515)."""
        key = _derive_key(self._secret, "askonce offline signature")
        return _jws.encode(payload, key, algorithm=SIGNATURE_ALGORITHM, headers={"typ": JWS_TYPE, "kid": self._key_id})

    def identity_hasher(self, salt: str) -> Callable[[IdentityKind, str], str]:
        """A function that hashes a canonical identity for the snapshot with this salt."""
        key = _derive_key(self._secret, f"askonce offline identities {salt}")

        def hash_of(kind: IdentityKind, value: str) -> str:
            digest = hmac.digest(key, f"{kind}:{value}".encode(), "sha256")
            return base64.urlsafe_b64encode(digest[:_HASH_BYTES]).rstrip(b"=").decode()

        return hash_of


def _derive_key(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose alone: HMAC-SHA256 of the purpose under the secret."""
    return hmac.digest(secret, purpose.encode(), "sha256")
