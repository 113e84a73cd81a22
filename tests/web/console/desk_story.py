"""Anna's router does not connect: the bot has tried, and hands off to the desk where Jana works."""

from typing import Any

from tests.fixtures import Desk

ANNA = {"kind": "email", "value": "anna@example.de"}
PHONE = {"kind": "phone", "value": "+49 171 1234567"}
SUMMARY = "The restart and the reset did not help; the lamp stays red."


async def hand_off(desk: Desk, **changes: Any) -> dict[str, Any]:
    """The bot hands Anna off to Support."""
    wanted = {
        "identity": ANNA,
        "subject": "Router does not connect, error E42",
        "to": {"queue": "support"},
        "reason": {"code": "unsolved", "text": "She asked for a person."},
        "summary": SUMMARY,
        "facts": {"order_number": "A-10472", "error_code": "E42"},
        "attempts": [{"what": "Restarted the router", "outcome": "failed"}],
        "transcript": [{"role": "customer", "text": "My router does not connect <b>at all</b>."}],
    } | changes
    given = await desk("bot", "POST", "/v1/handoffs", wanted, idempotency_key=str(len(str(changes))))
    assert given.status_code == 201, given.text
    return given.json()


async def promise(desk: Desk, **changes: Any) -> dict[str, Any]:
    """Support promises Anna a call."""
    wanted = {"identity": PHONE, "queue": "support", "reason": "Router does not connect"} | changes
    given = await desk("console", "POST", "/v1/callbacks", wanted, idempotency_key=str(len(str(changes))))
    assert given.status_code == 201, given.text
    return given.json()
