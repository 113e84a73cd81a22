"""What a customer's data may be used for, as agents and the privacy desk record it."""

from collections.abc import Awaitable, Callable
from typing import Any

Call = Callable[..., Awaitable[Any]]


async def decide_what_data_may_be_used_for(story: Call, customer_id: str) -> None:
    """A customer objects to advertising by e-mail; the privacy desk holds and restricts the data, and lifts both."""
    customer = f"/v1/customers/{customer_id}"
    said = {"purpose": "marketing", "state": "withdrawn", "channel": "email", "source": "on the phone"}
    await story("console", "PUT", f"{customer}/consents", {"consents": [said]})
    await story("console", "GET", f"{customer}/consents")
    hold = {"reason": "Lawsuit 4 O 17/26", "until": "2030-01-01T00:00:00Z"}
    await story("privacy", "PUT", f"{customer}/holds/lawsuit", hold)
    await story("privacy", "GET", f"{customer}/holds")
    await story("privacy", "DELETE", f"{customer}/holds/lawsuit")
    restricted = {"restricted": True, "reason": "The customer contests what we have on record."}
    await story("privacy", "PUT", f"{customer}/restriction", restricted)
    await story("privacy", "GET", f"{customer}/restriction")
    lifted = {"restricted": False, "reason": "The record was corrected."}
    await story("privacy", "PUT", f"{customer}/restriction", lifted)
