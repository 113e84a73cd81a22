"""Stores what a batch changes, in one statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.db.statements import Statements
from service.identity.customers import CustomerRow, CustomerState, MergeSuggestionRow
from service.identity.model import IdentityConflict
from service.model.names import name_key
from service.registration.plan import RegistrationPlan
from service.timeline.model import Conversation, ConversationRow, InteractionRow, Receipt, ReceiptRow

SQL = Statements("service.registration", "write")

_encode = msgspec.json.Encoder().encode


async def write_plan(connection: Connection, plan: RegistrationPlan, *, now: datetime, by_copy: bool = False) -> bool:
    """Store what was planned; `by_copy` sends the rows of many interactions faster, and needs a transaction.

    False if one of the customers has changed since it was read: then nothing was stored, and a transaction holds the
    locks of all of them. ConcurrentChange if another transaction was faster with an identity or an event.
    """
    if plan.is_empty:
        return True
    interactions: Sequence[InteractionRow] = plan.interactions
    if by_copy:
        await connection.copy_records_to_table("interaction", records=interactions, columns=InteractionRow._fields)
        interactions = ()
    customers = plan.changed_customers
    try:
        stored: bool = await connection.fetchval(
            SQL.write_plan,
            [_customer_row(one) for one in customers if one.known is None],
            [_customer_row(one) for one in customers if one.known is not None],
            [_conversation_row(one) for one in plan.conversations.values()],
            list(plan.facts.values()),
            plan.fact_history,
            list(plan.attempts.values()),
            interactions,
            list(map(_receipt_row, plan.interactions, plan.receipts)),
            [one.known for one in customers if one.known is not None],
            now,
            plan.attach,
            plan.proven,
            [_suggestion_row(*one, now) for one in plan.conflicts],
            plan.answered,
        )
    except asyncpg.SerializationError as error:
        raise ConcurrentChange from error
    return stored


def _suggestion_row(conflict: IdentityConflict, interaction_id: UUID, now: datetime) -> MergeSuggestionRow:
    return MergeSuggestionRow(conflict.customer_id, conflict.other_customer_id, *conflict.identity, interaction_id, now)


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


def _receipt_row(interaction: InteractionRow, receipt: Receipt) -> ReceiptRow:
    owner_id, version = interaction.customer_id, interaction.version
    if receipt.customer_id == owner_id:
        return ReceiptRow(owner_id, version, None, None, receipt.digest)
    return ReceiptRow(owner_id, version, receipt.customer_id, receipt.version, receipt.digest)


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
