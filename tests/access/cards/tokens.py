"""Tokens as a desk's server signs them, and what a forger makes of them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from uuid import uuid4

import jwt

from tests.fixtures import NOW

DESK, HOST = "https://chat.example", "https://askonce.test"
KEY, NEXT_KEY = "k" * 32, "n" * 32
SECRETS = f"{DESK}={KEY} {DESK}={NEXT_KEY}"
OTHER_DESK = "https://crm.example"


def claims(**changed: object) -> dict[str, object]:
    """What a desk says of Jana and Anna; None leaves a claim out."""
    said = {
        "iss": DESK,
        "aud": HOST,
        "sub": "Jana.Koehler",
        "exp": int((NOW + timedelta(minutes=4)).timestamp()),
        "jti": str(uuid4()),
        "identity": {"kind": "email", "value": "anna.weber@example.de"},
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def signed(key: str = KEY, algorithm: str = "HS256", **changed: object) -> str:
    """The token of these claims."""
    return jwt.encode(claims(**changed), key, algorithm=algorithm)


def rewritten(token: str, part: int, **changed: object) -> str:
    """The token with something else in its header (0) or claims (1), under the same signature."""
    parts = token.split(".")
    said = json.loads(urlsafe_b64decode(parts[part] + "==")) | changed
    parts[part] = urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    return ".".join(parts)


def at(seconds: float) -> float:
    """A time of a token, so long after now."""
    return NOW.timestamp() + seconds
