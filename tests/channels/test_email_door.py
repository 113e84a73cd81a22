"""Mail through the door: what goes on record of it, and whose it is."""

import asyncio
import base64
from pathlib import Path

import pytest

from service.app.arrivals import create_deliveries, create_registrar
from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.channels.email import identification as events
from service.channels.registry import ADAPTERS
from service.errors import DatabaseBusy
from service.worker.housekeeping import delete_expired
from tests.channels.mails import mail, multipart, part
from tests.channels.postbox import Postbox

pytestmark = pytest.mark.slow

QUOTING = "It still fails.\n\nAm Fr., 20. Nov. 2026 um 10:22 Uhr schrieb Support <support@example.org>:\n> Try a cable."


async def test_a_mail_is_on_record_with_its_own_words_and_all_of_them(postbox: Postbox):
    assert (await postbox.post(mail(QUOTING, subject="AW: Router"))).status_code == 200
    (record,) = await postbox.records()
    assert (record["text"], record["kind"], record["direction"]) == ("It still fails.", "message", "inbound")
    assert record["data"]["full_text"] == QUOTING
    assert record["data"]["subject"] == "AW: Router"
    assert record["occurred_at"] == "2026-11-21T09:00:00Z"


async def test_the_same_mail_on_several_ways_counts_once(postbox: Postbox):
    await postbox.post(mail())
    await postbox.post(b"Received: from a by b\r\n" + mail() + b"\r\n")
    assert len(await postbox.records()) == 1


async def test_another_mail_under_a_known_message_id_is_not_lost(postbox: Postbox):
    await postbox.post(mail("the first"))
    await postbox.post(mail("the second"))
    assert {record["text"] for record in await postbox.records()} == {"the first", "the second"}


async def test_fifty_copies_at_once_are_one_mail(postbox: Postbox):
    answers = await asyncio.gather(*[postbox.post(mail()) for _ in range(50)])
    assert {answer.status_code for answer in answers} == {200}
    assert len(await postbox.records()) == 1


async def test_a_sender_is_a_claim_until_our_mail_server_vouches(postbox: Postbox):
    await postbox.post(mail("a"))
    proof = {"Authentication-Results": "mx.us; dmarc=pass header.from=example.com"}
    await postbox.post(mail("b", message_id="<2@example.com>", headers=proof))
    by_text = {record["text"]: record["assurance"] for record in await postbox.records()}
    assert by_text == {"a": "claimed", "b": "possession"}


async def test_a_mail_of_two_senders_is_nobodys(postbox: Postbox):
    await postbox.post(b"From: eve@example.com\r\n" + mail())
    assert await postbox.records() == []
    assert await postbox.records("eve@example.com") == []
    assert await postbox.count() == 1


async def test_a_mail_from_the_future_happened_when_it_came(postbox: Postbox):
    await postbox.post(mail(date="Sat, 21 Nov 2099 10:00:00 +0100"))
    (record,) = await postbox.records()
    assert record["occurred_at"] == "2026-11-21T09:30:00Z"


async def test_an_attachment_is_kept_where_the_record_says(postbox: Postbox, tmp_path: Path):
    pdf = part(
        base64.encodebytes(b"%PDF-1.7"),
        'application/pdf; name="../Rechnung.pdf"',
        Content_Transfer_Encoding="base64",
    )
    await postbox.post(multipart(part(b"see it", "text/plain"), pdf))
    (record,) = await postbox.records()
    (attachment,) = record["data"]["attachments"]
    assert (attachment["name"], attachment["type"], attachment["size_bytes"]) == ("Rechnung.pdf", "application/pdf", 8)
    kept = tmp_path / "attachments" / attachment["reference"].removeprefix("file:")
    assert kept.read_bytes() == b"%PDF-1.7"
    assert kept.parent.parent.name == "2026-11-21"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto-Submitted": "auto-replied"}, "system"),
        ({"Auto-Submitted": "no"}, "message"),
        ({"Precedence": "bulk"}, "system"),
        ({"List-Id": "<news.example.com>"}, "system"),
        ({"Return-Path": "<>"}, "system"),
        ({"X-Auto-Response-Suppress": "All"}, "message"),
    ],
)
async def test_what_a_machine_writes_is_no_answer_of_the_customer(postbox: Postbox, headers, kind):
    await postbox.post(mail(headers=headers))
    (record,) = await postbox.records()
    assert (record["kind"], record["direction"]) == (kind, "internal" if kind == "system" else "inbound")


async def test_an_empty_return_path_of_the_envelope_is_a_machine_too(postbox: Postbox):
    await postbox.post(mail(), "?sender=")
    (record,) = await postbox.records()
    assert record["data"]["automatic"] == "null return path"


@pytest.mark.promise("S15")
async def test_a_bomb_stays_on_record_and_is_read_by_a_better_parser(postbox: Postbox, rooms: Rooms, monkeypatch):
    monkeypatch.setattr(rooms.mail_readers, "parse_mail", postbox.refusing_reader)
    assert (await postbox.post(mail())).status_code == 200
    (bare,) = await postbox.records()
    assert (bare["kind"], bare.get("text"), bare["data"]["unparsed"]) == ("other", None, True)
    assert bare["source_event_id"] == f"{events.mail_event_id(mail())}:unparsed"
    monkeypatch.setattr(rooms.mail_readers, "parse_mail", postbox.lenient_reader)
    deliveries = create_deliveries(rooms, create_registrar(rooms))
    assert await deliveries.reparse_payloads(ADAPTERS["email"], postbox.account, untaken=True) == (1, 1, 0)
    assert [record.get("text") for record in await postbox.records()] == ["read at last", None]


async def test_a_mail_is_kept_before_anybody_tries_to_read_it(postbox: Postbox, rooms: Rooms, monkeypatch):
    kept = []

    async def read(*_arguments, **_options):
        async with rooms.database.connection() as connection:
            kept.append(await connection.fetchrow("SELECT raw, taken FROM channel_payload"))
        raise DatabaseBusy

    monkeypatch.setattr(rooms.mail_readers, "parse_mail", read)
    assert (await postbox.post(mail())).status_code == 503
    assert [tuple(row) for row in kept] == [(mail(), False)]
    monkeypatch.undo()
    assert (await postbox.post(mail())).status_code == 200
    assert len(await postbox.records()) == 1


async def test_attachments_are_deleted_when_their_time_is_over(rooms: Rooms, tmp_path: Path):
    days = [tmp_path / "attachments" / day / "mail" for day in ("2025-11-20", "2025-11-22")]
    for day in days:
        day.mkdir(parents=True)
    await delete_expired(worker_dependencies(rooms))
    assert [day.exists() for day in days] == [False, True]


async def test_no_mail_is_taken_without_the_secret(postbox: Postbox):
    wrong = await postbox.desk.http.post("/v1/channels/email/guess", content=mail())
    assert wrong.status_code == 401
    shown = {"authorization": f"Bearer {postbox.account.secret}"}
    assert (await postbox.desk.http.post("/v1/channels/email", content=mail(), headers=shown)).status_code == 200


async def test_a_mail_over_25_mb_is_refused(postbox: Postbox):
    assert (await postbox.post(b"x" * (25 * 1024 * 1024 + 1))).status_code == 413


@pytest.mark.parametrize(
    "raw", [b"", b"\x00", b"\r\n\r\n", b"no header at all", "Grüße".encode("utf-16"), b"\xff" * 500]
)
async def test_whatever_comes_is_taken(postbox: Postbox, raw: bytes):
    assert (await postbox.post(raw)).status_code == 200
    assert await postbox.count() == 1
