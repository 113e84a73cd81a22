"""Made-up customers and what happened to them, as files for `askonce import`; the same ones every time.

Customer `i` of `0 … N-1` has the telephone number +49151 and `i` in eight digits, and the address c{i}@example.com. The
interactions are in the order of time, as a system that is replaced would export them: the ten of a conversation lie
within minutes, the conversations of one customer weeks apart.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

CONVERSATION_LENGTH = 10
_SENTENCES = (
    "Since this morning the router blinks red and nothing in the house connects any more.",
    "I restarted it twice as your colleague asked me to, and it did not help at all.",
    "The invoice of last month shows the old address although I changed it in the app.",
    "Could somebody please call me back in the afternoon? I waited 20 minutes and was cut off.",
)
_CHANNELS = ("chatbot", "chatbot", "phone", "email", "web")
_KINDS = {"chatbot": "message", "phone": "call", "email": "message", "web": "form"}
_encode = msgspec.json.Encoder().encode


def customer_phone(number: int) -> str:
    """The telephone number of this customer."""
    return f"+49151{number:08d}"


def write_customers(path: Path, customers: int) -> None:
    """A file of customers."""
    _write(path, (_customer(number) for number in range(customers)))


def write_interactions(path: Path, customers: int, per_customer: int, *, last_at: datetime) -> None:
    """A file of `each` interactions of every customer, evenly over the 100 days before `last_at`."""
    _write(path, _interactions(customers, per_customer, last_at))


def _write(path: Path, records: Iterator[dict[str, object]]) -> None:
    with path.open("wb", buffering=1 << 20) as file:
        for record in records:
            file.write(_encode(record))
            file.write(b"\n")


def _customer(number: int) -> dict[str, object]:
    return {
        "identities": [
            {"kind": "phone", "value": customer_phone(number), "verified": True},
            {"kind": "email", "value": f"c{number}@example.com"},
        ],
        "name": f"Anna Customer-{number}",
        "language": "de",
    }


def _interactions(customers: int, per_customer: int, last_at: datetime) -> Iterator[dict[str, object]]:
    step = timedelta(days=100) / (customers * per_customer)
    at = last_at.astimezone(UTC) - timedelta(days=100)
    order = list(range(customers))
    for first in range(0, per_customer, CONVERSATION_LENGTH):
        Random(first).shuffle(order)  # noqa: S311 (the same order every time is wanted)
        for customer in order:
            for number in range(first, min(first + CONVERSATION_LENGTH, per_customer)):
                at += step
                yield _interaction(customer, number, at)


def _interaction(customer: int, number: int, at: datetime) -> dict[str, object]:
    conversation, index = divmod(number, CONVERSATION_LENGTH)
    channel = _CHANNELS[number % len(_CHANNELS)]
    record: dict[str, object] = {
        "source": "old-helpdesk",
        "source_event_id": f"{customer}-{number}",
        "occurred_at": at,
        "channel": channel,
        "kind": _KINDS[channel],
        "direction": "inbound" if number % 2 == 0 else "outbound",
        "identities": [{"kind": "phone", "value": customer_phone(customer)}],
        "conversation": {"ref": f"case-{customer}-{conversation}", "subject": f"Matter {conversation}"},
        "text": _SENTENCES[number % len(_SENTENCES)],
    }
    if index == 0:
        record["facts"] = {"order_number": f"A-{customer}-{conversation}", "error_code": "E42"}
    elif index == 1:
        record["asks"] = ["order_number"]
    elif index == 2:  # noqa: PLR2004 (the third interaction of a conversation)
        record["attempt"] = {"what": "Restarted the router", "outcome": "failed"}
    return record
