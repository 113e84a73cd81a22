"""Stores the records of a file: what is imported with this module, `askonce import` needs, and no more."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from service.access.keys import find_or_create_space
from service.access.model import IMPORT_SPACE
from service.app.store_rooms import StoreRooms
from service.cli.terminal import show_progress
from service.db.change import SYSTEM_KEY_ID
from service.imports.chunk import ChunkWriter, ImportProgress, RefusalFile
from service.imports.files import RecordFile
from service.imports.importer import WINDOW_CHUNKS, FileImport, ImportKind, Part
from service.imports.processes import PROCESS_RECORDS, ImportPart, ImportSettings, importing_parts
from service.settings.model import Settings


class FileRequest(NamedTuple):
    """What to import: a file of one kind, and what else it is read with."""

    kind: str
    path: Path
    space: str | None
    source: str | None
    mapping: tuple[str, ...]
    processes: int

    @property
    def variant(self) -> str:
        """Source and mapping of records: with others, the same file holds other records."""
        return repr((self.source, self.mapping)) if self.source or self.mapping else ""


async def import_file(rooms: StoreRooms, records: RecordFile, request: FileRequest) -> ImportProgress:
    """Store what is left of a file, with its progress shown; gives what all of it came to."""
    kind, lines = ImportKind(request.kind), _count_lines(records.path)
    space_id = await _space_id(rooms, request.space)
    job = FileImport(rooms.database, records, kind, space_id=space_id, variant=request.variant)
    read = await job.load_progress()
    if read:
        click.echo(f"Going on behind record {read}.", err=True)
    settings = ImportSettings(
        service=rooms.settings,
        write_chunk=record_writer(rooms.settings, request, space_id),
        refusals=RefusalFile(refusals_path(records.path)),
    )
    processes = max(1, min(request.processes, (lines - read) // PROCESS_RECORDS))
    with show_progress(f"Importing {kind}", lines) as advance:
        advance(read)
        async with importing_parts(rooms.database, settings, processes) as import_part:
            await _import_windows(rooms, job, import_part, advance, at_once=1 if processes == 1 else WINDOW_CHUNKS)
    return job.progress


async def _import_windows(
    rooms: StoreRooms, job: FileImport, import_part: ImportPart, advance: Callable[[int], None], *, at_once: int
) -> None:
    """Store what is left of a file; the next window is read while the parts of one are stored.

    What this process stores itself would hold up the answers of Redis: it stores one part at once.
    """
    turns = asyncio.Semaphore(at_once)

    async def store(part: Part) -> None:
        async with turns:
            result = await import_part(part, rooms.clock.now())
            await rooms.drop_views(result.changed)
        advance(result.read)

    windows = job.remaining_windows()
    window = await asyncio.to_thread(next, windows, None)
    while window is not None:
        try:
            async with asyncio.TaskGroup() as stored:
                for part in window.parts:
                    stored.create_task(store(part))
                await asyncio.sleep(0)  # they begin
                following = await asyncio.to_thread(next, windows, None)
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed
        await job.finish_window(window, rooms.clock.now())
        window = following


async def _space_id(rooms: StoreRooms, space: str | None) -> int:
    if space is None:
        return IMPORT_SPACE
    async with rooms.database.connection() as connection:
        return await find_or_create_space(connection, space)


def record_writer(settings: Settings, request: FileRequest, space_id: int) -> ChunkWriter:
    """What stores the records; the other kinds are not even imported."""
    key_id, region = SYSTEM_KEY_ID, settings.default_region
    if request.kind == "customers":
        from service.imports.customers import CustomerImporter

        return CustomerImporter(key_id=key_id, region=region)
    if request.kind == "interactions":
        from service.imports.interactions import InteractionImporter

        return InteractionImporter(key_id=key_id, region=region, reopen=settings.reopen_period, space_id=space_id)
    if request.kind == "records":
        from service.imports.records import SourceRecordImporter

        return SourceRecordImporter(key_id=key_id, region=region, source=request.source)
    from service.imports.places import PlaceImporter

    return PlaceImporter()


def refusals_path(file: Path) -> Path:
    """Where the refused records of a file are written."""
    return file.with_name(f"{file.name}.refused.jsonl")


def _count_lines(file: Path) -> int:
    """The lines of a file, for the progress bar: about as many as it has records."""
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
