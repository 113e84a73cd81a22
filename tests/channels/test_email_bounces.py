"""Bounces: which address a mail did not reach, whether it is dead, and what we tried with it."""

import time

import pytest

from service.channels.email.message.model import Bounce
from service.channels.email.message.parse import parse_mail
from service.model.mail import Envelope
from tests.channels.mails import mail, multipart, part
from tests.channels.postbox import Postbox

ANNA = "anna@example.com"


def reported(fields: str, message_id: str = "<0@example.org>") -> bytes:
    """A bounce as RFC 3464 has it, about one address with these fields."""
    status = f"Reporting-MTA: dns; mx.example.com\r\n\r\n{fields}".encode()
    return multipart(
        part(b"It could not be delivered.", "text/plain"),
        part(status, "message/delivery-status"),
        part(f"Message-ID: {message_id}\r\nSubject: Router\r\n".encode(), "text/rfc822-headers"),
        kind='report; report-type="delivery-status"',
        headers={"From": "MAILER-DAEMON@mx.example.com", "Return-Path": "<>"},
        message_id="<bounce@mx.example.com>",
    )


def fields(status: str, *, action: str = "failed", diagnostic: str = "") -> str:
    said = f"Diagnostic-Code: smtp; {diagnostic}\r\n" if diagnostic else ""
    return f"Final-Recipient: rfc822; {ANNA}\r\nAction: {action}\r\nStatus: {status}\r\n{said}"


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        # RFC 3463 3.2: the address
        ("5.1.0", True),
        ("5.1.1", True),  # no such mailbox
        ("5.1.2", True),  # no such host
        ("5.1.3", True),  # no address
        ("5.1.6", True),  # moved
        ("5.1.10", True),  # RFC 7505: a domain that takes no mail
        ("5.1.7", False),  # the sender's address
        ("5.1.8", False),
        # 3.3: there is such a mailbox
        ("5.2.1", True),  # disabled
        ("5.2.2", False),  # full
        ("5.2.3", False),  # the mail is too large for it
        # 3.4: the system
        ("5.3.1", False),
        ("5.3.4", False),  # the mail is too large for it
        # 3.5: the way
        ("5.4.1", True),  # Exchange Online: no such recipient
        ("5.4.4", True),  # no way to the host
        ("5.4.310", True),  # Exchange Online: no such domain
        ("5.4.6", False),  # a loop
        ("5.4.7", False),  # too late
        # 3.6: the dialogue
        ("5.5.0", True),  # Outlook: no such mailbox
        ("5.5.2", False),
        # 3.7, 3.8: content, security, policy
        ("5.6.1", False),
        ("5.7.0", False),
        ("5.7.1", False),
        ("5.7.26", False),
        # RFC 3463 3.1: a temporary failure that was given up
        ("4.2.2", False),
        ("4.4.7", False),
    ],
)
def test_a_failure_says_whether_the_address_is_dead(status: str, permanent: bool):
    (bounce,) = parse_mail(reported(fields(status)), Envelope()).bounces
    assert bounce == Bounce(address=ANNA, permanent=permanent, given_up=True, status=status)


@pytest.mark.parametrize(
    ("stated", "bounce"),
    [
        (fields("4.4.1", action="delayed"), Bounce(address=ANNA, permanent=False, given_up=False, status="4.4.1")),
        (fields("5.1.1", action="Failed (by us)"), Bounce(address=ANNA, permanent=True, status="5.1.1")),
        (fields("5.1.1", action="error"), Bounce(address=ANNA, permanent=True, status="5.1.1")),  # OpenSMTPD
        (fields("5.0.0", diagnostic="550 5.2.2 full"), Bounce(address=ANNA, permanent=False, status="5.2.2")),
        (fields("5.0.0", diagnostic="552 no"), Bounce(address=ANNA, permanent=False, status="5.0.0")),  # RFC 5321 4.2.3
        (fields("5.0.0", diagnostic="550 unknown"), Bounce(address=ANNA, permanent=True, status="5.0.0")),
        (
            fields("5.3.0", diagnostic="553 No such user"),
            Bounce(address=ANNA, permanent=True, status="5.3.0"),
        ),  # Sendmail
        (
            f"Original-Recipient: rfc822;{ANNA}\r\nFinal-Recipient: rfc822; a@inside.example\r\nAction: failed\r\n",
            Bounce(address=ANNA, permanent=True),
        ),
        (f"Final-Recipient: <{ANNA}>\r\nStatus: 5.1.1\r\n", Bounce(address=ANNA, permanent=True, status="5.1.1")),
    ],
)
def test_the_fields_of_a_report_are_read_as_servers_write_them(stated: str, bounce: Bounce):
    assert parse_mail(reported(stated), Envelope()).bounces == (bounce,)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_mail_that_arrived_is_no_bounce(action: str):
    assert parse_mail(reported(fields("2.0.0", action=action)), Envelope()).bounces == ()


