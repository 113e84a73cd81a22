"""One story in which every operation of the API is called once or more; its requests and answers are the examples."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
from msgspec.structs import replace

from service.channels.base import Adapter, ChannelAccount, Delivery
from service.channels.phone.twilio import signed_delivery
from service.channels.registry import ADAPTERS
from service.inbound.accounts import delivery_path
from service.settings.model import Settings
from service.web.openapi.examples import Example
from tests.api.stories.consents import decide_what_data_may_be_used_for
from tests.api.stories.content_and_notices import tell_content_and_notices
from tests.api.stories.feedback import ask_for_feedback
from tests.api.stories.flow import see_journeys_of_a_segment
from tests.api.stories.golden import keep_a_golden_record, take_over_the_golden_record
from tests.api.stories.journey import follow_the_journey
from tests.api.stories.matches import find_matches
from tests.api.stories.merging import decide_about_two_customers
from tests.api.stories.next_actions import tell_next_actions
from tests.api.stories.persona import see_who_a_segment_is
from tests.api.stories.reads import see_who_looked
from tests.api.stories.requests import answer_what_customers_ask_for
from tests.api.stories.segments import tell_of_segments
from tests.api.stories.sources import state_records
from tests.fixtures import NOW, Desk

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SURVEY = re.compile(r"/f/[\w-]{43}$")
SECRETS = {
    "digest",
    "hash",
    "token",
    "ticket",
    "secret",
    "snapshot",
    "draft",
    "message_id",
    "reply_to",
    "Message-ID",
    "Reply-To",
    "X-Askonce-Loop",
}
KEPT_HEADERS = {"idempotency-key", "if-none-match", "cache-control", "accept", "accept-language", "origin"}
DOOR_SECRET = "example-secret-of-the-door"
DOOR_SECRETS = {"resend": "whsec_ZXhhbXBsZS1zZWNyZXQtb2YtdGhlLWRvb3I="}
PUBLIC_URL = Settings().public_url
ROUTER = {"ref": "shop-bot:4711", "subject": "Router does not connect"}
ANNA = {"kind": "email", "value": "anna@example.com"}
QUEUE = {
    "title": "Support",
    "calendar": {"time_zone": "Europe/Berlin", "country": "DE", "subdivision": "BW", "hours": "24/7"},
    "offer_timeout_s": 60,
    "max_offers": 3,
    "fallback": {"callback": True},
}
MESSAGE = {
    "source": "shop-bot",
    "source_event_id": "m-17",
    "occurred_at": "2026-11-21T09:28:00Z",
    "channel": "chatbot",
    "kind": "message",
    "direction": "inbound",
    "identities": [ANNA, {"kind": "phone", "value": "+49 171 5550100"}],
    "conversation": ROUTER,
    "participant": {"role": "customer", "name": "Anna Mayer"},
    "text": "Since this morning my router blinks red. My customer number is 4711.",
    "language": "en",
    "facts": {"customer_number": "4711", "error_code": "E42"},
    "attempt": {"what": "Restarted the router", "outcome": "failed"},
    "mood": -0.4,
}
HANDOFF = {
    "identity": ANNA,
    "conversation": {"ref": "shop-bot:4711"},
    "to": {"queue": "support"},
    "mode": "offer",
    "reason": {"code": "technical", "text": "The restart did not help."},
    "summary": "The router blinks red; a restart failed.",
}


class Story:
    """Calls operations and keeps the first successful exchange of each, by operationId."""

    def __init__(self, desk: Desk, published: dict[str, Any]) -> None:
        self.desk = desk
        self.exchanges: dict[str, Example] = {}
        self.due: Any = None
        """Runs the timers that are due."""
        self.open_door: Any = None
        """Configures an account of a door; gives it."""
        self.evaluate: Any = None
        self.match: Any = None
        """Evaluates rules over all customers."""
        self.published = published
        self._ids: dict[str, str] = {}
        self._keys = 0
        self._operations = [
            (method.upper(), path_pattern(path), operation["operationId"])
            for path, methods in published["paths"].items()
            for method, operation in methods.items()
        ]

    async def __call__(
        self, role: str | None, method: str, path: str, body: Any = None, *, key: bool = False, **headers: str
    ) -> Any:
        """The JSON of the answer, which must be a success; `key` sends an Idempotency-Key."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            self._keys += 1
            given["idempotency-key"] = f"example-{self._keys}"
        authorization = {"authorization": f"Bearer {self.desk.keys[role]}"} if role else {}
        answer = await self.desk.http.request(method, path, json=body, headers=given | authorization)
        assert answer.is_success, (method, path, answer.text)
        self._keep(method, path, body, given, answer)
        return answer.json() if answer.headers.get("content-type", "").startswith("application/json") else answer.text

    async def deliver(self, path: str, delivery: Delivery) -> None:
        """Send what a vendor sends; its answer must be a success."""
        address = f"{path}?{delivery.query_string}" if delivery.query_string else path
        answer = await self.desk.http.request(
            delivery.method, address, content=delivery.raw, headers=dict(delivery.headers)
        )
        assert answer.is_success, (path, answer.text)
        self._keep(delivery.method, address, _shown(delivery), dict(delivery.headers), answer)

    def _keep(self, method: str, path: str, body: Any, headers: dict[str, str], answer: httpx.Response) -> None:
        parts = urlsplit(path)
        name, values = next(
            (name, found.groupdict())
            for verb, pattern, name in self._operations
            if verb == method and (found := pattern.fullmatch(parts.path))
        )
        if name in self.exchanges:
            return
        content_type = answer.headers.get("content-type", "").partition(";")[0]
        content = answer.json() if content_type == "application/json" else answer.text
        self.exchanges[name] = Example(
            path=self.masked(values),
            query=self.masked(dict(parse_qsl(parts.query))),
            headers={name: value for name, value in headers.items() if name in KEPT_HEADERS or _is_proof(name)},
            body=self.masked(body),
            status=answer.status_code,
            content_type=content_type or "application/json",
            answer=self.masked(content) if len(answer.content) < 20_000 else None,
        )

    def masked(self, part: Any, name: str = "") -> Any:
        """The same with ids numbered in the order of their coming, and secrets named."""
        if isinstance(part, dict):
            return {self.masked(key): self.masked(value, key) for key, value in part.items()}
        if isinstance(part, list | tuple):
            return [self.masked(value, name) for value in part]
        if name == "latency_ms":
            return 4.2
        if isinstance(part, str):
            if name in SECRETS and not UUID.fullmatch(part):
                return f"example-{name.lower()}"
            part = SURVEY.sub("/f/example-token", part)
            return UUID.sub(lambda found: self._id(found[0]), part)
        return part

    def _id(self, found: str) -> str:
        return self._ids.setdefault(found, f"01936f3e-0000-7000-8000-{len(self._ids) + 1:012}")


