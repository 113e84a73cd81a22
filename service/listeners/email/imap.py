"""The line to one mailbox over IMAP (RFC 3501): blocking calls, each to be made in a thread, one at a time.

The folder is opened with EXAMINE and mail is read with BODY.PEEK: nothing in the mailbox is changed, deleted or marked.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import IMAPClientError, LoginError  # type: ignore[import-untyped]
from msgspec import Struct

from service.channels.email.addresses import ConnectionSecurity, MailboxAddress
from service.channels.email.raw import MAX_EMAIL_BYTES
from service.errors import PeerUnavailable

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 60.0
_SEARCH_WINDOW = 5000
"""So many messages are searched at once: imaplib reads no line beyond 1 MB."""
_BODY = f"BODY.PEEK[]<0.{MAX_EMAIL_BYTES}>"


class FetchedMail(Struct, frozen=True, kw_only=True):
    """One mail of a mailbox. What is larger than a mail may be is cut there: its text stands at the beginning."""

    raw: bytes
    received_at: datetime | None


class ImapConnection:
    """An open line. Its methods raise PeerUnavailable, and then it is of no use any more."""

    def __init__(self, address: MailboxAddress, password: str) -> None:
        """Connect and log in."""
        self._folder = address.folder
        with _as_peer_unavailable(
            "The IMAP server cannot be reached, or its certificate is not trusted.", of=Exception
        ):
            self._client = IMAPClient(
                address.host,
                address.port,
                ssl=address.security is ConnectionSecurity.TLS,
                ssl_context=ssl.create_default_context(),
                timeout=SocketTimeout(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
            )
        self._client.normalise_times = False
        self._socket: socket.socket = self._client.socket()
        try:
            self._log_in(address, password)
        except PeerUnavailable:
            self.close()
            raise

    def _log_in(self, address: MailboxAddress, password: str) -> None:
        if address.security is ConnectionSecurity.STARTTLS:
            with _as_peer_unavailable(
                "The IMAP server does not encrypt, or its certificate is not trusted.", of=Exception
            ):
                self._client.starttls(ssl.create_default_context())
            self._socket = self._client.socket()
        with _as_peer_unavailable("The IMAP server refuses the user or the password.", of=LoginError):
            self._client.login(address.user, password)

    def examine_folder(self) -> tuple[int, int]:
        """The folder's UIDVALIDITY, and how many messages are in it."""
        with _as_peer_unavailable("The folder cannot be opened."):
            answer = self._client.select_folder(self._folder, readonly=True)
            return int(answer[b"UIDVALIDITY"]), int(answer[b"EXISTS"])

    def uids_after(self, last_uid: int, exists: int) -> list[int]:
        """The UIDs after this one, the smallest first; they ascend with the places of messages in the folder."""
        uids: set[int] = set()
        with _as_peer_unavailable():
            for last in range(exists, 0, -_SEARCH_WINDOW):
                window = f"{max(last - _SEARCH_WINDOW, 0) + 1}:{last}"
                found = {int(uid) for uid in self._client.search([window, "UID", f"{last_uid + 1}:*"])}
                uids |= {uid for uid in found if uid > last_uid}  # n:* is the last message even if its UID is below n
                if len(found) < _SEARCH_WINDOW:
                    break
        return sorted(uids)

    def fetch_mail(self, uid: int) -> FetchedMail | None:
        """The mail of this UID; None if it is gone by now."""
        with _as_peer_unavailable():
            answer: dict[bytes, Any] = self._client.fetch([uid], ["INTERNALDATE", _BODY]).get(uid, {})
        raw = next((value for name, value in answer.items() if name.startswith(b"BODY[]")), None)
        return None if raw is None else FetchedMail(raw=raw, received_at=answer.get(b"INTERNALDATE"))

    def supports_idle(self) -> bool:
        """Whether the server announces new mail by itself (IDLE, RFC 2177)."""
        with _as_peer_unavailable():
            return bool(self._client.has_capability("IDLE"))

    def wait_for_change(self, timeout_s: float) -> None:
        """Return when the server announces a change, or after this time."""
        with _as_peer_unavailable():
            self._client.idle()
            self._client.idle_check(timeout=timeout_s)
            self._client.idle_done()

    def shut_down(self) -> None:
        """End the line from any thread; a call that waits on it fails."""
        with suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Drop a connection that was lost."""
        with suppress(OSError):
            self._client.shutdown()


@contextmanager
def _as_peer_unavailable(detail: str = "", of: type[Exception] = IMAPClientError) -> Iterator[None]:
    """PeerUnavailable for whatever goes wrong, with this detail for errors of this kind; the library's name people."""
    try:
        yield
    except (IMAPClientError, OSError, KeyError, ValueError) as error:
        raise PeerUnavailable(detail if isinstance(error, of) else "") from error
