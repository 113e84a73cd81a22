"""Feeds the mail parser with what atheris invents: `python -m tests.fuzz.fuzz_mail -max_total_time=600`.

Needs `pip install atheris`. Whatever leaves the parser as an exception, or takes more than ten seconds, is a finding.
"""

import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["service.channels.email", "email"]):
    from service.channels.email import identification as events
    from service.channels.email.message import record
    from service.channels.email.message.parse import parse_mail
    from service.channels.email.message.record import MailContext
    from service.model.mail import Envelope
    from tests.channels.mails import mail, multipart, part

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SEEDS = (
    mail("Hello\n\nOn Fri, 20 Nov 2026 at 10:22, Support <s@example.org> wrote:\n> x", in_reply_to="<1@example.org>"),
    multipart(part(b"plain", "text/plain"), part(b"<p>html</p>", "text/html"), kind="alternative"),
    multipart(
        part(b"QUJD", 'application/zip; name="a.zip"', Content_Transfer_Encoding="base64"),
        part(mail(), "message/rfc822"),
    ),
    multipart(
        part(
            b"Final-Recipient: rfc822; a@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n", "message/delivery-status"
        ),
        kind='report; report-type="delivery-status"',
    ),
)


def test_one(raw: bytes) -> None:
    """One input: taken apart, and made an interaction."""
    found = parse_mail(raw, Envelope(), authserv_id="mx.us")
    known = MailContext(source="email:fuzz", event_id=events.mail_event_id(raw), received_at=NOW)
    record.interaction_of_mail(found, known)
    events.claimed_sender(raw)


def grown(raw: bytes, most: int, seed: int) -> bytes:
    """An empty input grows out of a real mail; everything else is changed as the library likes."""
    return atheris.Mutate(raw or SEEDS[seed % len(SEEDS)], most)


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one, custom_mutator=grown)
    atheris.Fuzz()
