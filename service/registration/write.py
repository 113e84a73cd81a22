"""Stores what a batch changes: everything but new identities, in one statement."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.customers import CustomerRow, CustomerState
from service.model.names import name_key
from service.registration.plan import RegistrationPlan
from service.timeline.model import Conversation, ConversationRow, InteractionRow

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
    customers = plan.changed_customers
    new_receipts = await connection.fetchval(
        SQL.write_plan,
        [_customer_row(one) for one in customers if one.new],
        [_customer_row(one) for one in customers if not one.new],
        [_conversation_row(one) for one in plan.conversations.values()],
        list(plan.facts.values()),
        plan.fact_history,
        list(plan.attempts.values()),
        interactions,
        plan.receipts,
        [one.customer_id for one in customers if one.merged_into is not None],
        now,
    )
    return bool(new_receipts == len(plan.receipts))


def _customer_row(state: CustomerState) -> CustomerRow:
    return CustomerRow(
        customer_id=state.customer_id,
        version=state.version,
        interactions=state.interactions,
        repeated_questions=state.repeated_questions,
        since=state.since,
        name=state.name,
        name_key=name_key(state.name) if state.name else None,
        language=state.language,
        last_registered_at=state.last_registered_at,
    )


def _conversation_row(conversation: Conversation) -> ConversationRow:
    return ConversationRow(
        customer_id=conversation.customer_id,
        conversation_id=conversation.conversation_id,
        source=conversation.source,
        ref=conversation.ref,
        subject=conversation.subject,
        subject_key=conversation.subject_key,
        status=conversation.status,
        channels=conversation.channels,
        opened_at=conversation.opened_at,
        last_at=conversation.last_at,
        resolved_at=conversation.resolved_at,
        interactions=conversation.interactions,
        facts=_encode(conversation.facts).decode(),
        identities=conversation.identities,
        space_id=conversation.space_id,
    )
