"""Interactions for tests, with everything that a test does not speak of filled in."""

from itertools import count
from typing import Any

import msgspec

from service.model.interaction import Interaction
from tests.fixtures import NOW

_numbers = count()


def event_json(
    *,
    id: str | None = None,
    email: str = "anna@example.de",
    identities: list[tuple] | None = None,
    at: Any = NOW,
    ref: str | None = None,
    subject: str | None = None,
    attempt: tuple[str, str] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """An interaction as JSON: a chat message of anna@example.de at NOW unless said otherwise."""
    hint = {name: value for name, value in (("ref", ref), ("subject", subject)) if value}
    optional = {"conversation": hint} if hint else {}
    if attempt:
        optional["attempt"] = {"what": attempt[0], "outcome": attempt[1]}
    return {
        "source": "shop-bot",
        "source_event_id": id or f"event-{next(_numbers)}",
        "occurred_at": at.isoformat(),
        "channel": "chatbot",
        "kind": "message",
        "direction": "inbound",
        "identities": [
            {"kind": kind, "value": value, "verified": verified == [True]}
            for kind, value, *verified in identities or [("email", email)]
        ],
        **optional,
        **fields,
    }


def event(**fields: Any) -> Interaction:
    """The same as an Interaction."""
    return msgspec.convert(event_json(**fields), Interaction)
