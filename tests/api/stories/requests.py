"""What customers ask for under the GDPR, as the privacy desk works through it."""

from collections.abc import Awaitable, Callable
from typing import Any

Call = Callable[..., Awaitable[Any]]


async def answer_what_customers_ask_for(story: Call) -> None:
    """Paula asks what is kept of her, is given it, and is erased."""
    paula = {"kind": "email", "value": "paula@example.com"}
    profile = {"name": "Paula Berg", "identities": [paula]}
    customer = await story("console", "POST", "/v1/customers", profile, key=True)
    asked = {"kind": "access", "identity": paula, "reason": "By letter of 20 November."}
    access = await story("privacy", "POST", "/v1/privacy/requests", asked, key=True)
    await story("privacy", "GET", "/v1/privacy/requests?kind=access")
    request = f"/v1/privacy/requests/{access['id']}"
    await story("privacy", "PATCH", request, {"state": "verified"})
    await story("privacy", "GET", f"{request}/export")
    await story("privacy", "GET", "/schemas/customer-export.json")
    reads = f"/v1/customers/{customer['id']}/reads"
    await story("privacy", "GET", reads)  # now it is written who looked
    leaving = {"kind": "erasure", "identity": paula, "reason": "By letter of 21 November."}
    erasure = await story("privacy", "POST", "/v1/privacy/requests", leaving, key=True)
    request = f"/v1/privacy/requests/{erasure['id']}"
    await story("privacy", "GET", f"{request}/preview")
    await story("privacy", "GET", reads)
    await story("privacy", "PATCH", request, {"state": "verified"})
    await story("privacy", "GET", request)
    await story("privacy", "GET", f"{request}/receipt")
