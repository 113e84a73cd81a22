"""A row is the same in Python, in its composite type and in its table."""

from datetime import datetime
from types import UnionType
from typing import get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from service.conditions.conditions import ConditionRow
from service.db.pool import Database
from service.handoff.callbacks.repository import CallbackRow
from service.handoff.repository import HandoffRow
from service.identity.customers import CustomerRow, MergeSuggestionRow
from service.identity.model import IdentityRow
from service.identity.sources.plan import RecordRow, ValueRow
from service.inbound.delivery_log import ChannelDeliveryRow
from service.model import vocabulary
from service.timeline.model import (
    AttemptRow,
    ConversationRow,
    FactHistoryRow,
    FactRow,
    InteractionRow,
    ReceiptRow,
)

ROWS = {
    "customer": CustomerRow,
    "identity": IdentityRow,
    "merge_suggestion": MergeSuggestionRow,
    "conversation": ConversationRow,
    "fact": FactRow,
    "fact_history": FactHistoryRow,
    "attempt": AttemptRow,
    "interaction": InteractionRow,
    "receipt": ReceiptRow,
    "handoff": HandoffRow,
    "callback": CallbackRow,
    "condition": ConditionRow,
    "channel_delivery": ChannelDeliveryRow,
    "source_record": RecordRow,
    "customer_value": ValueRow,
}
ANSWERS = {
    "conversation_handoff",
    "erased_claim",
    "exclusive_identity",
    "identity_owner",
    "known_customer",
    "receipt_answer",
}
"""Composite types that a statement gives, and no table has."""
FILTERS = {"asked_claim", "asked_event", "customer_phone", "matter_filter", "matter_place"}
"""Composite types that a statement takes, and no table has."""
COLUMNS = """
    SELECT attname AS name, format_type(atttypid, atttypmod) AS type
    FROM pg_attribute
    WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
    ORDER BY attnum
"""
TYPES: dict[object, set[str]] = {
    UUID: {"uuid"},
    datetime: {"timestamp with time zone"},
    int: {"bigint", "integer", "smallint"},
    float: {"real"},
    bool: {"boolean"},
    str: {"text", "jsonb"},
    vocabulary.ParticipantRole: {"text"},
    vocabulary.Channel: {"channel"},
    list[vocabulary.Channel]: {"channel[]"},
    list[str]: {"text[]"},
    list[UUID]: {"uuid[]"},
    vocabulary.IdentityKind: {"identity_kind"},
    vocabulary.IdentityLink: {"identity_link"},
    vocabulary.ConversationStatus: {"conversation_status"},
    vocabulary.AttemptOutcome: {"attempt_outcome"},
    vocabulary.InteractionKind: {"interaction_kind"},
    vocabulary.Direction: {"direction"},
    vocabulary.Assurance: {"assurance"},
    vocabulary.CallOutcome: {"call_outcome"},
    vocabulary.HandoffState: {"handoff_state"},
    vocabulary.HandoffMode: {"handoff_mode"},
    vocabulary.CallbackState: {"callback_state"},
    vocabulary.ConditionKind: {"condition_kind"},
    vocabulary.Stacking: {"stacking"},
    list[vocabulary.Audience]: {"audience[]"},
    vocabulary.UsePeriod: {"use_period"},
    vocabulary.DeliveryOutcome: {"delivery_outcome"},
}


@pytest.mark.parametrize("table", ROWS)
async def test_a_row_has_the_fields_of_its_composite_type_in_their_order(database: Database, table: str):
    hints = get_type_hints(ROWS[table])
    composite = await columns_of(database, f"{table}_row")
    assert list(hints) == list(composite)
    assert [name for name, hint in hints.items() if composite[name] not in TYPES[required(hint)]] == []


@pytest.mark.parametrize("table", ROWS)
async def test_a_composite_type_has_the_types_of_its_table(database: Database, table: str):
    composite = await columns_of(database, f"{table}_row")
    stored = await columns_of(database, table)
    assert composite == {name: stored[name] for name in composite}


async def test_every_composite_type_has_its_row(database: Database):
    async with database.connection() as connection:
        names = await connection.fetch("SELECT relname FROM pg_class WHERE relkind = 'c' ORDER BY relname")
    assert [row["relname"] for row in names] == sorted([*(f"{table}_row" for table in ROWS), *ANSWERS, *FILTERS])


async def columns_of(database: Database, relation: str) -> dict[str, str]:
    """The columns of a table or composite type in their order, with their types."""
    async with database.connection() as connection:
        return {row["name"]: row["type"] for row in await connection.fetch(COLUMNS, relation)}


def required(hint: object) -> object:
    """The type without None."""
    if get_origin(hint) is not UnionType:
        return hint
    (kind,) = (one for one in get_args(hint) if one is not type(None))
    return kind
