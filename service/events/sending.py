"""One try to send an event: CloudEvents 1.0 in JSON, signed as Standard Webhooks ask, and how it ended.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import asyncio
from datetime import datetime
from importlib.metadata import version

import httpx
from standardwebhooks import Webhook as Signer

from service.errors import WebhookAddressRefused
from service.events.deliveries import Letter
from service.events.payload import CLOUD_EVENT, cloud_event
from service.events.retries import ARRIVED, Outcome, judged
from service.events.transport import CheckedTransport, Resolve

TIMEOUT_S = 10.0
"""A whole try: resolving, connecting, sending and reading the answer."""
READ_BYTES = 16_384
"""How much of an answer is read: enough for the receiver to end it in peace, and nothing of it is kept."""
_AGENT = f"askonce/{version('askonce')}"


def client(resolve: Resolve, *, allow_private: bool) -> httpx.AsyncClient:
    """A client for webhooks: no redirects, no proxies, a new connection to a checked address each time."""
    inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None, max_keepalive_connections=0))
    return httpx.AsyncClient(
        transport=CheckedTransport(resolve, inner, allow_private=allow_private),
        headers={"user-agent": _AGENT},
        follow_redirects=False,
        trust_env=False,
        timeout=TIMEOUT_S,
    )


async def send(sender: httpx.AsyncClient, letter: Letter, *, source: str, now: datetime) -> Outcome:
    """How sending a letter ended, whatever went wrong; what its receiver may not hear of any more has arrived."""
    if not letter.receiver.hears(letter.event):
        return ARRIVED
    body = cloud_event(letter.event, source=source)
    outcome = None
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            sender.stream("POST", letter.url, content=body, headers=_headers(letter, body, now)) as answer,
        ):
            outcome = judged(answer.status_code, answer.headers.get("retry-after"), now)
            await _read_a_little(answer)
    except (TimeoutError, httpx.TimeoutException):
        return outcome or Outcome(failure="no answer in time")
    except WebhookAddressRefused:
        return Outcome(failure="the address is not public")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return outcome or Outcome(failure="no connection")
    return outcome


def _headers(letter: Letter, body: bytes, now: datetime) -> dict[str, str]:
    """The message's id, time and signature; the id is the same in every try."""
    message_id = str(letter.event.event_id)
    return {
        "content-type": CLOUD_EVENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(letter.secret).sign(message_id, now, body.decode()),
    }


async def _read_a_little(answer: httpx.Response) -> None:
    read = 0
    async for chunk in answer.aiter_raw():
        read += len(chunk)
        if read >= READ_BYTES:
            return
