"""What customers ask for, over HTTP."""

from typing import Any

import httpx

from tests.fixtures import Desk

PATH = "/v1/privacy/requests"


async def ask(desk: Desk, kind: str, customer_id: str, key: str | None = None, **fields: object) -> dict[str, Any]:
    """A request that was received."""
    body = {"kind": kind, "customer_id": customer_id, "reason": "By letter of 20 November."} | fields
    answer = await desk("privacy", "POST", PATH, body, idempotency_key=key or f"{kind}:{customer_id}")
    assert answer.status_code == 201, answer.text
    return answer.json()


async def take(desk: Desk, request: dict[str, Any], **patch: object) -> httpx.Response:
    """The answer to a step."""
    return await desk("privacy", "PATCH", f"{PATH}/{request['id']}", patch)


async def customer(desk: Desk, **fields: object) -> str:
    """Who asks."""
    return (await desk.register(**fields)).json()["customer_id"]
