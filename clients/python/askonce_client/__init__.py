"""Client of askonce: every operation, typed, with or without asyncio.

from askonce_client import Client, shapes

with Client("http://127.0.0.1:8080", key) as askonce:
    email = shapes.IdentityClaim(kind=shapes.IdentityKind.EMAIL, value="a@b.example")
    found = askonce.look_up_context(shapes.LookupRequest(identity=email))
"""

from askonce_client.client import AsyncClient, Client
from askonce_client.events import Event, WebhookVerificationError, read_webhook
from askonce_client.pages import every, every_async
from askonce_client.problems import AskonceError
from askonce_client.transport import Retries

__all__ = [
    "AskonceError",
    "AsyncClient",
    "Client",
    "Event",
    "Retries",
    "WebhookVerificationError",
    "every",
    "every_async",
    "read_webhook",
]
