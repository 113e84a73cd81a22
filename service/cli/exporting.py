"""Writes exports of customers to files, with the contents of attachments."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from msgspec import ValidationError, convert

from service.app.rooms import Rooms
from service.cli.terminal import show_progress
from service.errors import CustomerUnknown
from service.identity.claims import canonical_claims
from service.identity.model import Identity
from service.inbound.mail.attachments import attachment_storage
from service.model.interaction import IdentityClaim
from service.privacy.export.document import CustomerExport, export_json, read_export
from service.privacy.subject import find_members
from service.web.console.export.page import export_page

_FILE_MODE, _FOLDER_MODE = 0o600, 0o700
_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80


async def read_customer_export(rooms: Rooms, customer: str) -> CustomerExport:
    """The export of the customer whom an id or an identity names. ClickException if it names none."""
    region = rooms.settings.default_region
    try:
        async with rooms.database.connection() as connection:
            members = await find_members(connection, named_customer(customer, region))
    except CustomerUnknown as error:
        raise click.ClickException(f"{customer} leads to no customer.") from error
    async with rooms.database.transaction() as connection:
        return await read_export(connection, members, now=rooms.clock.now(), region=region)


def named_customer(customer: str, region: str) -> UUID | Identity:
    """An id, or an identity written as kind:value. ClickException if it is neither."""
    kind, colon, value = customer.partition(":")
    try:
        if not colon:
            return UUID(customer)
        claim = convert({"kind": kind, "value": value}, IdentityClaim)
    except (ValueError, ValidationError) as error:
        raise click.ClickException(
            f"{customer} is no customer: give an id, or an identity such as email:anna@example.com."
        ) from error
    return canonical_claims([claim], region, field="customer")[0].identity


async def write_export(rooms: Rooms, customer: str, file_format: str, output: Path | None) -> None:
    """Write one format to a file, or to standard output."""
    content = _rendered(rooms, await read_customer_export(rooms, customer), file_format)
    if output is None:
        sys.stdout.buffer.write(content + b"\n")
        return
    _write_private(output, content)
    click.echo(f"{output}: {len(content):,} bytes", err=True)


async def write_folder(rooms: Rooms, customer: str, folder: Path) -> int:
    """Write both formats and the attachments; gives how many of these there were."""
    export = await read_customer_export(rooms, customer)
    storage, written = attachment_storage(rooms.settings), 0
    attachments = list(attachments_of(export.sections))
    with show_progress("Writing attachments", len(attachments)) as advance:
        for number, one in enumerate(attachments, 1):
            content = await storage.read(one.pop("reference"))
            if content is not None:
                one["file"] = f"attachments/{number}-{_safe_name(str(one.get('name') or 'attachment'))}"
                _write_private(folder / one["file"], content)
                written += 1
            advance(1)
    for file_format in ("json", "html"):
        _write_private(folder / f"export.{file_format}", _rendered(rooms, export, file_format))
    return written


def print_written(folder: Path, attachments: int) -> None:
    """Say where the export lies."""
    click.echo(f"{folder}: export.json, export.html and {attachments:,} attachments", err=True)


def attachments_of(value: Any) -> Iterator[dict[str, Any]]:
    """Every attachment in an export of which the content may be kept."""
    if isinstance(value, list):
        for one in value:
            yield from attachments_of(one)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str) and "size_bytes" in value:
            yield value
        for one in value.values():
            yield from attachments_of(one)


def _rendered(rooms: Rooms, export: CustomerExport, file_format: str) -> bytes:
    if file_format == "json":
        return export_json(export)
    zone, language = ZoneInfo(rooms.settings.time_zone), rooms.settings.default_language
    return export_page(export, zone=zone, default_language=language).encode()


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read; it is not there until it is whole."""
    path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.touch(_FILE_MODE)
    part.write_bytes(content)
    part.replace(path)


def _safe_name(name: str) -> str:
    return _UNSAFE.sub("_", name).lstrip(".")[-_LONGEST_NAME:] or "attachment"
