"""What doors deliver of customers who were erased: dropped, counted, and answered as if it were taken."""

from pathlib import Path
from uuid import UUID

import pytest

from service.inbound.deliveries import ERASED_DELIVERIES
from tests.channels.mails import mail, multipart, part
from tests.fixtures import NOW

SCAN = part(b"canary", "application/pdf", Content_Disposition='attachment; filename="scan.pdf"')
WORDS = part(b"Here it is.", "text/plain")


def _scan(number: int) -> bytes:
    return multipart(WORDS, SCAN, message_id=f"<scan-{number}@example.com>")


def _files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


@pytest.fixture
async def erased(postbox, erasures, tmp_path):
    """The receipt of Anna, who had sent a mail with an attachment."""
    assert (await postbox.post(_scan(1))).status_code < 300
    assert len(_files(tmp_path / "attachments")) == 1
    customer_id = (await postbox.desk.look_up(value="anna@example.com")).json()["customer"]["id"]
    return await erasures.erase(UUID(customer_id), by="privacy", now=NOW)


async def _payloads(rooms) -> int:
    async with rooms.database.connection() as connection:
        return await connection.fetchval("SELECT count(*) FROM channel_payload")


async def test_attachments_and_deliveries_as_they_came_are_gone(erased, rooms, tmp_path):
    assert erased.attachments == 1
    assert _files(tmp_path / "attachments") == []
    assert await _payloads(rooms) == 0


@pytest.mark.parametrize("number", [1, 2], ids=["repeated", "late"])
async def test_a_delivery_that_comes_late_is_dropped_and_counted(erased, postbox, rooms, tmp_path, number):
    before = ERASED_DELIVERIES._value.get()
    assert (await postbox.post(_scan(number))).status_code < 300
    assert await postbox.count() == 0
    assert (await _payloads(rooms), _files(tmp_path / "attachments")) == (0, [])
    assert ERASED_DELIVERIES._value.get() == before + 1


async def test_a_thread_of_a_neighbour_keeps_what_was_said_in_it(erased, postbox, rooms):
    thomas = mail("My own words.", headers={"From": "Thomas <thomas@example.com>"}, message_id="<t@example.com>")
    assert (await postbox.post(thomas)).status_code < 300
    assert [one["text"] for one in await postbox.records("thomas@example.com")] == ["My own words."]
