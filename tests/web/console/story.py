"""Anna Weber's story, told over the API: nothing helped, the promised call was missed, and she turns to us again."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

Call = Callable[..., Awaitable[Any]]
ANNA = {"kind": "email", "value": "anna.weber@example.de", "verified": True}
NUMBER = {"kind": "customer_number", "value": "K-20417", "verified": True}
PHONE = {"kind": "phone", "value": "+49 171 1234567"}
SUBJECT = "Router does not connect, error E42"
SAID = "This is the third time I explain it. The lamp is still red."


async def tell_annas_story(call: Call, now: datetime) -> str:
    """Register what happened before `now`; gives the customer's id. `call` is a Desk of the tests, or like one."""
    register = _registrar(call, now)
    first = await register("channel", 24, "web", "purchase", who=[ANNA, NUMBER], facts={"order_number": "A-10472"})
    customer_id = first["customer_id"]
    await register("channel", 20, "web", "form", facts={"postal-code": "70193", "router_model": "HomeBox 7590"})
    matter = {"conversation": {"subject": SUBJECT}}
    await register(
        "bot",
        3,
        "chatbot",
        "message",
        **matter,
        text="My router does not connect, error E42.",
        facts={"error_code": "E42"},
        mood=0.4,
    )
    await register("bot", 2.9, "chatbot", "attempt", **matter, attempt=_attempt("Restarted the router"), by="bot")
    await register(
        "console",
        2,
        "phone",
        "call",
        **matter,
        outcome="answered",
        attempt=_attempt("Factory reset"),
        mood=-0.1,
        by="agent",
    )
    await register("console", 1.9, "phone", "call", **matter, outcome="abandoned", mood=-0.5, asks=["error_code"])
    await register(
        "channel", 1.2, "email", "message", direction="outbound", by="agent", text="How to reset it with a cable."
    )
    await register("channel", 0.1, "email", "message", **matter, text=SAID, mood=-0.8)
    await register(
        "console",
        0.05,
        "phone",
        "note",
        direction="internal",
        **matter,
        attempt=_attempt("Line check", "pending"),
        by="agent",
    )
    page = f"/v1/customers/{customer_id}"
    assert (await call("console", "PATCH", page, ANNAS_RECORD)).status_code == 200
    granted = await call("console", "POST", f"{page}/conditions", CONDITION, idempotency_key=str(uuid4()))
    assert granted.status_code == 201, granted.text
    return customer_id


ANNAS_RECORD = {
    "name": "Anna Weber",
    "language": "de",
    "preferred_channel": "phone",
    "communication_style": "brief, factual",
    "segments": ["Premium"],
}
CONDITION = {
    "title": "Goodwill on accessories",
    "kind": "discount",
    "terms": {"percent": 20},
    "contract": "KU-118",
    "audiences": ["console", "store"],
    "max_uses": 1,
}


def _attempt(what: str, outcome: str = "failed") -> dict[str, str]:
    return {"what": what, "outcome": outcome}


def _registrar(call: Call, now: datetime) -> Call:
    async def register(role, days_ago, channel, kind, *, who=(ANNA,), by="customer", direction="inbound", **fields):
        body = {
            "source": f"the {channel}",
            "source_event_id": str(uuid4()),
            "occurred_at": (now - timedelta(days=days_ago)).isoformat(),
            "channel": channel,
            "kind": kind,
            "direction": direction,
            "participant": {"role": by},
            "identities": list(who),
            **fields,
        }
        answer = await call(role, "POST", "/v1/interactions", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return register
