"""What is attached to a mail: named harmlessly, measured, and written down piece by piece. Nothing is ever opened."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from service.channels.email.message.charsets import one_line
from service.channels.email.message.headers import decoded_header
from service.channels.email.message.model import Attachment

MAX_ATTACHMENTS = 100
_MAX_NAME_CHARS = 120
_MAX_SUFFIX_CHARS = 20
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f/\\]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)

SaveAttachment = Callable[[int, Iterable[bytes]], None]
"""Writes the bytes of the attachment of this index; uses them up."""


def describe_attachment(
    index: int, *, name: str, media_type: str, pieces: Iterable[bytes], keep: SaveAttachment | None
) -> Attachment:
    """The attachment that these pieces are, after they were given to `keep`, if there is one."""
    measure = _DigestingWriter(pieces)
    if keep is None:
        for _ in measure:
            pass
    else:
        keep(index, measure)
    return Attachment(
        index=index,
        name=safe_file_name(name) or f"attachment-{index + 1}",
        media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream",
        size_bytes=measure.size_bytes,
        sha256=measure.digest.hexdigest(),
        stored=keep is not None,
    )


def safe_file_name(name: str) -> str:
    r"""A file's name as its writer chose it, fit for any file system: `..\..\boot.ini` gives `boot.ini`.

    Without folders, invisible marks (which make `exe.gpj` of `jpg.exe`), leading dots and names that Windows keeps for
    devices; at most 120 characters, of which the last ones are its suffix. Empty if nothing is left.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", one_line(decoded_header(name))))[-1]
    plain = _FORBIDDEN.sub("_", last).strip(" .")
    if _RESERVED.fullmatch(plain.partition(".")[0]):
        plain = f"_{plain}"
    if len(plain) <= _MAX_NAME_CHARS:
        return plain
    suffix = PurePosixPath(plain).suffix[:_MAX_SUFFIX_CHARS]
    return plain[: _MAX_NAME_CHARS - len(suffix)] + suffix


class _DigestingWriter:
    """Pieces that are counted and digested on their way."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self.size_bytes = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> "_DigestingWriter":
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self.size_bytes += len(piece)
        self.digest.update(piece)
        return piece
