"""The child process that parses mail: a mail that needs too much time or memory ends this process and no other.

It is started with nothing of the server's environment, says hello, then answers one mail after the other: a length, a
`ParseJob`, the mail's bytes come in; a length and a `ParseResult` go out. It opens no connection, and writes files only
into the folder that a job names.
"""

import contextlib
import os
import resource
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from msgspec import Struct

from service.channels.email.message.model import ParsedMail
from service.model.mail import Envelope

if TYPE_CHECKING:
    from service.channels.email.message.attachments import SaveAttachment

CPU_S = 2.0
"""A mail may take so much; with the start of a new child that is less than three seconds."""
MEMORY_BYTES = 256 * 1024 * 1024
_FILE_BYTES = 64 * 1024 * 1024
_OPEN_FILES = 32
_RESTART_ABOVE_BYTES = 4 * 1024 * 1024
"""A child that has read so large a mail is replaced: its memory is in pieces."""
LENGTH_BYTES = 8


class ParseJob(Struct, frozen=True, kw_only=True):
    """A mail to take apart, of which so many bytes follow; attachments go into the folder, if one is named."""

    envelope: Envelope
    authserv_id: str
    folder: str | None
    raw_bytes: int


class ParseResult(Struct, frozen=True, kw_only=True):
    """What became of a mail: `mail`, or `refused` says why not; `again` if that may change.

    After `last` the child ends by itself.
    """

    mail: ParsedMail | None = None
    refusal: str | None = None
    retryable: bool = False
    exits: bool = False


def main() -> None:
    """Say hello, then answer mails until there are no more."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    try:
        from service.channels.email.message import parse as _  # noqa: F401 (so that the first mail does not wait for it)
    except ImportError as error:
        _send_result(outgoing, ParseResult(refusal=str(error), exits=True))
        return
    _set_resource_limits()
    _send_result(outgoing, ParseResult())
    while (header := incoming.read(LENGTH_BYTES)) and len(header) == LENGTH_BYTES:
        job = msgspec.msgpack.decode(incoming.read(int.from_bytes(header)), type=ParseJob)
        result = _parse_mail(job, incoming)
        _send_result(outgoing, result)
        if result.exits:
            return


def _parse_mail(job: ParseJob, incoming: BinaryIO) -> ParseResult:
    """The mail taken apart. SIGPROF ends the process where it takes too long: no signal handler, no way around."""
    from service.channels.email.message.parse import parse_mail

    keep = None if job.folder is None else _attachment_writer(Path(job.folder))
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        mail = parse_mail(incoming.read(job.raw_bytes), job.envelope, authserv_id=job.authserv_id, keep=keep)
    except MemoryError:
        return ParseResult(refusal="It needs too much memory.", exits=True)
    except OSError as error:
        return ParseResult(refusal=f"Attachments cannot be written: {error.strerror}.", retryable=True)
    except Exception as error:  # noqa: BLE001 (whatever it is: the mail is kept, and the next one is read)
        return ParseResult(refusal=f"The parser failed with {type(error).__name__}.")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ParseResult(mail=mail, exits=job.raw_bytes > _RESTART_ABOVE_BYTES)


def _attachment_writer(folder: Path) -> "SaveAttachment":
    """Writes attachments into this folder, which is made for the first of them; durably, under their numbers."""

    def keep(index: int, pieces: Iterable[bytes]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / str(index)).open("xb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    return keep


def _set_resource_limits() -> None:
    """From here on this process gets no more than a mail may cost."""
    for resource_kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a system that has no such limit, or one below ours
            resource.setrlimit(resource_kind, (limit, limit))


def _send_result(outgoing: BinaryIO, result: ParseResult) -> None:
    encoded = msgspec.msgpack.encode(result)
    outgoing.write(len(encoded).to_bytes(LENGTH_BYTES) + encoded)
    outgoing.flush()


if __name__ == "__main__":
    main()
