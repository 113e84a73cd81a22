"""Mail through the door: what goes on record, whose it is, and which thread it joins."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from service.app import Rooms
from service.settings.model import Settings
from tests.channels.mails import mail, multipart, part
from tests.fixtures import Desk


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, attachments_dir=str(tmp_path / "attachments"))


@pytest.fixture
async def post(rooms: Rooms, desk: Desk, open_door) -> AsyncIterator:
    """Posts a mail as a mail server's pipe does; gives the answer."""
    instance, path = await open_door("email", name="support", reply_address="support@example.org", authserv_id="mx.us")

    async def send(raw: bytes, query: str = ""):
        return await desk.http.post(path + query, content=raw, headers={"content-type": "message/rfc822"})

    yield send
    await rooms.mail_readers.close()


async def records(desk: Desk, address: str = "anna@example.com") -> list[dict]:
    """What is on record of whoever has this address, the newest first."""
    found = await desk.look_up(value=address)
    if found.status_code == 404:
        return []
    customer = found.json()["customer"]["id"]
    return (await desk("console", "GET", f"/v1/customers/{customer}/timeline")).json()["items"]


async def test_a_mail_is_on_record_with_its_own_words_and_all_of_them(desk: Desk, post) -> None:
    text = "It still fails.\n\nAm Fr., 20. Nov. 2026 um 10:22 Uhr schrieb Support <support@example.org>:\n> Try a cable."
    assert (await post(mail(text, subject="AW: Router"))).status_code == 200
    (record,) = await records(desk)
    assert (record["text"], record["kind"], record["direction"]) == ("It still fails.", "message", "inbound")
    assert record["data"]["full_text"] == text
    assert record["data"]["subject"] == "AW: Router"
