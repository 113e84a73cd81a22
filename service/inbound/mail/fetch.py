"""Fetches a mail that its vendor only announces, from addresses of the public internet alone."""

from collections.abc import Awaitable, Callable

import httpx

from service.channels.email.resend import raw_mail_url
from service.errors import PeerUnavailable, WebhookAddressRefused
from service.events.transport import CheckedTransport, Resolve
from service.model.mail import Mail, MailAtVendor

TIMEOUT_S = 2.0
"""For each of the two requests: both fit into the time of the delivery that they belong to."""
_MAX_BODY_BYTES = 32 * 1024 * 1024

FetchMail = Callable[[MailAtVendor], Awaitable[Mail]]


def transport_factory(resolve: Resolve, *, allow_private: bool) -> Callable[[], httpx.AsyncBaseTransport]:
    """Makes what a fetch connects by."""
    return lambda: CheckedTransport(resolve, httpx.AsyncHTTPTransport(), allow_private=allow_private)


class MailFetcher:
    """Asks the vendor where the mail is, then takes it from there; follows no redirect."""

    def __init__(self, transport: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._transport = transport

    async def fetch_mail(self, mail: MailAtVendor) -> Mail:
        """The mail. PeerUnavailable if the vendor does not send it now; it announces the mail again later."""
        try:
            async with httpx.AsyncClient(transport=self._transport(), timeout=TIMEOUT_S, trust_env=False) as client:
                metadata = await _read_body(client, mail.url, {"authorization": f"Bearer {mail.api_key}"})
                raw = await _read_body(client, raw_mail_url(metadata), {})
        except (httpx.HTTPError, WebhookAddressRefused, OSError) as error:
            raise PeerUnavailable(f"The mail could not be fetched: {type(error).__name__}.") from error
        return Mail(raw=raw, received_at=mail.received_at, envelope=mail.envelope)


async def _read_body(client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> bytes:
    """The body of an answer, of which at most 32 MB are read."""
    pieces, size = [], 0
    async with client.stream("GET", url, headers=headers) as response:
        response.raise_for_status()
        async for piece in response.aiter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > _MAX_BODY_BYTES:
                raise PeerUnavailable("The mail is larger than any that is taken.")
    return b"".join(pieces)
