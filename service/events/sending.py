"""One try to send an event: CloudEvents 1.0 in JSON, signed as Standard Webhooks ask, and how it ended.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version

import httpx
from standardwebhooks import Webhook as Signer

from service.errors import SecretUnreadable, WebhookAddressRefused
from service.events.deliveries import DueDelivery
from service.events.payload import CLOUD_EVENT_MEDIA_TYPE, cloud_event_json
from service.events.retries import DELIVERED, UNSIGNED, TryOutcome, outcome_of_status
from service.events.transport import CheckedTransport, Resolve
from service.sealing.keys import open_secrets
from service.telemetry import tracing

TRY_TIMEOUT_S = 10.0
"""A whole try: resolving, connecting, sending and reading the answer."""
MAX_READ_BYTES = 16_384
"""How much of an answer is read: enough for the receiver to end it in peace, and nothing of it is kept."""
_USER_AGENT = f"askonce/{version('askonce')}"


def webhook_client(resolve: Resolve, *, allow_private: bool) -> httpx.AsyncClient:
    """A client for webhooks: no redirects, no proxies, a new connection to a checked address each time."""
    inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None, max_keepalive_connections=0))
    return httpx.AsyncClient(
        transport=CheckedTransport(resolve, inner, allow_private=allow_private),
        headers={"user-agent": _USER_AGENT},
        follow_redirects=False,
        trust_env=False,
        timeout=TRY_TIMEOUT_S,
    )


async def send_delivery(client: httpx.AsyncClient, delivery: DueDelivery, *, source: str, now: datetime) -> TryOutcome:
    """How sending a letter ended, whatever went wrong; what its receiver may not hear of any more has arrived."""
    if not delivery.event_filter.matches(delivery.event):
        return DELIVERED
    body = cloud_event_json(delivery.event, source=source)
    message_id = str(delivery.event.event_id)
    try:
        headers = signed_headers(
            body, message_id=message_id, secrets=delivery.secrets, content_type=CLOUD_EVENT_MEDIA_TYPE, now=now
        )
    except SecretUnreadable:
        return UNSIGNED
    if not delivery.traceparent:
        return await post_message(client, delivery.url, body, headers, now=now)
    with tracing.span("webhook", kind="client", parent=delivery.traceparent, webhook=delivery.webhook) as span:
        headers["traceparent"] = span.traceparent or delivery.traceparent
        outcome = await post_message(client, delivery.url, body, headers, now=now)
        if outcome.failure:
            span.fail(outcome.failure)
    return outcome


async def post_message(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str], *, now: datetime
) -> TryOutcome:
    """How one POST ended, whatever went wrong."""
    outcome = None
    try:
        async with (
            asyncio.timeout(TRY_TIMEOUT_S),
            client.stream("POST", url, content=body, headers=headers) as response,
        ):
            outcome = outcome_of_status(response.status_code, response.headers.get("retry-after"), now)
            await _drain_response(response)
    except (TimeoutError, httpx.TimeoutException):
        return outcome or TryOutcome(failure="no answer in time")
    except WebhookAddressRefused:
        return TryOutcome(failure="the address is not public")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return outcome or TryOutcome(failure="no connection")
    return outcome


def signed_headers(
    body: bytes, *, message_id: str, secrets: Sequence[str], content_type: str, now: datetime
) -> dict[str, str]:
    """The headers of a message: its id, which is the same in every try, its time and a signature by each stored secret.

    SecretUnreadable if none of the secrets can be opened.
    """
    return {
        "content-type": content_type,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(
            Signer(one).sign(message_id, now, body.decode()) for one in open_secrets(secrets)
        ),
    }


async def _drain_response(response: httpx.Response) -> None:
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read >= MAX_READ_BYTES:
            return
