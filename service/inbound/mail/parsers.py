"""The child processes that parse mail: two, so that a mail bomb delays no other mail; each is replaced when it dies."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import Process
from pathlib import Path

import msgspec
import structlog

from service.channels.email.message.model import ParsedMail
from service.errors import AskonceError, PeerUnavailable
from service.inbound.mail.child import LENGTH_BYTES, ParseJob, ParseResult
from service.model.mail import Envelope

log = structlog.get_logger()

PROCESSES = 2
START_TIMEOUT_S = 20.0
PARSE_TIMEOUT_S = 4.0
"""A child that does not get its time on a busy machine is given up after this, while its delivery is waited for."""
_CHUNK_BYTES = 256 * 1024


class MailUnparsable(AskonceError):
    """The mail could not be taken apart; the sentence says why."""


class MailParsers:
    """Takes mails apart, at most two at once; the others wait in the order in which they came."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._idle: asyncio.LifoQueue[_ParserProcess] = asyncio.LifoQueue()  # the one that is warm first
        self._all = [_ParserProcess() for _ in range(processes)]
        for parser in self._all:
            self._idle.put_nowait(parser)

    async def parse_mail(
        self, raw: bytes, envelope: Envelope, *, authserv_id: str = "", folder: Path | None = None
    ) -> ParsedMail:
        """What stands in a mail; its attachments are written into `folder`. MailUnparsable if it costs too much.

        PeerUnavailable if the attachments cannot be written now.
        """
        parser = await self._idle.get()
        try:
            return await parser.parse_mail(raw, envelope, authserv_id, folder)
        finally:
            self._idle.put_nowait(parser)

    async def close(self) -> None:
        """End the children."""
        for parser in self._all:
            await parser.close()


class _ParserProcess:
    """One child, started when it is needed."""

    def __init__(self) -> None:
        self._child: Process | None = None

    async def parse_mail(self, raw: bytes, envelope: Envelope, authserv_id: str, folder: Path | None) -> ParsedMail:
        child = self._child
        if child is None or child.returncode is not None:  # it may have died in its sleep
            child = await self._start()
        self._child = None  # until it has answered: a cancelled request leaves a child behind that must end
        try:
            async with asyncio.timeout(PARSE_TIMEOUT_S):
                result = await _request_parse(child, raw, envelope, authserv_id, folder)
        except TimeoutError:
            result = ParseResult(refusal="It took too long.", exits=True)
        except (OSError, asyncio.IncompleteReadError):
            result = ParseResult(refusal="It needs too much time.", exits=True)
        except BaseException:
            await _kill(child)
            raise
        if result.exits:
            await _kill(child)
        else:
            self._child = child
        if result.retryable:
            raise PeerUnavailable(result.refusal or "")
        if result.mail is None:
            raise MailUnparsable(result.refusal or "")
        return result.mail

    async def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            child, self._child = self._child, None
            await _kill(child)

    async def _start(self) -> Process:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "service.inbound.mail.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(path for path in map(os.path.abspath, sys.path))},
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the server, which ends its children when their mail is read
        )
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                greeting = await _receive_result(child)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            greeting = ParseResult(refusal="It ended at once.")
        except BaseException:
            await _kill(child)
            raise
        if greeting.refusal is not None:
            await _kill(child)
            log.error("mail_reader_unstartable", reason=greeting.refusal)
            raise MailUnparsable("The process that reads mail cannot be started (is askonce[email] installed?).")
        return child


async def _request_parse(
    child: Process, raw: bytes, envelope: Envelope, authserv_id: str, folder: Path | None
) -> ParseResult:
    assert child.stdin is not None
    job = ParseJob(
        envelope=envelope, authserv_id=authserv_id, folder=None if folder is None else str(folder), raw_bytes=len(raw)
    )
    encoded = msgspec.msgpack.encode(job)
    child.stdin.write(len(encoded).to_bytes(LENGTH_BYTES) + encoded)
    for start in range(0, len(raw), _CHUNK_BYTES):
        child.stdin.write(raw[start : start + _CHUNK_BYTES])
        await child.stdin.drain()
    return await _receive_result(child)


async def _receive_result(child: Process) -> ParseResult:
    assert child.stdout is not None
    length = int.from_bytes(await child.stdout.readexactly(LENGTH_BYTES))
    return msgspec.msgpack.decode(await child.stdout.readexactly(length), type=ParseResult)


async def _kill(child: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.kill()
    await child.wait()
