"""Which thread a mail joins: by what only our mail carries, by what is known, and never by its subject alone."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.email.threads import bare_subject
from service.channels.email.tokens import (
    conversation_of_token,
    conversation_token,
    outgoing_headers,
    tokens_in_addresses,
)
from service.errors import InvalidInput
from tests.channels.mails import mail, multipart, part
from tests.channels.postbox import Postbox

pytestmark = pytest.mark.slow

KEY = b"k" * 32


async def begun(postbox: Postbox) -> str:
    """The conversation that a first mail of Anna's opens."""
    await postbox.post(mail("The router is dead", message_id="<first@example.com>"))
    (record,) = await postbox.records()
    return record["conversation_id"]


async def threads(postbox: Postbox, address: str = "anna@example.com") -> set[str]:
    return {record["conversation_id"] for record in await postbox.records(address)}


async def test_an_answer_to_our_address_joins_its_conversation(postbox: Postbox):
    conversation = await begun(postbox)
    token = (await postbox.token(conversation_id=conversation)).json()
    await postbox.post(mail("thanks", to=token["reply_to"].upper(), message_id="<2@example.com>", subject="Danke"))
    assert await threads(postbox) == {conversation}


async def test_an_answer_to_our_message_id_joins_its_conversation(postbox: Postbox):
    conversation = await begun(postbox)
    token = (await postbox.token(conversation_id=conversation)).json()
    await postbox.post(mail("thanks", message_id="<2@example.com>", in_reply_to=token["message_id"]))
    await postbox.post(mail("ps", message_id="<3@example.com>", references=f"<x@y> {token['message_id']}"))
    assert await threads(postbox) == {conversation}


async def test_an_answer_to_a_known_mail_joins_its_conversation(postbox: Postbox):
    conversation = await begun(postbox)
    await postbox.post(mail("second", message_id="<2@example.com>", in_reply_to="<first@example.com>"))
    await postbox.post(mail("third", message_id="<3@example.com>", references="<unknown@x> <2@example.com>"))
    assert await threads(postbox) == {conversation}


async def test_mails_of_a_thread_that_come_in_the_wrong_order_are_one_conversation(postbox: Postbox):
    await postbox.post(mail("second", message_id="<2@example.com>", references="<first@example.com>"))
    await postbox.post(mail("first", message_id="<first@example.com>"))
    assert len(await threads(postbox)) == 1


async def test_a_subject_alone_is_only_a_suggestion(postbox: Postbox):
    conversation = await begun(postbox)
    await postbox.post(mail("again", message_id="<2@example.com>", subject="AW: Router"))
    newest = (await postbox.records())[0]
    assert newest["conversation_id"] != conversation
    assert newest["data"]["suggested_conversation_id"] == conversation


async def test_a_forged_token_joins_nothing(postbox: Postbox):
    conversation = await begun(postbox)
    forged = f"support+{conversation_token(UUID(conversation), b'guess')}@example.org"
    await postbox.post(mail("mine now", to=forged, message_id="<2@example.com>"))
    assert len(await threads(postbox)) == 2


async def test_a_strangers_answer_is_flagged_and_becomes_nobodys_identity(postbox: Postbox):
    conversation = await begun(postbox)
    token = (await postbox.token(conversation_id=conversation)).json()
    eve = {"From": "Eve Mallory <eve@example.net>"}
    await postbox.post(mail("I am Anna", to=token["reply_to"], message_id="<2@example.net>", headers=eve))
    newest = (await postbox.records())[0]
    assert (newest["conversation_id"], newest["assurance"]) == (conversation, "none")
    assert (newest["data"]["stranger"], newest["data"]["from"]) == (True, "eve@example.net")
    assert await postbox.records("eve@example.net") == []
    view = (await postbox.desk.look_up(value="anna@example.com")).json()
    assert [one["value"] for one in view["identities"] if one["kind"] == "email"] == ["anna@example.com"]


async def test_an_answer_by_another_customer_is_a_strangers_too(postbox: Postbox):
    conversation = await begun(postbox)
    bea = {"From": "bea@example.net"}
    await postbox.post(mail("hello", message_id="<b@example.net>", headers=bea))
    await postbox.post(mail("re", message_id="<c@example.net>", in_reply_to="<first@example.com>", headers=bea))
    assert len(await postbox.records("bea@example.net")) == 1
    assert (await postbox.records())[0]["conversation_id"] == conversation