def path_pattern(path: str) -> re.Pattern[str]:
    """What a path of the description matches; only the rest of a door's path has slashes in it."""
    return re.compile(
        re.sub(r"\{(\w+)\}", lambda found: f"(?P<{found[1]}>{'.+' if found[1] == 'rest' else '[^/]+'})", path)
    )


def _shown(delivery: Delivery) -> Any:
    """The body as JSON where it is JSON, else as text; None for none."""
    try:
        return msgspec.json.decode(delivery.raw)
    except msgspec.DecodeError:
        return delivery.raw.decode() or None


def _is_proof(name: str) -> bool:
    """Whether a header of a vendor carries its signature, or what is signed."""
    return name.startswith(("x-", "svix-"))


async def tell(story: Story) -> None:
    """Everything, from the first contact to the webhooks."""
    doors = await _open_doors(story)
    await story(None, "GET", "/health/live")
    await story(None, "GET", "/health/ready")
    await story("admin", "PUT", "/v1/queues/support", QUEUE)
    await story("console", "GET", "/v1/queues")
    await story("console", "GET", "/v1/queues/support")
    await story("console", "GET", "/v1/queues/support/hours?at=2026-11-21T10:00:00Z")
    carla = {"available": True, "queues": ["support"], "skills": ["billing"], "languages": ["de", "tr"]}
    await story("console", "PUT", "/v1/agents/carla", carla)
    await story("console", "POST", "/v1/agents/carla/heartbeat")
    await story("console", "GET", "/v1/agents/carla")
    await story("console", "GET", "/v1/agents?queue=support")
    await story(
        "admin",
        "PUT",
        "/v1/webhooks/crm",
        {"url": "https://crm.example.com/askonce", "types": ["handoff.*"], "role": "console"},
    )
    registered = await story("channel", "POST", "/v1/interactions", MESSAGE)
    batch = [MESSAGE | {"source_event_id": f"m-{number}", "text": "Hello?"} for number in (18, 19)]
    await story("channel", "POST", "/v1/interactions/batch", batch)
    await _know_the_customer(story, registered["customer_id"], registered["conversation_id"])
    await follow_the_journey(story, registered["customer_id"])
    await tell_content_and_notices(story, registered["customer_id"])
    await tell_next_actions(story, registered["customer_id"])
    await _hand_off(story)
    await _call_back(story)
    await _serve_at_the_till(story, registered["customer_id"])
    await _fill_a_form(story)
    await _call_and_write(story, registered["conversation_id"])
    await _tell_others(story)
    for account in doors:
        await _deliver(story, account)
    await _tell_two_people_apart(story)
    await ask_for_feedback(story, registered["customer_id"], registered["conversation_id"])
    await story("admin", "GET", "/v1/channels/my-chatwoot/deliveries?limit=2")
    await follow_the_journey(story, registered["customer_id"])
    await decide_about_two_customers(story, registered["customer_id"])
    await decide_what_data_may_be_used_for(story, registered["customer_id"])
    await see_who_looked(story, registered["customer_id"])
    await answer_what_customers_ask_for(story)
    await see_journeys_of_a_segment(story, registered["customer_id"])
    await see_who_a_segment_is(story)
    await find_matches(story)
    await tell_of_segments(story)
    await state_records(story)
    await keep_a_golden_record(story)
    await take_over_the_golden_record(story)


