"""One customer with a canary in every kind of record and channel: a word that stands nowhere else, so that a find tells whence."""

import asyncio
import json
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.channels.base import ChannelAccount
from service.channels.registry import ADAPTERS
from service.inbound import accounts
from service.inbound.mail.attachments import attachment_storage
from service.insight.evaluation import EvaluationTerms, evaluate_changes
from service.resolution.matches.online import match_changes
from service.search.indexing import index_changes
from service.worker.relay import relay_outbox
from service.worker.timers import run_due_timers
from tests.api.story import DOOR_SECRET, DOOR_SECRETS, QUEUE, Story, _deliver
from tests.fixtures import NOW, Desk

RULE = {"when": "true", "then": {"action": "say", "words": {"en": "Say hello."}}}


class Canaries:
    """Plants canaries of one customer; `words` says of each what it was."""

    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self._desk, self._rooms = desk, rooms
        self._numbers = count(1)
        self._doors: list[ChannelAccount] = []
        self.words: dict[str, str] = {}
        self.customer_id = ""
        self.conversation_id = ""

    def new(self, what: str) -> str:
        """A canary that stands for this."""
        word = f"zanari{next(self._numbers):02}x"
        self.words[word] = what
        return word

    async def call(self, role: str, method: str, path: str, body: object = None, **headers: str) -> Any:
        """The JSON of the answer, which must be a success."""
        answer = await self._desk(role, method, path, body, **headers)
        assert answer.is_success, (method, path, body, answer.text)
        return answer.json() if answer.headers.get("content-type", "").startswith("application/json") else answer.text

    async def plant(self) -> None:
        """Everything that one customer can leave behind."""
        await self._open_doors()
        await self.call("admin", "PUT", "/v1/queues/support", QUEUE)
        await self._say()
        await self._know()
        await self._hand_off()
        await self._call_back()
        await self._buy()
        await self._conclude()
        await self._state_records()
        await self._come_through_the_doors()
        await self._keep_by_hand()
        await self._attach()
        await self.work()

    @property
    def email(self) -> dict[str, str]:
        """The identity that the customer is looked up by."""
        return {
            "kind": "email",
            "value": next(word for word, what in self.words.items() if what == "email") + "@mail.de",
        }

    async def _say(self) -> None:
        identities = [
            {"kind": "email", "value": f"{self.new('email')}@mail.de", "verified": True},
            {"kind": "customer_number", "value": self.new("customer number"), "verified": True},
            {"kind": "username", "value": self.new("user name")},
            {"kind": "social", "value": f"telegram:{self.new('social')}"},
            {"kind": "device", "value": self.new("device")},
            {"kind": "external", "value": f"shop:{self.new('external id')}"},
            {"kind": "loyalty_card", "value": self.new("loyalty card")},
        ]
        for channel in ("chatbot", "phone", "email", "store", "web", "social"):
            said = {
                "source": "shop-bot",
                "source_event_id": self.new(f"event id of {channel}"),
                "occurred_at": (NOW - timedelta(minutes=next(self._numbers))).isoformat(),
                "channel": channel,
                "kind": "call" if channel == "phone" else "message",
                "direction": "inbound",
                "identities": identities,
                "conversation": {"ref": f"canaries:{self.new('ref')}", "subject": f"About {self.new('subject')}"},
                "participant": {"role": "customer", "name": f"Anna {self.new('participant')}"},
                "text": f"I say {self.new(f'text on {channel}')}.",
                "facts": {"order_number": self.new("fact"), "street-address": f"{self.new('address')} 4"},
                "attempt": {"what": f"Tried {self.new('attempt')}", "outcome": "failed"},
                "data": {"session": self.new("data of the channel")},
            }
            told = await self.call("channel", "POST", "/v1/interactions", said)
            self.customer_id, self.conversation_id = told["customer_id"], told["conversation_id"]
            identities = identities[:3]

    async def _know(self) -> None:
        path = f"/v1/customers/{self.customer_id}"
        await self.call("console", "PATCH", path, {"name": f"Anna {self.new('name').title()}", "language": "de"})
        await self.call("console", "PUT", f"{path}/facts/error_code", {"value": self.new("fact of an agent")})
        await self.call("console", "PUT", f"{path}/facts/error_code", {"value": self.new("newer fact")})
        other = {
            "name": self.new("other name"),
            "identities": [{"kind": "email", "value": f"{self.new('other')}@mail.de"}],
        }
        merged = await self.call("console", "POST", "/v1/customers", other, idempotency_key=self.new("idempotency key"))
        await self.call("console", "PUT", f"{path}/merges", {"other_customer_id": merged["id"]})
        mail = {"conversation_id": self.conversation_id, "mail_ref": "mail-1", "text": self.new("mail")}
        await self.call("console", "POST", "/v1/email/tokens", mail)
        await self.call("console", "GET", f"{path}/context")

    async def _hand_off(self) -> None:
        wanted = {
            "identity": self.email,
            "to": {"queue": "support"},
            "mode": "offer",
            "reason": {"code": "technical", "text": self.new("reason of a handoff")},
            "summary": self.new("summary of a handoff"),
        }
        path = f"/v1/handoffs/{(await self.call('bot', 'POST', '/v1/handoffs', wanted, idempotency_key='c-1'))['id']}"
        token = {"token": (await self.call("console", "POST", f"{path}/accept", {"agent": "carla"}))["token"]}
        await self.call("console", "POST", f"{path}/interactions", token | {"text": self.new("note at a desk")})
        ended = {"outcome": self.new("outcome"), "summary": self.new("summary at the end")}
        await self.call("console", "POST", f"{path}/complete", token | ended)
        await self.call("bot", "POST", "/v1/handoffs", wanted, idempotency_key="c-2")

    async def _call_back(self) -> None:
        wanted = {
            "identity": self.email,
            "queue": "support",
            "phone": "+49 171 5550178",
            "reason": self.new("callback"),
        }
        self.words["1715550178"] = "telephone number of a callback"
        await self.call("bot", "POST", "/v1/callbacks", wanted, idempotency_key="c-3")

    async def _buy(self) -> None:
        granted = {
            "title": self.new("condition"),
            "kind": "discount",
            "terms": {"percent": 20},
            "valid_from": "2026-01-01T00:00:00Z",
            "audiences": ["console", "store"],
            "contract": self.new("contract"),
        }
        path = f"/v1/customers/{self.customer_id}/conditions"
        condition = await self.call("console", "POST", path, granted, idempotency_key="c-4")
        use = {"store": "DE-042", "receipt": self.new("receipt"), "amount": 9.9, "currency": "EUR"}
        use["redeemed_at"] = NOW.isoformat()
        await self.call("store", "POST", f"/v1/conditions/{condition['id']}/redemptions", use)
        page = {
            "identity": self.email,
            "fields": ["customer_number", "given-name"],
            "subject": self.new("subject of a form"),
        }
        token = (await self.call("channel", "POST", "/v1/forms/household/tokens", page))["token"]
        draft = {"token": token, "save": "s-1", "values": {"given-name": self.new("draft of a form")}}
        await self.call("channel", "POST", "/v1/forms/household/draft", draft)

    async def _conclude(self) -> None:
        path = f"/v1/customers/{self.customer_id}"
        note = {
            "customer_id": self.customer_id,
            "phase": "get_help",
            "kind": "change",
            "text": self.new("journey note"),
        }
        await self.call("console", "POST", "/v1/journey-notes", note)
        journey = await self.call("console", "GET", f"{path}/journey?language=en")
        first = journey["touchpoints"][0]
        decision = {"interaction_id": first["id"], "text": self.new("decision")}
        await self.call("console", "POST", f"{path}/journey/decisions", decision)
        asked = {"customer_id": self.customer_id, "conversation_id": self.conversation_id, "question": "csat"}
        await self.call("channel", "POST", "/v1/surveys", asked, idempotency_key="c-5")

    async def _state_records(self) -> None:
        await self.call("admin", "PUT", "/v1/sources/shop", {"title": "Web shop", "trust": 60})
        record = {
            "name": {"given": self.new("given name").title(), "family": self.new("family name").title()},
            "emails": [self.email["value"]],
            "addresses": [{"street-address": f"{self.new('street')} 12", "postal-code": "70173", "country": "DE"}],
            "preferences": {"newsletter": self.new("preference")},
        }
        stated = await self.call("console", "PUT", f"/v1/sources/shop/records/{self.new('record')}", record)
        merges = f"/v1/customers/{self.customer_id}/merges"
        await self.call("console", "PUT", merges, {"other_customer_id": stated["customer_id"]})
        pin = {"value": self.new("pinned value").title(), "note": self.new("note of a pin")}
        await self.call("console", "PUT", f"/v1/customers/{self.customer_id}/golden/family", pin)
        await self.call("console", "GET", f"/v1/customers/{self.customer_id}/golden")

    async def door(self, adapter: str, *, name: str, **values: str) -> ChannelAccount:
        """An account of this door."""
        async with self._rooms.database.transaction() as connection:
            return await accounts.add_account(connection, ADAPTERS[adapter], name=name, values=values, now=NOW)

    async def _open_doors(self) -> None:
        """An account of each door, before the first delivery: a process reads them now and then."""
        for adapter in ADAPTERS:
            secret = DOOR_SECRETS.get(adapter, DOOR_SECRET)
            self._doors.append(await self.door(adapter, name=f"my-{adapter}", secret=secret))
        await self.door("email", name="support", reply_address="support@example.org")

    async def _come_through_the_doors(self) -> None:
        """What each door's sample says becomes the customer's, by a merge; its texts and identities are canaries, too."""
        story = Story(self._desk, (await self._desk("admin", "GET", "/openapi.json")).json())
        before = await self._customers()
        for account in self._doors:
            await _deliver(story, account)
        path = f"/v1/customers/{self.customer_id}/merges"
        for came in await self._customers() - before:
            await self.call("console", "PUT", path, {"other_customer_id": str(came)})
        async with self._rooms.database.connection() as connection:
            members = [row[0] for row in await connection.fetch("SELECT merge_set($1)", UUID(self.customer_id))]
            said = "SELECT text FROM interaction WHERE customer_id = ANY($1) AND length(text) BETWEEN 12 AND 200"
            known = "SELECT value FROM identity WHERE customer_id = ANY($1) AND length(value) > 9"
            for row in await connection.fetch(f"{said} UNION {known}", members):
                self.words.setdefault(row[0].lower(), "said or stated")

    async def _customers(self) -> set[UUID]:
        async with self._rooms.database.connection() as connection:
            return {
                row[0] for row in await connection.fetch("SELECT customer_id FROM customer WHERE merged_into IS NULL")
            }

    async def _keep_by_hand(self) -> None:
        """What only hours of work or other people's systems would leave."""
        customer = UUID(self.customer_id)
        statements: dict[str, tuple[object, ...]] = {
            "INSERT INTO change_note VALUES ($1, 1, $2)": (customer, self.new("note of a change")),
            "INSERT INTO risk_action VALUES ($1, $2, $2, 'called', $3, 'carla')": (
                customer,
                NOW,
                self.new("risk note"),
            ),
            "INSERT INTO risk_episode VALUES ($1, $2, ARRAY[$3], NULL)": (customer, NOW, self.new("risk code")),
            "INSERT INTO advice_outcome VALUES ($1, $2, $3, 'sorry', true, $4, $3)": (
                customer,
                NOW,
                uuid4(),
                self.new("note of an advice"),
            ),
            "INSERT INTO mail_undeliverable VALUES ($1, 1, $2, $2)": (self.email["value"], NOW),
            "INSERT INTO match_decision VALUES ($1, $2, 'apart', $3, 'carla', $4)": (
                customer,
                uuid4(),
                self.new("note of a match"),
                NOW,
            ),
            "INSERT INTO invalid_number VALUES ($1, $2, $3, $4)": (customer, "+491715550178", uuid4(), NOW),
        }
        async with self._rooms.database.transaction() as connection:
            for statement, values in statements.items():
                await connection.execute(statement, *values)

    async def _attach(self) -> None:
        """A mail's attachment, as its reader leaves it."""
        storage = attachment_storage(self._rooms.settings)
        folder = storage.incoming_folder()
        folder.mkdir(parents=True)
        (folder / "0").write_text(self.new("attachment"), "utf-8")
        references = await storage.save_folder(folder, NOW)
        data = {"attachments": [{"name": f"{self.new('name of an attachment')}.pdf", "reference": references[0]}]}
        statement = """UPDATE interaction SET details = jsonb_set(details, '{data}', details -> 'data' || $2)
        WHERE customer_id = $1 AND channel = 'email' AND source = 'shop-bot'"""
        async with self._rooms.database.transaction() as connection:
            assert await connection.execute(statement, UUID(self.customer_id), json.dumps(data)) == "UPDATE 1"

    async def work(self) -> None:
        """What workers do behind the commits, until nothing is left to do."""
        config = worker_dependencies(self._rooms)
        database = self._rooms.database
        terms = EvaluationTerms(now=NOW, zone=ZoneInfo("Europe/Berlin"), gave_up_after=timedelta(days=14))
        await run_due_timers(config, asyncio.Event())
        while (
            await relay_outbox(config)
            or await match_changes(database, region="DE", now=NOW)
            or await index_changes(database)
            or await evaluate_changes(database, terms)
        ):
            pass
