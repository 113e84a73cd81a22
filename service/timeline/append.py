"""Set-based reads and writes of what happened; each function is one round trip, and nothing without rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.model.vocabulary import Channel, ConversationStatus
from service.timeline.model import (
    AttemptRow,
    Conversation,
    ConversationFact,
    FactHistoryRow,
    FactRow,
    InteractionRow,
    ReceiptRow,
)

SQL = Statements("service.timeline", "append")

EventKey = tuple[str, str]
"""(source, source_event_id): what makes an interaction one."""

_facts = msgspec.json.Decoder(dict[str, ConversationFact])
_encoder = msgspec.json.Encoder()


async def find_receipts(connection: Connection, keys: Iterable[EventKey]) -> dict[EventKey, ReceiptRow]:
    """The receipts of those events that were registered before."""
    sources, ids = _columns(keys, 2)
    rows = await connection.fetch(SQL.find_receipts, sources, ids)
    return {(row["source"], row["source_event_id"]): ReceiptRow(*row) for row in rows}


async def find_conversations(
    connection: Connection,
    *,
    refs: Iterable[tuple[UUID, str, str]],
    subjects: Iterable[tuple[UUID, str]],
    ids: Iterable[tuple[UUID, UUID]] = (),
) -> list[Conversation]:
    """The latest of each (customer, source, ref), the latest unresolved of each (customer, subject key), each once.

    And those of each (customer, conversation) pair.
    """
    rows = await connection.fetch(SQL.find_conversations, *_columns(refs, 3), *_columns(subjects, 2), *_columns(ids, 2))
    return list({row["conversation_id"]: _conversation(dict(row)) for row in rows}.values())


def _conversation(row: dict[str, object]) -> Conversation:
    facts, channels, status = row.pop("facts"), row.pop("channels"), row.pop("status")
    assert isinstance(facts, str)
    assert isinstance(channels, list)
    return Conversation(
        **row,  # type: ignore[arg-type]  # the columns that have the shape's names and types
        facts=_facts.decode(facts),
        channels=[Channel(channel) for channel in channels],
        status=ConversationStatus(str(status)),
    )


async def find_facts(connection: Connection, wanted: Iterable[tuple[UUID, str]]) -> list[FactRow]:
    """What is known of these (customer, name) pairs."""
    customer_ids, names = _columns(wanted, 2)
    if not names:
        return []
    return [FactRow(*row) for row in await connection.fetch(SQL.find_facts, customer_ids, names)]


Versions = Sequence[tuple[UUID, int]]
"""To which versions customers came."""


async def append(connection: Connection, rows: Sequence[InteractionRow], versions: Versions, now: datetime) -> bool:
    """Store new interactions with their receipts, and tell of the customers' versions, in one round trip.

    False if another transaction was faster with any of them: then this one must not commit.
    """
    columns = (*_columns(rows, len(InteractionRow._fields)), *_columns(versions, 2))
    stored = await connection.fetchval(SQL.append, *columns, now)
    return bool(stored == len(rows))


async def append_by_copy(
    connection: Connection, rows: Sequence[InteractionRow], versions: Versions, now: datetime
) -> bool:
    """The same for many interactions, whose rows are sent by COPY."""
    await connection.copy_records_to_table("interaction", records=rows, columns=InteractionRow._fields)
    await tell(connection, versions, now)
    receipts = [
        (row.source, row.source_event_id, row.interaction_id, row.customer_id, row.conversation_id, row.version)
        for row in rows
    ]
    stored = await connection.fetchval(SQL.append_receipts, *_columns(receipts, len(ReceiptRow._fields)))
    return bool(stored == len(rows))


async def store_conversations(connection: Connection, conversations: Sequence[Conversation]) -> None:
    """Store conversations as they stand now."""
    rows = [
        (
            one.customer_id,
            one.conversation_id,
            one.source,
            one.ref,
            one.subject,
            one.subject_key,
            one.status,
            "{" + ",".join(one.channels) + "}",
            one.opened_at,
            one.last_at,
            one.resolved_at,
            one.interactions,
            _encoder.encode(one.facts).decode(),
        )
        for one in conversations
    ]
    await connection.execute(SQL.store_conversations, *_columns(rows, 13))


async def store_knowledge(
    connection: Connection,
    facts: Sequence[FactRow],
    ended: Sequence[FactHistoryRow],
    attempts: Sequence[AttemptRow],
) -> None:
    """Store what is known now, values that ended, and attempts or their newer outcomes."""
    if facts or ended or attempts:
        columns = (
            *_columns(facts, len(FactRow._fields)),
            *_columns(ended, len(FactHistoryRow._fields)),
            *_columns(attempts, len(AttemptRow._fields)),
        )
        await connection.execute(SQL.store_knowledge, *columns)


async def tell(connection: Connection, versions: Versions, now: datetime) -> None:
    """Put into the outbox to which versions customers came."""
    await connection.execute(SQL.tell, *_columns(versions, 2), now)


def _columns(rows: Iterable[tuple[object, ...]], width: int) -> list[list[object]]:
    """Rows as one list per column; `width` empty lists for no rows."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(width)]
