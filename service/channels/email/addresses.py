"""Where mail is listened to: the settings `listen`, `recipients` and `imap` of a door, read out of their texts.

An impossible value raises ValueError; `askonce channels add` shows its sentence.
"""

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

import idna
from msgspec import Struct

_LOOPBACK = "127.0.0.1"


class MailProtocol(StrEnum):
    """What a mail server speaks to us."""

    LMTP = "lmtp"
    SMTP = "smtp"


class ConnectionSecurity(StrEnum):
    """How the line to a mailbox is encrypted; not at all on this machine alone."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class ListenAddress(Struct, frozen=True, kw_only=True):
    """A socket that mail servers deliver to."""

    protocol: MailProtocol
    host: str
    port: int


class MailboxAddress(Struct, frozen=True, kw_only=True):
    """A folder of a mailbox, as it is reached over IMAP."""

    user: str
    host: str
    port: int
    folder: str
    security: ConnectionSecurity

    @property
    def text(self) -> str:
        """The permanent name of this folder: another account, host or folder holds other mail."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


class Recipients(Struct, frozen=True):
    """Who mail is taken for: whole addresses, with any plus part, and whole domains."""

    addresses: frozenset[str]
    domains: frozenset[str]

    def __bool__(self) -> bool:
        """Whether mail is taken for anybody."""
        return bool(self.addresses or self.domains)

    def include(self, address: str) -> bool:
        """Whether mail to this address is taken; capitals and the plus part make no difference."""
        local, _, domain = _canonical(address).rpartition("@")
        return bool(local) and (domain in self.domains or f"{local.partition('+')[0]}@{domain}" in self.addresses)


def listen_address(text: str) -> ListenAddress:
    """The socket in `lmtp://127.0.0.1:8024` or `smtp://…`; without a host it is on this machine alone."""
    url = _url(text)
    port = url.port
    if url.scheme not in set(MailProtocol) or port is None or url.path.strip("/") or url.username:
        raise ValueError("listen: an address like lmtp://127.0.0.1:8024 or smtp://127.0.0.1:8025 is expected")
    return ListenAddress(protocol=MailProtocol(url.scheme), host=url.hostname or _LOOPBACK, port=port)


def recipients_of(text: str) -> Recipients:
    """The addresses in `help@example.com, @support.example.com`; one that begins with @ is a whole domain."""
    given = [_canonical(one) for one in text.replace(",", " ").split()]
    if wrong := next((one for one in given if not one.rpartition("@")[2] or "@" not in one), None):
        raise ValueError(f"recipients: {wrong} is neither an address nor a domain like @example.com")
    return Recipients(
        frozenset(one for one in given if not one.startswith("@")),
        frozenset(one[1:] for one in given if one.startswith("@")),
    )


_SCHEMES: Mapping[str, tuple[int, ConnectionSecurity]] = {
    "imaps": (993, ConnectionSecurity.TLS),
    "imap": (143, ConnectionSecurity.STARTTLS),
}


def mailbox_address(text: str) -> MailboxAddress:
    """The folder in `imaps://user@host/INBOX`; `imap://` encrypts by STARTTLS, but for this machine itself."""
    url = _url(text)
    if url.scheme not in _SCHEMES or not url.hostname or not url.username or url.password is not None:
        raise ValueError("imap: an address like imaps://user@host/INBOX is expected, without a password")
    port, security = _SCHEMES[url.scheme]
    if security is ConnectionSecurity.STARTTLS and _is_loopback(url.hostname):
        security = ConnectionSecurity.NONE
    return MailboxAddress(
        user=unquote(url.username),
        host=url.hostname,
        port=url.port or port,
        folder=unquote(url.path.strip("/")) or "INBOX",
        security=security,
    )


def check_addresses(*, listen: str, recipients: str, imap: str) -> None:
    """ValueError unless these settings can be meant together."""
    wanted = recipients_of(recipients)
    if listen:
        listen_address(listen)
        if not wanted:
            raise ValueError("recipients: say for whom mail is taken, such as @support.example.com")
    elif wanted:
        raise ValueError("recipients: they go together with listen")
    if imap:
        mailbox_address(imap)


def _url(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port  # raises what is no port
    except ValueError as error:
        raise ValueError(f"{text}: this is no address of a server") from error
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _canonical(address: str) -> str:
    """In small letters, with the domain as it is written in the DNS."""
    local, at, domain = address.lower().rpartition("@")
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address.lower()