def bounce(message_id: str, address: str = "anna@example.com") -> bytes:
    """What a mail server says of a mail that it could not deliver."""
    status = (
        f"Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; {address}\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n"
    )
    return multipart(
        part(b"It could not be delivered.", "text/plain"),
        part(status.encode(), "message/delivery-status"),
        part(f"Message-ID: {message_id}\r\nSubject: Router\r\n".encode(), "text/rfc822-headers"),
        kind='report; report-type="delivery-status"',
        headers={"From": "MAILER-DAEMON@mx.example.com", "Return-Path": "<>"},
        message_id="<bounce@mx.example.com>",
    )


async def test_a_bounce_makes_the_attempt_fail_and_marks_the_address(postbox: Postbox):
    conversation = await begun(postbox)
    sent = (await postbox.token(conversation_id=conversation, attempt="Sent a new cable")).json()
    assert sent["undeliverable"] == []
    await postbox.post(bounce(sent["message_id"]))
    newest = (await postbox.records())[0]
    assert (newest["kind"], newest["conversation_id"]) == ("system", conversation)
    view = (await postbox.desk.look_up(value="anna@example.com")).json()
    (matter_of_it,) = view["conversations"]
    (tried,) = matter_of_it["attempts"]
    assert (tried["what"], tried["outcome"]) == ("Sent a new cable", "failed")
    again = (await postbox.token(conversation_id=conversation)).json()
    assert [one["address"] for one in again["undeliverable"]] == ["anna@example.com"]


@pytest.mark.parametrize("role", ["bot", "channel", "console"])
@pytest.mark.promise("S2")
async def test_only_a_console_is_told_which_addresses_mail_did_not_reach(postbox: Postbox, role):
    """S2: the address of a customer is in no view of a bot or a channel."""
    conversation = await begun(postbox)
    sent = (await postbox.token(conversation_id=conversation)).json()
    await postbox.post(bounce(sent["message_id"]))
    answer = await postbox.desk(role, "POST", "/v1/email/tokens", {"conversation_id": conversation})
    assert answer.status_code == 201
    assert ("anna@example.com" in answer.text) is (role == "console")


async def test_whoever_answers_our_mail_has_received_it(postbox: Postbox):
    conversation = await begun(postbox)
    sent = (await postbox.token(conversation_id=conversation)).json()
    await postbox.post(bounce(sent["message_id"]))
    await postbox.post(mail("I am back", message_id="<2@example.com>", in_reply_to=sent["message_id"]))
    assert (await postbox.token(conversation_id=conversation)).json()["undeliverable"] == []


async def test_a_made_up_bounce_marks_nothing(postbox: Postbox):
    conversation = await begun(postbox)
    await postbox.post(bounce("<first@example.com>"))
    await postbox.post(bounce("<nobody@example.net>"))
    assert (await postbox.token(conversation_id=conversation)).json()["undeliverable"] == []


async def test_a_bounce_marks_no_address_of_somebody_else(postbox: Postbox):
    conversation = await begun(postbox)
    await postbox.post(mail("hello", message_id="<b@example.net>", headers={"From": "bea@example.net"}))
    sent = (await postbox.token(conversation_id=conversation)).json()
    await postbox.post(bounce(sent["message_id"], address="bea@example.net"))
    (hello,) = await postbox.records("bea@example.net")
    assert (await postbox.token(conversation_id=hello["conversation_id"])).json()["undeliverable"] == []


async def test_an_automatic_answer_reopens_nothing(postbox: Postbox):
    conversation = await begun(postbox)
    await postbox.desk("console", "PATCH", f"/v1/conversations/{conversation}", {"status": "resolved"})
    away = {"Auto-Submitted": "auto-replied"}
    await postbox.post(mail("away", message_id="<2@x>", in_reply_to="<first@example.com>", headers=away))
    assert await threads(postbox) == {conversation}
    async with postbox.rooms.database.connection() as connection:
        assert await connection.fetchval("SELECT status FROM conversation") == "resolved"


async def test_our_own_mail_is_dropped_when_it_comes_back(postbox: Postbox):
    conversation = await begun(postbox)
    headers = (await postbox.token(conversation_id=conversation)).json()["headers"]
    await postbox.post(mail("ours", headers={**headers, "From": "support@example.org"}))
    assert await postbox.count() == 1
    forged = {"X-Askonce-Loop": conversation_token(UUID(conversation), b"guess")}
    await postbox.post(mail("theirs", message_id="<2@example.com>", headers=forged))
    assert await postbox.count() == 2


