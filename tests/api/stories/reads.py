"""Who looked at a customer."""

from collections.abc import Awaitable, Callable
from typing import Any

Call = Callable[..., Awaitable[Any]]


async def see_who_looked(story: Call, customer_id: str) -> None:
    """The privacy desk lists who was shown the customer."""
    await story("privacy", "GET", f"/v1/customers/{customer_id}/reads?limit=5")
