"""Attachments of mail: kept by reference in a folder or a bucket, each mail by itself, and not longer than they may be."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from service.errors import PeerUnavailable
from service.inbound.mail.attachments import AttachmentStorage, open_attachment_storage

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def written(attachments: AttachmentStorage, *contents: bytes) -> Path:
    """What a child leaves behind of one mail."""
    folder = attachments.incoming_folder()
    folder.mkdir(parents=True)
    for index, content in enumerate(contents):
        (folder / str(index)).write_bytes(content)
    return folder


@pytest.fixture(params=["folder", "bucket"])
def attachments(request, tmp_path: Path) -> AttachmentStorage:
    (tmp_path / "kept").mkdir()
    location = str(tmp_path / "kept") if request.param == "folder" else f"file://{tmp_path}/kept"
    return open_attachment_storage(location, tmp_path / "data")


def place_of(reference: str, tmp_path: Path) -> Path:
    root = tmp_path / "kept"
    return Path(reference.removeprefix("file://")) if "//" in reference else root / reference.removeprefix("file:")


async def test_what_a_mail_brought_is_where_its_references_say(attachments: AttachmentStorage, tmp_path: Path):
    folder = written(attachments, b"first", b"second")
    references = await attachments.save_folder(folder, NOW)
    assert {index: place_of(one, tmp_path).read_bytes() for index, one in references.items()} == {
        0: b"first",
        1: b"second",
    }
    assert all("/2026-11-21/" in f"/{one.removeprefix('file:')}" for one in references.values())
    assert not folder.exists()


async def test_two_mails_with_the_same_attachment_have_one_each(attachments: AttachmentStorage):
    first = await attachments.save_folder(written(attachments, b"same"), NOW)
    second = await attachments.save_folder(written(attachments, b"same"), NOW)
    assert first[0] != second[0]


async def test_what_is_dropped_is_gone_and_may_be_absent(attachments: AttachmentStorage):
    folder = written(attachments, b"half")
    await attachments.discard_folder(folder)
    await attachments.discard_folder(folder)
    assert not folder.exists()


@pytest.mark.promise("G7")
async def test_days_that_are_over_are_deleted_as_a_whole(tmp_path: Path):
    attachments = open_attachment_storage("", tmp_path)
    old = await attachments.save_folder(written(attachments, b"old"), NOW.replace(year=2025))
    new = await attachments.save_folder(written(attachments, b"new"), NOW)
    (tmp_path / "attachments" / "notes").mkdir()
    assert await attachments.delete_before(date(2025, 11, 22)) == 1
    root = tmp_path / "attachments"
    assert not (root / old[0].removeprefix("file:")).exists()
    assert (root / new[0].removeprefix("file:")).exists()
    assert (root / "notes").exists()


async def test_what_a_dead_process_left_behind_is_deleted_too(tmp_path: Path):
    attachments = open_attachment_storage("", tmp_path)
    stale, fresh = written(attachments, b"x"), written(attachments, b"x")
    os.utime(stale, (0, 0))
    await attachments.delete_before(date(2025, 1, 1))
    assert (stale.exists(), fresh.exists()) == (False, True)


async def test_only_the_owner_can_read_them(tmp_path: Path):
    attachments = open_attachment_storage("", tmp_path)
    await attachments.save_folder(written(attachments, b"x"), NOW)
    assert (tmp_path / "attachments" / "2026-11-21").stat().st_mode & 0o077 == 0


async def test_a_bucket_that_does_not_answer_is_tried_again(tmp_path: Path):
    attachments = open_attachment_storage("s3://nobody/here", tmp_path)
    attachments._bucket = open_attachment_storage(f"file://{tmp_path}", tmp_path)._bucket
    folder = attachments.incoming_folder()
    with pytest.raises(PeerUnavailable):
        await attachments.save_folder(folder, NOW)
