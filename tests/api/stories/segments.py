"""Segments by rules, and a customer who may leave."""

from typing import Any

RULE = "signals.dropped_calls >= 2 && conversations.exists(c, c.status != 'resolved')"


async def tell_of_segments(story: Any) -> None:
    """Three calls in vain, whom a rule meets, and what is done about them."""
    call = {
        "source": "cti",
        "channel": "phone",
        "kind": "call",
        "direction": "inbound",
        "outcome": "abandoned",
        "mood": -0.7,
        "identities": [{"kind": "phone", "value": "+49 171 5550888"}],
    }
    for minute in (10, 20, 30):
        said = {"source_event_id": f"call-{minute}", "occurred_at": f"2026-11-21T08:{minute}:00Z"}
        customer = (await story("channel", "POST", "/v1/interactions", call | said))["customer_id"]
    await story("console", "POST", "/v1/segments/unheard/dry-run", {"rule": RULE})
    await story("admin", "PUT", "/v1/segments/unheard", {"title": "Called in vain", "rule": RULE})
    await story.evaluate()
    await story("console", "GET", "/v1/segments")
    await story("console", "GET", "/v1/segments/unheard")
    await story("console", "GET", f"/v1/customers/{customer}/segments")
    await story("admin", "DELETE", "/v1/segments/unheard")
    await story("console", "GET", "/v1/at-risk?limit=1")
    done = {"action": "called", "note": "Apologised for the wait; the technician comes on Monday."}
    await story("console", "POST", f"/v1/at-risk/{customer}/actions", done)
    await story("console", "GET", "/v1/at-risk/rules")