async def _know_the_customer(story: Story, anna: str, conversation: str) -> None:
    customer = f"/v1/customers/{anna}"
    await story("bot", "POST", "/v1/context/lookup", {"identity": ANNA})
    await story("console", "GET", f"{customer}/context", cache_control="no-cache")
    await story(
        "bot",
        "POST",
        "/v1/known/ask",
        {"identity": ANNA, "fields": ["customer_number", "postal-code"], "channel": "chatbot"},
    )
    await story("console", "GET", customer)
    await story("console", "PATCH", customer, {"name": "Anna Mayer", "language": "de"})
    await story(
        "console", "PUT", f"{customer}/identities", {"kind": "customer_number", "value": "4711", "verified": True}
    )
    await story("console", "PUT", f"{customer}/facts/error_code", {"value": "E43", "verified": True})
    await story("console", "GET", f"{customer}/facts/error_code")
    await story("console", "GET", f"{customer}/timeline?limit=2")
    wishes = {"channels": {"email": "preferred"}, "do_not_contact": [{"channel": "phone", "purpose": "marketing"}]}
    await story("console", "PUT", f"{customer}/preferences", wishes)
    await story("console", "GET", f"{customer}/preferences")
    await story("console", "PATCH", f"/v1/conversations/{conversation}", {"status": "pending"})
    await story("console", "GET", f"/v1/conversations/{conversation}")
    new = {
        "name": "A. Mayer",
        "identities": [{"kind": "email", "value": "a.mayer@example.org"}, {"kind": "device", "value": "tablet-1"}],
    }
    other = (await story("console", "POST", "/v1/customers", new, key=True))["id"]
    await story("console", "PUT", f"{customer}/merges", {"other_customer_id": other})
    await story("console", "DELETE", f"{customer}/merges/{other}")
    await story("console", "DELETE", f"/v1/customers/{other}/identities", {"kind": "device", "value": "tablet-1"})
    await story("console", "PUT", f"/v1/customers/{other}/facts/bday", {"value": "1985-12-24"})
    await story("console", "DELETE", f"/v1/customers/{other}/facts/bday")


async def _hand_off(story: Story) -> None:
    async def offered() -> str:
        return f"/v1/handoffs/{(await story('bot', 'POST', '/v1/handoffs', HANDOFF, key=True))['id']}"

    async def accepted() -> tuple[str, dict[str, str]]:
        path = await offered()
        return path, {"token": (await story("console", "POST", f"{path}/accept", {"agent": "carla"}))["token"]}

    path = await offered()
    await story("console", "GET", "/v1/handoffs?queue=support&state=offered&agent=carla")
    await story("console", "GET", path)
    await story("console", "POST", f"{path}/decline", {"agent": "ben", "reason": "In another call."})
    await story("bot", "POST", f"{path}/withdraw", {"reason": "The customer has found the cause."})
    path, token = await accepted()
    await story("console", "GET", f"{path}/brief")
    await story("console", "POST", f"{path}/start", token)
    note = {"attempt": {"what": "Replaced the cable", "outcome": "failed"}, "text": "A new cable did not help."}
    await story("console", "POST", f"{path}/interactions", token | note)
    transfer = {
        "to": {"queue": "support"},
        "mode": "offer",
        "reason": {"code": "second_level"},
        "summary": "Needs a technician.",
    }
    child = f"/v1/handoffs/{(await story('console', 'POST', f'{path}/transfer', token | transfer))['id']}"
    taken_over = await story("console", "POST", f"{child}/takeover", {"agent": "dana"})
    told = {"outcome": "The line is checked.", "summary": "Firmware is updated."}
    await story("console", "POST", f"{child}/return", {"token": taken_over["token"]} | told)
    for ending in ("return", "fail", "complete"):
        path, token = await accepted()
        await story("console", "POST", f"{path}/{ending}", token | told)


