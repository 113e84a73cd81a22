"""Stores the parts of a window, in this process or in several of their own."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal

import msgspec
import uvloop
from msgspec import Struct

from service.db.pool import Database
from service.embedded.parent_death import exit_with_parent
from service.imports.chunk import ChunkWriter, RefusalFile
from service.imports.importer import Part, PartImport, PartResult
from service.settings.model import Settings
from service.telemetry.logs import configure_logging

PROCESS_RECORDS = 10_000
"""What a process must have to do to be worth its start."""
_OBJECTS = 200_000
"""Of a chunk, about: as many more are made before cycles are looked for."""
ImportPart = Callable[[Part, datetime], Awaitable[PartResult]]


class ImportSettings(Struct, frozen=True, kw_only=True):
    """What a process of an import is told at its start."""

    service: Settings
    write_chunk: ChunkWriter
    refusals: RefusalFile


@asynccontextmanager
async def importing_parts(database: Database, settings: ImportSettings, processes: int) -> AsyncIterator[ImportPart]:
    """A function that stores a part: in this process if it is to be one, else in the next of so many that is free.

    BrokenProcessPool if one of them ends early. Parts that were not begun by the end of the block are given up.
    """
    if processes == 1:
        with looking_for_cycles_rarely():
            yield PartImport(database, settings.write_chunk, settings.refusals.append).import_part
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(settings,))
    loop = asyncio.get_running_loop()
    try:
        yield lambda part, now: loop.run_in_executor(pool, _import_part, msgspec.msgpack.encode(part), now)
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def looking_for_cycles_rarely() -> Iterator[None]:
    """Look for cycles rarely: a chunk makes many objects that live until it is stored, and hardly any cycle.

    Looking at them again and again takes a quarter of the time.
    """
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _ImportProcess:
    """One process of an import, with a connection of its own."""

    def __init__(self, settings: ImportSettings) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        database = self._runner.run(
            Database.connect(
                settings.service.database_url, connections=1, statement_ms=0, pooled=settings.service.pooled
            )
        )
        self._parts = PartImport(database, settings.write_chunk, settings.refusals.append)

    def import_part(self, part: Part, now: datetime) -> PartResult:
        return self._runner.run(self._parts.import_part(part, now))


_decode_part = msgspec.msgpack.Decoder(Part).decode
_process: list[_ImportProcess] = []


def _begin(settings: ImportSettings) -> None:
    """Start this process's work; it ends with the process that started it, and lets that one heed Ctrl-C."""
    exit_with_parent()
    signal(SIGINT, SIG_IGN)
    configure_logging(level=settings.service.log_level, log_format=settings.service.log_format)
    gc.set_threshold(_OBJECTS)
    _process.append(_ImportProcess(settings))


def _import_part(encoded: bytes, now: datetime) -> PartResult:
    return _process[0].import_part(_decode_part(encoded), now)