async def test_the_same_mail_ref_gives_the_same_headers_and_one_record(postbox: Postbox):
    conversation = await begun(postbox)
    wanted = {"conversation_id": conversation, "mail_ref": "crm-17", "text": "A cable is on its way."}
    first, second = [(await postbox.token(**wanted)).json() for _ in range(2)]
    assert first == second
    assert [record["text"] for record in await postbox.records()].count("A cable is on its way.") == 1
    other = (await postbox.token(**wanted | {"mail_ref": "crm-18"})).json()
    assert other["message_id"] != first["message_id"]


async def test_no_key_can_take_the_mail_ref_of_another_away(postbox: Postbox):
    """S24: each key's mail goes on record, whichever came first."""
    wanted = {"conversation_id": await begun(postbox), "mail_ref": "crm-17"}
    await postbox.desk("bot", "POST", "/v1/email/tokens", wanted | {"text": "Never mind."})
    await postbox.token(**wanted, text="A cable is on its way.")
    assert {"Never mind.", "A cable is on its way."} <= {record["text"] for record in await postbox.records()}


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"conversation_id": str(uuid4())}, 404),
        ({"conversation_id": "no"}, 400),
        ({}, 400),
        ({"channel": "elsewhere"}, 404),
    ],
)
async def test_a_token_that_cannot_be_made_says_why(postbox: Postbox, wanted: dict, status: int):
    stated = {"conversation_id": await begun(postbox), **wanted} if "channel" in wanted else wanted
    assert (await postbox.token(**stated)).status_code == status


async def test_of_several_doors_one_must_be_named(postbox: Postbox, open_door):
    conversation = await begun(postbox)
    await open_door("mailgun", name="sales", reply_address="sales@example.org")
    assert (await postbox.token(conversation_id=conversation)).status_code == 400
    named = (await postbox.token(conversation_id=conversation, channel="sales")).json()
    assert named["reply_to"].startswith("sales+")


@pytest.mark.parametrize(
    ("subject", "matter_of_it"),
    [
        ("AW: Re: Fwd: Router", "Router"),
        ("RE[2]: Router", "Router"),
        ("Betreff: Router", "Betreff: Router"),
        ("Re:", None),
        ("", None),
    ],
)
def test_the_matter_is_the_subject_without_prefixes(subject: str, matter_of_it: str | None):
    assert bare_subject(subject) == matter_of_it


@given(st.uuids())
def test_a_token_names_its_conversation_in_any_case(conversation_id: UUID):
    made = outgoing_headers(conversation_id, "support@example.org", KEY)
    (found,) = tokens_in_addresses([made.reply_to.upper()])
    assert conversation_of_token(found, KEY) == conversation_id
    assert conversation_of_token(found, b"other") is None
    assert len(made.reply_to.partition("@")[0]) <= 64


@given(st.text(max_size=60))
def test_no_text_is_taken_for_a_token(text: str):
    assert conversation_of_token(text, KEY) is None


@pytest.mark.parametrize("address", ["", "support", "a b@example.org", "x" * 21 + "@example.org", "a+b@example.org"])
def test_an_address_that_cannot_carry_a_token_is_refused(address: str):
    with pytest.raises(InvalidInput):
        outgoing_headers(uuid4(), address, KEY)


async def test_after_a_split_each_goes_on_in_the_part_of_its_own(postbox: Postbox):
    conversation = await begun(postbox)
    anna = (await postbox.records())[0]["customer_id"]
    mum, hers_from = {"kind": "email", "value": "mum@example.com"}, {"From": "mum@example.com"}
    await postbox.desk("console", "PUT", f"/v1/customers/{anna}/identities", mum)
    await postbox.post(mail("mum's", headers=hers_from, message_id="<2@x>", in_reply_to="<first@example.com>"))
    split = {"interactions": [(await postbox.records())[0]["id"]], "identities": [mum]}
    await postbox.desk("console", "POST", f"/v1/customers/{anna}/split", split, idempotency_key="split")
    (hers,) = await threads(postbox, mum["value"])
    address = (await postbox.token(conversation_id=conversation)).json()["reply_to"]
    await postbox.post(mail("to our address", headers=hers_from, to=address, message_id="<3@x>"))
    await postbox.post(mail("to her mail", message_id="<4@x>", in_reply_to="<2@x>"))
    assert await threads(postbox, mum["value"]) == {hers}
    assert await threads(postbox) == {conversation}
    assert [len(await postbox.records(one)) for one in (mum["value"], "anna@example.com")] == [2, 2]