async def _call_back(story: Story) -> None:
    for owed in (await story.desk("console", "GET", "/v1/callbacks?queue=support")).json()["items"]:
        await story.desk("console", "POST", f"/v1/callbacks/{owed['id']}/cancel", {})  # else the next request joins it
    wanted = {"identity": ANNA, "queue": "support", "phone": "+49 171 5550100", "reason": "Router still blinks"}
    first = f"/v1/callbacks/{(await story('bot', 'POST', '/v1/callbacks', wanted, key=True))['id']}"
    await story("console", "GET", "/v1/callbacks?queue=support")
    await story("console", "GET", first)
    await story("console", "GET", f"{first}/brief")
    window = {"from": "2026-11-21T11:00:00Z", "to": "2026-11-21T12:00:00Z"}
    await story("console", "POST", f"{first}/reschedule", {"window": window})
    await story("console", "POST", f"{first}/cancel", {"reason": "The customer called again."})
    await _call_meanwhile(story, wanted)
    second = f"/v1/callbacks/{(await story('bot', 'POST', '/v1/callbacks', wanted, key=True))['id']}"
    await story.due()
    claimed = await story("console", "POST", f"{second}/claim", {"agent": "carla"})
    report = {"token": claimed["token"], "outcome": "connected", "note": "The technician comes on Monday."}
    await story("console", "POST", f"{second}/attempts", report)


async def _call_meanwhile(story: Story, wanted: dict[str, Any]) -> None:
    owed = await story("bot", "POST", "/v1/callbacks", wanted, key=True)
    call = {"channel": "phone", "kind": "call", "outcome": "answered", "text": None, "source_event_id": "call-back"}
    told = MESSAGE | call | {"occurred_at": owed["created_at"], "facts": {}, "attempt": None, "participant": None}
    answered = (await story.desk("channel", "POST", "/v1/interactions", told)).json()["interaction_id"]
    await story("console", "POST", f"/v1/callbacks/{owed['id']}/fulfil", {"interaction_id": answered})


async def _serve_at_the_till(story: Story, anna: str) -> None:
    terms = {
        "title": "Ambassador: 20 percent",
        "kind": "discount",
        "terms": {"percent": 20},
        "scope": {"stores": ["DE-042"]},
        "valid_from": "2026-01-01T00:00:00Z",
        "audiences": ["console", "store"],
        "contract": "C-2026-17",
        "max_uses": 10,
        "max_uses_per": "year",
    }
    granted = await story("console", "POST", f"/v1/customers/{anna}/conditions", terms, key=True)
    condition = f"/v1/conditions/{granted['id']}"
    await story("console", "GET", f"/v1/customers/{anna}/conditions")
    await story("console", "PATCH", condition, {"title": "Ambassador: 20 percent on everything"})
    await story("console", "PUT", f"/v1/customers/{anna}/facts/postal-code", {"value": "70173"})
    proposed = await story("store", "POST", "/v1/store/lookup", {"name": "Anna Mayer", "store": "DE-042"})
    token = proposed["candidates"][0]["token"]
    await story("store", "POST", "/v1/store/confirm", {"token": token, "postal_code": "70173"})
    await story("store", "GET", "/v1/store/offline?store=DE-042")
    use = {"store": "DE-042", "receipt": "R-1", "amount": 99.9, "currency": "EUR", "redeemed_at": NOW.isoformat()}
    await story("store", "POST", f"{condition}/redemptions", use)
    await story("console", "GET", f"{condition}/redemptions")
    await story("store", "DELETE", f"{condition}/redemptions/R-1")
    await story("console", "DELETE", condition)


async def _fill_a_form(story: Story) -> None:
    page = {"identity": ANNA, "fields": ["customer_number", "postal-code"]}
    token = (await story("channel", "POST", "/v1/forms/household/tokens", page))["token"]
    await story(None, "GET", f"/v1/forms/household/prefill?token={token}")
    draft = {"token": token, "save": "s-1", "values": {"postal-code": "70173"}}
    await story(None, "POST", "/v1/forms/household/draft", draft)
    await story(None, "POST", "/v1/forms/household/submit", draft | {"save": "s-2"})