RETURNED = f"""Received: from mail.example.org by mx.example.com; Sat, 21 Nov 2026 10:00:00 +0100
From: Support <support@example.org>
To: Anna Mayer <{ANNA}>
Subject: Router
Message-ID: MESSAGE_ID
Date: Sat, 21 Nov 2026 09:59:00 +0100

Please try a cable.
"""
DAEMON = {"From": "MAILER-DAEMON@mx.example.com"}
INLINE = {
    "qmail": (
        DAEMON,
        "failure notice",
        (
            f"Hi. This is the qmail-send program at mx.example.com.\nI'm afraid I wasn't able to deliver your message to the "
            f"following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{ANNA}>:\n"
            f"192.0.2.135 does not like recipient.\nRemote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.135.\n\n"
            f"--- Below this line is a copy of the message.\n\nReturn-Path: <support@example.org>\n{RETURNED}"
        ),
    ),
    "exim": (
        {"From": "Mail Delivery System <Mailer-Daemon@mx.example.com>", "X-Failed-Recipients": ANNA},
        "Mail delivery failed: returning message to sender",
        (
            f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
            f"delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
            f"  {ANNA}\n    host mx.example.com [192.0.2.20]\n    SMTP error from remote mail server after RCPT TO:<{ANNA}>:\n"
            f"    550 5.1.1 User unknown\n\n------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}"
        ),
    ),
    "yahoo": (
        {"From": "MAILER-DAEMON@yahoo.example"},
        "Failure Notice",
        (
            f"Sorry, we were unable to deliver your message to the following address.\n\n<{ANNA}>:\n"
            f"Remote host said: 550 5.1.1 User Unknown [RCPT_TO]\n\n--- Below this line is a copy of the message.\n\n{RETURNED}"
        ),
    ),
    "gmx": (
        {"From": "MAILER-DAEMON@mail.gmx.example", "Return-Path": " "},
        "Mail delivery failed: returning message to sender",
        (
            f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
            f'delivered to one or more of\nits recipients. This is a permanent error. The following address\nfailed:\n\n"{ANNA}":\n'
            f"SMTP error from remote server after RCPT command:\nhost: mx.example.com\n5.1.1 User Unknown\n\n\n"
            f"--- The header of the original message is following. ---\n\n{RETURNED.partition('Please')[0]}"
        ),
    ),
    "mail.ru": (
        {"From": "mailer-daemon@corp.mail.example", "Auto-Submitted": "auto-replied", "X-Failed-Recipients": ANNA},
        "=?UTF-8?B?0J/QuNGB0YzQvNC+?=. Mail failure.",
        (
            f"К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:\n\n  {ANNA}\n"
            f"    host mx.example.com [192.0.2.22]: 550 5.1.1 User Unknown\n\n**********************\n\n"
            f"------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}"
        ),
    ),
    "dragonfly": (
        {"From": "MAILER-DAEMON <>"},
        "Mail delivery failed",
        (
            f"This is the DragonFly Mail Agent v0.13 at mx.example.com.\n\nThere was an error delivering your mail to <{ANNA}>.\n\n"
            f"mx.example.com [192.0.2.25] did not like our RCPT TO:\n550 5.1.1 <{ANNA}>: User unknown\n\n"
            f"Message headers follow.\n\n{RETURNED.partition('Please')[0]}"
        ),
    ),
    "gmail": (
        {"From": "Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "X-Failed-Recipients": ANNA},
        "Delivery Status Notification (Failure)",
        (
            f"Delivery to the following recipient failed permanently:\n\n     {ANNA}\n\nTechnical details of permanent failure: \n"
            f"550 5.1.1 The email account does not exist.\n\n----- Original message -----\n\n{RETURNED}"
        ),
    ),
    "opensmtpd": (
        DAEMON,
        "Delivery status notification: error",
        (
            f"    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while "
            f"attempting to deliver a message for\n    the following list of recipients:\n\n{ANNA}: 550 5.1.1 User Unknown\n\n"
            f"    Below is a copy of the original message:\n\n{RETURNED}"
        ),
    ),
    "a server that quotes with marks": (
        DAEMON,
        "Unzustellbar",
        f"Ihre Nachricht an {ANNA} ist nicht zustellbar: 550 5.1.1\n\n"
        + "".join(f"> {line}\n" for line in RETURNED.split("\n")),
    ),
}


def inline(server: str, message_id: str) -> bytes:
    """A bounce that quotes our mail in its text, as this server writes it."""
    headers, subject, text = INLINE[server]
    named = {**headers, "Subject": subject, "To": "support@example.org", "Message-ID": "<bounce@mx.example.com>"}
    return mail(text.replace("MESSAGE_ID", message_id), headers=named)


@pytest.mark.parametrize("server", INLINE)
def test_a_bounce_that_quotes_our_mail_in_its_text_says_which_it_was(server: str):
    found = parse_mail(inline(server, "<0@example.org>"), Envelope())
    assert found.bounces == (Bounce(address=ANNA, permanent=True, status="5.1.1"),)
    assert found.returned == ("<0@example.org>",)


async def test_the_attempt_of_a_mail_that_a_bounce_quotes_has_failed(postbox: Postbox):
    await postbox.post(mail("The router is dead", message_id="<first@example.com>"))
    (record,) = await postbox.records()
    for number, server in enumerate(INLINE):
        wanted = {"conversation_id": record["conversation_id"], "attempt": f"Sent cable {number}"}
        sent = (await postbox.token(**wanted)).json()
        raw = inline(server, sent["message_id"]).replace(b"<bounce@", b"<%d@" % number)
        assert (await postbox.post(raw)).status_code == 200
    (conversation,) = (await postbox.desk.look_up(value=ANNA)).json()["conversations"]
    assert {(one["what"], one["outcome"]) for one in conversation["attempts"]} == {
        (f"Sent cable {number}", "failed") for number in range(len(INLINE))
    }


@pytest.mark.parametrize(
    ("status", "action", "outcome", "undeliverable"),
    [
        ("5.1.1", "failed", "failed", [ANNA]),
        ("5.2.2", "failed", "failed", []),
        ("5.3.4", "failed", "failed", []),
        ("5.7.1", "failed", "failed", []),
        ("4.4.7", "failed", "failed", []),
        ("4.2.2", "delayed", "pending", []),
    ],
)
async def test_what_was_given_up_has_failed_and_only_a_dead_address_is_marked(
    postbox: Postbox, status, action, outcome, undeliverable
):
    await postbox.post(mail("The router is dead", message_id="<first@example.com>"))
    (record,) = await postbox.records()
    wanted = {"conversation_id": record["conversation_id"], "attempt": "Sent a cable"}
    sent = (await postbox.token(**wanted)).json()
    await postbox.post(reported(fields(status, action=action), sent["message_id"]))
    (conversation,) = (await postbox.desk.look_up(value=ANNA)).json()["conversations"]
    assert [one["outcome"] for one in conversation["attempts"]] == [outcome]
    again = (await postbox.token(conversation_id=record["conversation_id"])).json()
    assert [one["address"] for one in again["undeliverable"]] == undeliverable


def test_several_addresses_of_one_bounce_are_told_apart():
    text = (
        "Hi. This is the qmail-send program at mx.example.com.\n\n<anna@example.com>:\nRemote host said: 550 5.1.1 unknown\n\n"
        "<bea@example.com>:\nRemote host said: 552 5.2.2 mailbox full\n\n--- Below this line is a copy of the message.\n"
    )
    found = parse_mail(mail(text, headers=DAEMON, subject="failure notice"), Envelope()).bounces
    assert [(one.address, one.permanent, one.status) for one in found] == [
        (ANNA, True, "5.1.1"),
        ("bea@example.com", False, "5.2.2"),
    ]


@pytest.mark.parametrize(
    ("text", "given_up", "permanent"),
    [
        ("Delivery of your mail to anna@example.com is delayed. We will continue to try.", False, False),
        ("Could not deliver to anna@example.com for the last 432000 seconds. Giving up.", True, False),
        ("anna@example.com: the mailbox of this user is full", True, False),
        ("Die Adresse anna@example.com gibt es nicht.", True, True),
    ],
)
def test_the_words_of_a_server_without_a_status_are_weighed(text: str, given_up: bool, permanent: bool):
    (bounce,) = parse_mail(mail(text, headers=DAEMON), Envelope()).bounces
    assert bounce == Bounce(address=ANNA, permanent=permanent, given_up=given_up)


def test_a_notice_of_absence_that_quotes_our_mail_is_no_bounce():
    away = {"Auto-Submitted": "auto-replied"}
    found = parse_mail(mail(f"I am away until Monday.\n\n{RETURNED}", headers=away), Envelope())
    assert (found.automatic, found.bounces, found.returned) == ("auto-submitted", (), ())


def test_a_person_who_passes_on_a_bounce_has_not_written_one():
    text = INLINE["qmail"][2]
    found = parse_mail(mail(f"What does this mean?\n\n{text}", subject="Fwd: failure notice"), Envelope())
    assert (found.automatic, found.bounces, found.returned) == (None, (), ())


@pytest.mark.parametrize(
    "text", ["5.1.1.", "5.1.", "a@b.", "Message-ID: <1@x>\n", "To: a\n", "> ", "a@b ", "1.2.3 ", "x"]
)
@pytest.mark.slow
def test_no_bounce_takes_more_than_a_moment(text: str):
    began = time.process_time()
    parse_mail(mail(text * (1_000_000 // len(text)), headers=DAEMON), Envelope())
    assert time.process_time() - began < 4
