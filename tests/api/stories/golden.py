"""A golden record: pinned, released, and decided by other rules."""

from typing import Any


async def keep_a_golden_record(story: Any) -> None:
    """Anna's name is pinned and released; the family name is that of the newest record from then on."""
    said = {
        "source": "crm-import",
        "source_event_id": "golden-1",
        "occurred_at": "2026-11-21T09:20:00Z",
        "channel": "phone",
        "kind": "call",
        "direction": "inbound",
        "identities": [{"kind": "phone", "value": "+49 171 5550777"}],
        "facts": {"family-name": "Maier", "postal-code": "10115"},
    }
    customer = (await story("channel", "POST", "/v1/interactions", said))["customer_id"]
    path = f"/v1/customers/{customer}/golden"
    await story("console", "PUT", f"{path}/family", {"value": "Huber", "note": "She told us that she married."})
    await story("console", "GET", path)
    await story("console", "DELETE", f"{path}/family")
    await story("admin", "PUT", "/v1/settings/survivorship", {"family": {"rule": "recent", "sources": []}})
    await story("console", "GET", "/v1/settings/survivorship")


async def take_over_the_golden_record(story: Any) -> None:
    """The shop reads what stands of one of its persons, and what changed since it last looked."""
    await story("console", "GET", "/v1/sources/shop/records/10071/golden")
    await story("console", "GET", "/v1/sources/shop/changes?after=0")
