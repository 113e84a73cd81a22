"""Stores what a batch changes: everything but new identities, in one statement."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from service.db.columns import columns
from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.customers import CustomerState
from service.model.names import name_key
from service.registration.plan import RegistrationPlan
from service.timeline.model import (
    AttemptRow,
    Conversation,
    FactHistoryRow,
    FactRow,
    InteractionRow,
    ReceiptRow,
)

SQL = Statements("service.registration", "write")

_encode = msgspec.json.Encoder().encode


async def write_plan(connection: Connection, plan: RegistrationPlan, *, now: datetime, by_copy: bool = False) -> bool:
    """Store what was planned; `by_copy` sends the rows of many interactions faster.

    False if another transaction was faster with any of the interactions: then this one must not commit.
    """
    interactions: Sequence[InteractionRow] = plan.interactions
    if by_copy:
        await connection.copy_records_to_table("interaction", records=interactions, columns=InteractionRow._fields)
        interactions = ()
    customers = plan.customers.values()
    new_receipts = await connection.fetchval(
        SQL.write_plan,
        *columns((_customer_row(one) for one in customers if one.new), 9),
        *columns((_customer_row(one) for one in customers if not one.new), 9),
        *columns((_conversation_row(one) for one in plan.conversations.values()), 13),
        *columns(plan.facts.values(), len(FactRow._fields)),
        *columns(plan.fact_history, len(FactHistoryRow._fields)),
        *columns(plan.attempts.values(), len(AttemptRow._fields)),
        *columns(interactions, len(InteractionRow._fields)),
        *columns(plan.receipts, len(ReceiptRow._fields)),
        *columns(((one.customer_id, one.version) for one in customers), 2),
        now,
    )
    return bool(new_receipts == len(plan.receipts))


def _customer_row(state: CustomerState) -> tuple[object, ...]:
    return (
        state.customer_id,
        state.version,
        state.interactions,
        state.repeated_questions,
        state.since,
        state.name,
        name_key(state.name) if state.name else None,
        state.language,
        state.last_registered_at,
    )


def _conversation_row(conversation: Conversation) -> tuple[object, ...]:
    return (
        conversation.customer_id,
        conversation.conversation_id,
        conversation.source,
        conversation.ref,
        conversation.subject,
        conversation.subject_key,
        conversation.status,
        "{" + ",".join(conversation.channels) + "}",
        conversation.opened_at,
        conversation.last_at,
        conversation.resolved_at,
        conversation.interactions,
        _encode(conversation.facts).decode(),
    )
