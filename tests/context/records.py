"""Records for tests of what is pure, with everything that a test does not speak of filled in."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Raw

from service.context.content import Context
from service.context.model import (
    AttemptRecord,
    CallbackRecord,
    ConditionRecord,
    ConversationRecord,
    CustomerRecord,
    CustomerRecords,
    DetailsRecord,
    FactRecord,
    IdentityRecord,
    InteractionRecord,
    StatedFactRecord,
)
from service.context.projection import project_context
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    Audience,
    CallbackState,
    Channel,
    ConditionKind,
    ConversationStatus,
    Direction,
    IdentityKind,
    InteractionKind,
    ParticipantRole,
    Stacking,
)
from tests.fixtures import NOW

BERLIN = ZoneInfo("Europe/Berlin")
_numbers = count(1)


def an_id() -> UUID:
    return UUID(int=next(_numbers))


def json(value: Any) -> Raw:
    return Raw(msgspec.json.encode(value))


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def customer(**fields: Any) -> CustomerRecord:
    return CustomerRecord(**{
        "customer_id": an_id(),
        "version": 7,
        "name": "Anna Bauer",
        "language": "de",
        "preferred_channel": None,
        "communication_style": None,
        "segments": (),
        "since": days_ago(100),
        "interactions": 1,
        "repeated_questions": 0,
    } | fields)  # fmt: skip


def identity(kind: str = "email", value: str = "anna@example.de", *, verified: bool = False) -> IdentityRecord:
    return IdentityRecord(kind=IdentityKind(kind), value=value, verified=verified)


def fact(name: str, value: Any, at: datetime = NOW, **fields: Any) -> FactRecord:
    return FactRecord(**{
        "name": name,
        "value": json(value),
        "source": "shop-bot",
        "channel": Channel.CHATBOT,
        "at": at,
        "verified": False,
        "version": 1,
    } | fields)  # fmt: skip


def condition(**fields: Any) -> ConditionRecord:
    return ConditionRecord(**{
        "condition_id": an_id(),
        "title": "Brand ambassador",
        "kind": ConditionKind.DISCOUNT,
        "terms": json({"percent": 20}),
        "scope": json({}),
        "valid_from": days_ago(1),
        "valid_until": None,
        "contract": "BA-2026-17",
        "priority": 0,
        "stacking": Stacking.STACK,
        "audiences": tuple(Audience),
        "max_uses": None,
        "max_uses_per": None,
        "uses": 0,
        "revoked_at": None,
    } | fields)  # fmt: skip


def attempt(what: str, outcome: str = "failed", at: datetime = NOW) -> AttemptRecord:
    return AttemptRecord(
        what=what, outcome=AttemptOutcome(outcome), by=ParticipantRole.BOT, channel=Channel.CHATBOT, at=at
    )


def conversation(status: str = "open", *, last_at: datetime = NOW, **fields: Any) -> ConversationRecord:
    said = {name: StatedFactRecord(value=json(value), at=NOW) for name, value in fields.pop("facts", {}).items()}
    return ConversationRecord(**{
        "conversation_id": an_id(),
        "subject": "Router",
        "status": ConversationStatus(status),
        "channels": (Channel.CHATBOT,),
        "opened_at": last_at,
        "last_at": last_at,
        "resolved_at": last_at if status == "resolved" else None,
        "interactions": 1,
        "facts": said,
        "attempts": (),
    } | fields)  # fmt: skip


def callback(state: str = "scheduled", **fields: Any) -> CallbackRecord:
    return CallbackRecord(**{
        "callback_id": an_id(),
        "state": CallbackState(state),
        "conversation_id": None,
        "handoff_id": None,
        "queue": "support",
        "phone": None,
        "reason": "Result",
        "promised_from": NOW,
        "promised_to": NOW,
        "due_at": NOW,
        "attempts": 0,
        "kept": None,
        "priority": 0,
        "preferred_agent": None,
        "ended_at": None,
    } | fields)  # fmt: skip


def interaction(**fields: Any) -> InteractionRecord:
    details = {name: fields.pop(name) for name in DetailsRecord.__struct_fields__ if name in fields}
    return InteractionRecord(**{
        "interaction_id": an_id(),
        "occurred_at": NOW,
        "version": 1,
        "conversation_id": an_id(),
        "source": "shop-bot",
        "channel": Channel.CHATBOT,
        "kind": InteractionKind.MESSAGE,
        "direction": Direction.INBOUND,
        "assurance": Assurance.CLAIMED,
        "language": None,
        "outcome": None,
        "mood": None,
        "repeated_questions": 0,
        "text": None,
        "details": DetailsRecord(**details) if details else None,
    } | fields)  # fmt: skip


def records(**fields: Any) -> CustomerRecords:
    return CustomerRecords(**{
        "customers": (customer(),),
        "identities": (),
        "facts": (),
        "conditions": (),
        "conversations": (),
        "recent": (),
        "contacts": (),
        "dropped_calls": (),
    } | fields)  # fmt: skip


def context(now: datetime = NOW, **fields: Any) -> Context:
    """The context of such records."""
    return project_context(records(**fields), now=now, zone=BERLIN)
