"""A customer in other hands, with a canary of its own in every field, and the requests by which a key can name it."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from msgspec import Struct

from service.access.keys import create_key
from service.model.vocabulary import Role
from tests.fixtures import NOW, Desk
from tests.handoff.examples import queue_json
from tests.registration.events import event_json

_FIELDS = (
    *("name", "style", "segment", "email", "number", "text", "fact", "attempt", "subject", "ref", "agent", "data"),
    *("condition", "contract", "receipt", "reason", "summary", "outcome", "callback", "tablet", "transcript", "street"),
)
CANARIES = {name: f"canary{number}x" for number, name in enumerate(_FIELDS, 7310)} | {"phone": "1717391739"}
SHOWN = {
    Role.BOT: {"fact", "attempt", "subject"},
    Role.CHANNEL: {"fact", "attempt", "subject"},
    Role.STORE: set(),
    Role.PARTNER: set(),
}
"""What a key may learn of any customer: its view, whatever it hands to whom."""
OUT_OF_SCOPE = {
    Role.BOT: {"handoff_id", "callback_id"},
    Role.CHANNEL: {"handoff_id", "callback_id"},
    Role.STORE: {"handoff_id", "callback_id", "condition_id"},
    Role.PARTNER: {"handoff_id", "callback_id", "conversation_id", "customer_id", "identity"},
}
"""What of another hand looks absent to a key."""


class Named(Struct, frozen=True, kw_only=True):
    """Ids of one matter, by the names that paths give them."""

    ids: dict[str, str]
    email: str

    def identity(self) -> dict[str, str]:
        return {"kind": "email", "value": self.email}


def absent() -> Named:
    """Ids that are not there."""
    names = ("customer_id", "conversation_id", "handoff_id", "callback_id", "condition_id")
    return Named(ids={name: str(uuid4()) for name in names} | fixed("receipt-9"), email="nobody@example.de")


def fixed(receipt: str) -> dict[str, str]:
    """Values of paths that are no ids."""
    return {"name": "matrix", "form": "car", "receipt": receipt, "rule": "hand_over"}


async def foreign(desk: Desk) -> Named:
    """A customer whom a console serves, with a handoff, a callback and a redeemed condition of other hands."""
    c = CANARIES
    await desk("admin", "PUT", "/v1/queues/elsewhere", queue_json())
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())
    email = f"{c['email']}@example.de"
    registered = await desk.register(
        identities=[("email", email), ("phone", f"+49{c['phone']}"), ("customer_number", c["number"])],
        text=c["text"],
        facts={"order_number": c["fact"], "street-address": c["street"]},
        attempt=(c["attempt"], "failed"),
        subject=c["subject"],
        ref=c["ref"],
        participant={"role": "agent", "name": c["agent"]},
        data={"deep": c["data"]},
    )
    ids = {name: registered.json()[name] for name in ("customer_id", "conversation_id")}
    customer = f"/v1/customers/{ids['customer_id']}"
    record = {"name": c["name"], "communication_style": c["style"], "segments": [c["segment"]]}
    await desk("console", "PATCH", customer, record)
    ids |= await _handed_over(desk, ids) | await _granted(desk, customer)
    return Named(ids=ids | fixed(c["receipt"]), email=email)


async def _handed_over(desk: Desk, ids: dict[str, str]) -> dict[str, str]:
    c, matter = CANARIES, {"customer_id": ids["customer_id"], "conversation": {"id": ids["conversation_id"]}}
    handoff = matter | {
        "to": {"queue": "elsewhere", "agent": c["agent"]},
        "reason": {"code": "other", "text": c["reason"]},
        "summary": c["summary"],
        "transcript": [{"role": "customer", "text": c["transcript"]}],
    }
    given = await desk("console", "POST", "/v1/handoffs", handoff, idempotency_key="foreign-1")
    promised = await desk(
        "console",
        "POST",
        "/v1/callbacks",
        matter | {"queue": "elsewhere", "reason": c["callback"], "preferred_agent": c["agent"]},
        idempotency_key="foreign-2",
    )
    assert given.status_code == 201 and promised.status_code in {200, 201}, (given.text, promised.text)
    return {"handoff_id": given.json()["id"], "callback_id": promised.json()["id"]}


async def _granted(desk: Desk, customer: str) -> dict[str, str]:
    c = CANARIES
    condition = {
        "title": c["condition"],
        "kind": "discount",
        "terms": {"percent": 5},
        "audiences": ["console"],
        "contract": c["contract"],
    }
    granted = await desk("console", "POST", f"{customer}/conditions", condition, idempotency_key="foreign-3")
    condition_id = granted.json()["id"]
    used = {"receipt": c["receipt"], "amount": 1, "currency": "EUR", "store": "DE-042"}
    redeemed = await desk("console", "POST", f"/v1/conditions/{condition_id}/redemptions", used)
    assert redeemed.status_code == 201, redeemed.text
    return {"condition_id": condition_id}


async def stand_in_a_shop(desk: Desk, connection: Any, *, serving: str | None = None) -> None:
    """Give the till a key of a shop, and let it and the bot serve a queue."""
    make = partial(create_key, connection, now=NOW, queue=serving)
    desk.keys[Role.STORE] = await make(role=Role.STORE, name="till", store="DE-042")
    desk.keys[Role.BOT] = await make(role=Role.BOT, name="assistant")


def _told(named: Named) -> dict[str, Any]:
    return event_json(identities=[("email", named.email)], source="matrix")


def _tools(named: Named) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tools of language models, each as it can name the customer."""
    identity, customer = {"identity": named.identity()}, {"customer_id": named.ids["customer_id"]}
    key = {"idempotency_key": str(uuid4())}
    handoff = {"to": {"queue": "repairs"}, "reason": {"text": "Help"}} | key
    callback = {"queue": "repairs", "reason": "Help", "phone": "+49711123456"} | key
    for who in (identity, customer):
        yield "get_context", who
        yield "get_next_actions", customer
        yield "ask_known", who | {"fields": ["order_number", "street-address"]}
        yield "post_handoff", who | handoff
        yield "request_callback", who | callback
    yield "register_interaction", _told(named) | {"identities": [named.identity()]}


