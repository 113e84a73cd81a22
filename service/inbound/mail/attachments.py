"""The storage of mail attachments: a folder, or a bucket of an object store. Interactions have references to them.

Each mail has a place of its own under the day it came, so that a customer's attachments can be deleted without those of
another, and what is too old as a whole. Only the export of a customer reads one.
"""

import asyncio
import os
import re
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from service.embedded.folder import default_data_dir
from service.errors import ConfigurationError, PeerUnavailable
from service.model.ids import new_id
from service.settings.model import Settings

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_URL = re.compile(r"[a-z0-9]+://")
_INCOMING = "incoming"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIRECTORY_MODE = 0o700


class AttachmentStorage(Protocol):
    """Keeps what a child wrote into a folder."""

    def incoming_folder(self) -> Path:
        """A folder that does not exist yet, for the attachments of one mail, each under its number."""

    async def save_folder(self, folder: Path, now: datetime) -> Mapping[int, str]:
        """Take over what is in this folder, which is gone afterwards; gives where each attachment is."""

    async def discard_folder(self, folder: Path) -> None:
        """Delete what is in this folder, if it exists."""

    async def read(self, reference: str) -> bytes | None:
        """The content of an attachment; None if it is gone, or of another storage."""

    async def delete(self, references: Collection[str]) -> int:
        """Delete the attachments of these references; gives how many there were. Those of other storages are left."""

    async def delete_before(self, before: date) -> int:
        """Delete the attachments that came before this day; gives the number of days deleted."""


def attachment_storage(settings: Settings) -> "AttachmentStorage":
    """Where attachments of mail lie in this deployment."""
    return open_attachment_storage(settings.attachments_dir, settings.data_dir or default_data_dir())


async def expire_attachments(settings: Settings, now: datetime) -> None:
    """Delete what is kept for longer than the settings say."""
    await attachment_storage(settings).delete_before((now - timedelta(days=settings.attachment_days)).date())


def open_attachment_storage(location: str, data_dir: Path) -> "AttachmentStorage":
    """Where the setting `attachments_dir` says; empty: within the data folder."""
    if not _URL.match(location):
        return FolderAttachments(Path(location) if location else data_dir / "attachments")
    try:
        from obstore.store import from_url
    except ImportError:
        raise ConfigurationError("Attachments in an object store need the extra s3: askonce[s3].") from None
    return BucketAttachments(from_url(location), location.rstrip("/"), data_dir / "attachments")


class FolderAttachments:
    """Attachments as files: `<day>/<mail>/<number>`, readable by the owner alone, without names or suffixes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def incoming_folder(self) -> Path:
        """A folder beside the others, so that keeping it is one step."""
        return self._root / _INCOMING / str(new_id())

    async def save_folder(self, folder: Path, now: datetime) -> Mapping[int, str]:
        """Move the folder to its day; references are `file:` and the path below the folder of attachments."""
        return await asyncio.to_thread(self._save_folder, folder, now)

    async def discard_folder(self, folder: Path) -> None:
        """Delete the folder."""
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def read(self, reference: str) -> bytes | None:
        """The content of a file below the folder."""
        file = self._file(reference)
        return None if file is None else await asyncio.to_thread(file.read_bytes)

    async def delete(self, references: Collection[str]) -> int:
        """Delete the files, and the folder of a mail that has no other."""
        return await asyncio.to_thread(self._delete, references)

    async def delete_before(self, before: date) -> int:
        """Delete the folders of the days before, and what was left behind on its way."""
        return await asyncio.to_thread(self._delete_before, before)

    def _save_folder(self, folder: Path, now: datetime) -> Mapping[int, str]:
        target = self._root / f"{now:%Y-%m-%d}" / folder.name
        target.parent.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
        folder.rename(target)
        _fsync_folder(target.parent)
        return {int(file.name): f"file:{file.relative_to(self._root)}" for file in target.iterdir()}

    def _delete(self, references: Collection[str]) -> int:
        deleted = 0
        for file in filter(None, map(self._file, references)):
            file.unlink()
            deleted += 1
            with suppress(OSError):  # others of the mail are left
                file.parent.rmdir()
        return deleted

    def _file(self, reference: str) -> Path | None:
        """The file of a reference, if it is ours and there."""
        file = self._root / reference.removeprefix("file:")
        is_ours = reference.startswith("file:") and ".." not in file.parts and file.is_relative_to(self._root)
        return file if is_ours and file.is_file() else None

    def _delete_before(self, before: date) -> int:
        days = [day for day in self._root.glob("????-??-??") if _DAY.fullmatch(day.name)]
        expired = [day for day in days if day.name < before.isoformat()]
        for folder in [*expired, *self._abandoned_folders(before)]:
            shutil.rmtree(folder, ignore_errors=True)
        return len(expired)

    def _abandoned_folders(self, before: date) -> list[Path]:
        """Folders of mails that a process died over."""
        ended = datetime(before.year, before.month, before.day, tzinfo=UTC).timestamp()
        return [folder for folder in self._root.glob(f"{_INCOMING}/*") if folder.stat().st_mtime < ended]


class BucketAttachments:
    """Attachments as objects of S3, Google Cloud Storage or Azure; the bucket's own rules say how long they stay."""

    def __init__(self, bucket: "ObjectStore", url: str, staging_dir: Path) -> None:
        self._bucket = bucket
        self._url = url
        self._staging_dir = staging_dir

    def incoming_folder(self) -> Path:
        """A folder on this machine."""
        return self._staging_dir / _INCOMING / str(new_id())

    async def save_folder(self, folder: Path, now: datetime) -> Mapping[int, str]:
        """Upload what is in the folder; references are URLs. PeerUnavailable if the store does not answer."""
        from obstore import put_async
        from obstore.exceptions import BaseError

        references = {}
        try:
            for name in sorted(await asyncio.to_thread(os.listdir, folder)):
                key = f"{now:%Y-%m-%d}/{folder.name}/{name}"
                await put_async(self._bucket, key, folder / name)
                references[int(name)] = f"{self._url}/{key}"
        except (BaseError, OSError) as error:
            raise PeerUnavailable("The store of attachments does not answer.") from error
        finally:
            await self.discard_folder(folder)
        return references

    async def discard_folder(self, folder: Path) -> None:
        """Delete the folder on this machine."""
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def read(self, reference: str) -> bytes | None:
        """The content of an object. PeerUnavailable as with saving."""
        from obstore import get_async
        from obstore.exceptions import BaseError

        if not reference.startswith(f"{self._url}/"):
            return None
        try:
            found = await get_async(self._bucket, reference.removeprefix(f"{self._url}/"))
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise PeerUnavailable("The store of attachments does not answer.") from error

    async def delete(self, references: Collection[str]) -> int:
        """Delete the objects; versions that the bucket keeps of them are its rules'. PeerUnavailable as with saving."""
        from obstore import delete_async
        from obstore.exceptions import BaseError

        keys = [one.removeprefix(f"{self._url}/") for one in references if one.startswith(f"{self._url}/")]
        try:
            for key in keys:
                with suppress(FileNotFoundError):
                    await delete_async(self._bucket, key)
        except BaseError as error:
            raise PeerUnavailable("The store of attachments does not answer.") from error
        return len(keys)

    async def delete_before(self, before: date) -> int:
        """Nothing: a lifecycle rule of the bucket does it."""
        del before
        return 0


def _fsync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