async def _call_and_write(story: Story, conversation: str) -> None:
    ringing = {"event": "newCall", "callId": "c-1", "from": "+491715550100", "to": "+49711123400", "direction": "in"}
    switchboard = await story.open_door("cti", name="switchboard")
    await story.desk.http.post(delivery_path(ADAPTERS["cti"], switchboard), json=ringing)
    await story("console", "GET", "/v1/screenpop?call_ref=c-1")
    await story.open_door("email", name="support", reply_address="support@example.org")
    mail = {"conversation_id": conversation, "mail_ref": "mail-1", "text": "Please try the new firmware."}
    await story("console", "POST", "/v1/email/tokens", mail)
    await story("bot", "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"}, host="127.0.0.1")


async def _tell_others(story: Story) -> None:
    await story("console", "POST", "/v1/events/tickets")
    await story("admin", "GET", "/v1/webhooks")
    await story("admin", "GET", "/v1/webhooks/crm/deliveries")
    await story("admin", "POST", "/v1/webhooks/crm/rotate")
    await story("admin", "POST", "/v1/webhooks/crm/pause")
    await story("admin", "POST", "/v1/webhooks/crm/resume")
    await story("admin", "POST", "/v1/webhooks/crm/replay", {"since": "2026-11-21T09:00:00Z"})
    await story("admin", "DELETE", "/v1/webhooks/crm")


async def _tell_two_people_apart(story: Story) -> None:
    """Two customers of one household, whose interactions name the same mailbox."""
    mailbox = {"kind": "email", "value": "mayers@example.org"}
    said = {
        "conversation": {"ref": "shop-bot:4712", "subject": "Invoice"},
        "text": "Where is our invoice?",
        "facts": {},
    }
    registered = []
    for number in ("4801", "4802"):
        proven = {"kind": "customer_number", "value": number, "verified": True}
        message = MESSAGE | said | {"source_event_id": f"m-{number}", "identities": [proven, mailbox]}
        registered.append(await story("channel", "POST", "/v1/interactions", message))
    first, second = [one["customer_id"] for one in registered]
    await story("console", "GET", f"/v1/customers/{first}/merge-suggestions")
    await story("console", "GET", "/v1/merge-suggestions?limit=50")
    await story("console", "POST", "/v1/search", {"query": "mayers@exa"})
    await story("console", "GET", "/v1/customers?limit=2")
    await story("console", "DELETE", f"/v1/customers/{first}/merge-suggestions/{second}")
    both = {"source_event_id": "m-4803", "identities": [mailbox, {"kind": "phone", "value": "+49 171 5550199"}]}
    hers = await story("channel", "POST", "/v1/interactions", MESSAGE | said | both)
    part = {"interactions": [hers["interaction_id"]], "identities": [{"kind": "phone", "value": "+49 171 5550199"}]}
    await story("console", "POST", f"/v1/customers/{hers['customer_id']}/split", part, key=True)


async def _open_doors(story: Story) -> list[ChannelAccount]:
    """An account of each door; before the first delivery, since a process reads the accounts now and then."""
    return [
        await story.open_door(name, name=f"my-{name}", secret=DOOR_SECRETS.get(name, DOOR_SECRET)) for name in ADAPTERS
    ]


async def _deliver(story: Story, account: ChannelAccount) -> None:
    """What a vendor's system sends, to the door's own path and to the path of one account."""
    adapter = ADAPTERS[account.adapter]
    sample = adapter.samples(account)[0]
    door = f"/v1/channels/{adapter.name}"
    for path in (door, "/".join(filter(None, (door, account.name, sample.rest)))):
        await story.deliver(path, _proven(sample, adapter, account, path))
        for greeting in _greetings(adapter, account):
            await story.deliver(path, replace(sample, raw=b"", **greeting))


def _proven(sample: Delivery, adapter: Adapter, account: ChannelAccount, path: str) -> Delivery:
    """The delivery as the vendor proves it where it calls this path."""
    if adapter.name == "twilio":
        return signed_delivery(replace(sample, url=f"{PUBLIC_URL}{path}"), account.secret)
    if adapter.in_path:
        return replace(sample, headers={**sample.headers, "authorization": f"Bearer {account.secret}"})
    return sample


def _greetings(adapter: Adapter, account: ChannelAccount) -> list[dict[str, Any]]:
    """What the vendor's system asks of the door before it delivers."""
    challenge = f"hub.mode=subscribe&hub.verify_token={account.secret}&hub.challenge=1158201444"
    preflight = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    asked = {"GET": {"headers": {}, "query_string": challenge}, "OPTIONS": {"headers": preflight}}
    return [{"method": method, **asked[method]} for method in adapter.methods if method in asked]


def described(published: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The path and the description of each operation."""
    for path, methods in published["paths"].items():
        for operation in methods.values():
            yield path, operation