def _call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def bodies(named: Named) -> dict[str, list[Any]]:
    """The bodies of each operation that takes one and can name something of another hand."""
    token, agent = str(uuid4()), {"agent": "ada"}
    identity, customer = {"identity": named.identity()}, {"customer_id": named.ids["customer_id"]}
    handoff = {"to": {"queue": "repairs"}, "reason": {"text": "Help"}}
    callback = {"queue": "repairs", "reason": "Help", "phone": "+49711123456"}
    asked = {"fields": ["order_number", "name", "tel", "street-address"]}
    ended = {"token": token, "outcome": "Done", "summary": "Done"}
    return {
        "look_up_context": [identity],
        "look_up_customer": [identity],
        "confirm_candidate": [{"token": token, "postal_code": "70173"}],
        "ask_known_facts": [asked | identity, asked | customer],
        "create_handoff": [handoff | identity, handoff | customer],
        "create_callback": [callback | identity, callback | customer, callback | customer | {"phone": None}],
        "register_interaction": [_told(named), _told(named) | {"asks": ["order_number", "street-address"]}],
        "call_mcp": [_call(*one) for one in _tools(named)],
        "issue_form_token": [{"fields": ["name"]} | customer],
        "issue_email_token": [{"conversation_id": named.ids["conversation_id"]}],
        "change_customer": [{}, {"language": "de"}],
        "change_preferences": [{}, {"channels": {"email": "allowed"}}],
        "add_identities": [{"kind": "device", "value": CANARIES["tablet"]}],
        "correct_fact": [{"value": "x"}],
        "change_conversation": [{}, {"status": "pending"}],
        "report_outcome": [{"taken": True}],
        "redeem_condition": [{"receipt": named.ids["receipt"], "amount": 1, "currency": "EUR"}],
        "accept_handoff": [agent],
        "decline_handoff": [agent],
        "start_handoff": [{"token": token}],
        "complete_handoff": [ended, {"token": token}],
        "return_handoff": [ended, {"token": token}],
        "fail_handoff": [ended],
        "transfer_handoff": [{"token": token, **handoff}],
        "withdraw_handoff": [{}],
        "add_handoff_note": [{"token": token, "text": "x"}],
        "claim_callback": [agent],
        "report_call_attempt": [{"token": token, "outcome": "connected"}],
        "reschedule_callback": [{"phone": "+49711123456"}],
        "cancel_callback": [{}],
        "fulfil_callback": [{}, {"interaction_id": str(uuid4())}],
    }
