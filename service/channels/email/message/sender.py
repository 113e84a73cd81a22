"""The mailbox that a From header states, however the address is dressed (RFC 5322 3.4, and what programs write)."""

import re

from service.channels.email.message.headers import MailHeaders, decoded_header
from service.channels.email.message.model import MailAddress

_MAX_NAME_CHARS = 200
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_DOMAIN = r"[^\s<>@,;:\"()\\\x00-\x1f\x7f]{1,255}"
_ADDRESS = re.compile(rf"(?:[^\s<>@,;:\"()\[\]\\\x00-\x1f\x7f]{{1,64}}|{_QUOTED})@{_DOMAIN}", re.DOTALL)
_PIECES = re.compile(
    rf"(?P<mailbox><(?:{_QUOTED}|[^<>\"])*>|{_QUOTED}@{_DOMAIN})"
    rf"|(?P<quoted>{_QUOTED})|(?P<encoded>=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)|(?P<comment>\((?:[^()\\]|\\.)*\))"
    r"|(?P<word>[^\s<>(),;:\"\\]+)|(?P<between>.)",
    re.DOTALL,
)
"""A value piece by piece. What stands in quotes, encoded words and comments is no address beside one outside."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BEFORE_ADDRESS = re.compile(r"(?:mailto:|@[^:]*:)", re.IGNORECASE)
"""What may stand before an address in brackets: a scheme, or the way that it was once to take (RFC 5322 4.4)."""
_DAEMON = re.compile(r"(?:mailer-?daemon|mail-daemon|postmaster)(?:\+[^@]*)?(?:@|\Z)", re.IGNORECASE)
_QUOTES_AND_BRACKETS = str.maketrans('"()', "   ")

Pieces = list[tuple[str, str]]


def sender_of(headers: MailHeaders) -> MailAddress | None:
    """The one who wrote it; None unless there is exactly one From header that states exactly one mailbox."""
    values = headers.all("from")
    return mailbox_of(values[0]) if len(values) == 1 else None


def mailbox_of(value: str) -> MailAddress | None:
    """The one mailbox of this value, stated once or several times; None if it states two, none, or one that is none."""
    pieces = _pieces(value)
    stated = _stated(pieces)
    if not stated and not any(kind == "mailbox" for kind, _ in pieces):  # the whole of it may be quoted or encoded
        pieces = _pieces(decoded_header(value.translate(_QUOTES_AND_BRACKETS)))
        stated = _stated(pieces)
    by_spelling = {address.lower(): address for address in reversed(stated)}
    if len(by_spelling) != 1 or not (address := next(iter(by_spelling.values()))):
        return None
    return MailAddress(address=address, name=_name(pieces, address)[:_MAX_NAME_CHARS])


def _pieces(value: str) -> Pieces:
    return [(found.lastgroup or "", found[0]) for found in _PIECES.finditer(value)]


def _stated(pieces: Pieces) -> list[str]:
    """The mailboxes in these pieces; an empty one stands for what is meant as one, and is none."""
    bracketed = [_bracketed(text) for kind, text in pieces if kind == "mailbox" if text.strip("<> ")]
    bare = [_bare(text) for kind, text in pieces if kind == "word" if "@" in text]
    # Beside a mailbox in brackets `anna@work` and `@anna` are names; two whole addresses are two mailboxes.
    return bracketed + [address for address, whole in bare if whole or (address and not bracketed)]


def _bracketed(text: str) -> str:
    inner = text[1:-1].strip() if text.startswith("<") else text
    address = inner[found.end() :] if (found := _BEFORE_ADDRESS.match(inner)) else inner
    return _without_last_dot(address) if _ADDRESS.fullmatch(address) else ""


def _bare(text: str) -> tuple[str, bool]:
    """A word as an address, empty if it is none, and whether it is meant as one of the internet."""
    plain = text.strip("'`")
    address = plain.strip("[]") if plain.startswith("[") else plain
    is_address = _ADDRESS.fullmatch(address) is not None
    local, _, domain = address.rpartition("@")
    whole = bool(local) and "." in domain.strip(".")
    return (_without_last_dot(address) if is_address else ""), whole


def _without_last_dot(address: str) -> str:
    """The address with its domain as people write it: in the DNS a last dot may stand behind it."""
    return address.rstrip(".")


def _name(pieces: Pieces, address: str) -> str:
    """What stands beside the address: words, quoted and encoded ones; else a comment."""
    words = (_plain(kind, text) for kind, text in pieces if kind not in {"mailbox", "comment"})
    name = decoded_header("".join(word for word in words if _bare(word)[0].lower() != address.lower()))
    if name := name.strip(" ,;:<>"):
        return name
    comments = (text[1:-1] for kind, text in pieces if kind == "comment")
    return decoded_header(_ESCAPED.sub(r"\1", " ".join(comments)))


def _plain(kind: str, text: str) -> str:
    return _ESCAPED.sub(r"\1", text[1:-1]) if kind == "quoted" else text


def is_mailer_daemon(address: str) -> bool:
    """Whether a mail server, or who looks after it, has this address (RFC 5321 4.5.1): no customer writes from it."""
    return _DAEMON.match(address.strip("<> ")) is not None
