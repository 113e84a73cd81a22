"""What people decide of two customers who may be one person."""

from collections.abc import Awaitable, Callable
from typing import Any

Call = Callable[..., Awaitable[Any]]


async def decide_about_two_customers(story: Call, customer_id: str) -> None:
    """Two customers are merged, and found to be a household; an operator says what is merged without people."""
    identity = {"kind": "email", "value": "a.mayer@example.com"}
    other = await story("console", "POST", "/v1/customers", {"identities": [identity], "name": "A. Mayer"}, key=True)
    merges = f"/v1/customers/{customer_id}/merges"
    await story("console", "POST", f"{merges}/preview", {"other": other["id"]})
    await story("console", "PUT", merges, {"other_customer_id": other["id"]})
    await story("console", "GET", f"{merges}/{other['id']}/unmerge-preview")
    decision = {"decision": "household", "note": "Mother and daughter, told us on the phone."}
    await story("console", "PUT", f"/v1/matches/{customer_id}/{other['id']}", decision)
    await story("console", "DELETE", f"/v1/matches/{customer_id}/{other['id']}")
    rule = {"name": "same mailbox and birthday", "equal": ["email", "birth_date", "family"]}
    await story("admin", "PUT", "/v1/settings/merging", {"verified_identity": True, "rules": [rule]})
    await story("admin", "GET", "/v1/settings/merging")
