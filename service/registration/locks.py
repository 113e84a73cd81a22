"""What is known of the customers of a batch, and holds still until its transaction ends."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from service.db.columns import columns
from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.customers import CustomerState
from service.model.vocabulary import Channel, ConversationStatus
from service.registration.model import Submission
from service.timeline.model import Conversation, ConversationFact, FactRow, subject_key

SQL = Statements("service.registration", "locks")

_facts_decoder = msgspec.json.Decoder(dict[str, ConversationFact])


class RowsToLock:
    """Which conversations and facts of which known customers a batch may touch."""

    def __init__(self) -> None:
        self._customers: set[UUID] = set()
        self._refs: set[tuple[UUID, str, str]] = set()
        self._subjects: set[tuple[UUID, str]] = set()
        self._conversation_ids: set[tuple[UUID, UUID]] = set()
        self._facts: set[tuple[UUID, str]] = set()

    def add(self, customer_id: UUID, submission: Submission) -> None:
        """What one submission of this customer may touch."""
        interaction, hint = submission.interaction, submission.interaction.conversation
        self._customers.add(customer_id)
        if submission.conversation_id is not None:
            self._conversation_ids.add((customer_id, submission.conversation_id))
        elif hint is not None and hint.ref is not None:
            self._refs.add((customer_id, interaction.source, hint.ref))
        else:
            self._subjects.add((customer_id, subject_key(hint.subject if hint else None)))
        self._facts.update((customer_id, name) for name in (*interaction.facts, *interaction.asks))

    def __bool__(self) -> bool:
        """Whether anybody is known."""
        return bool(self._customers)

    def parameters(self) -> list[list[object]]:
        """The parameters of the statement `lock_for_update`."""
        return [
            list(self._customers),
            *columns(self._refs, 3),
            *columns(self._subjects, 2),
            *columns(self._conversation_ids, 2),
            *columns(self._facts, 2),
        ]


class LockedRows(msgspec.Struct, frozen=True, kw_only=True):
    """Customers that are locked, with the conversations and facts of their merge sets that were wanted."""

    customers: dict[UUID, CustomerState] = {}
    conversations: Sequence[Conversation] = ()
    facts: Sequence[FactRow] = ()


async def lock_for_update(connection: Connection, rows: RowsToLock) -> LockedRows:
    """Lock the wanted customers in the order of their ids, and give what is known of them.

    One statement sees the database as it was when it began. If another transaction changed a customer before the lock
    was ours, what was read beside it is too old, and is read again: by then nobody else can change it.
    """
    while rows:
        row = await connection.fetchrow(SQL.lock_for_update, *rows.parameters())
        assert row is not None  # it has no FROM
        if all(version == seen for _, version, seen, *_ in row["customers"]):
            return LockedRows(
                customers={one[0]: _customer_state(*one) for one in row["customers"]},
                conversations=list({one[1]: _conversation(*one) for one in row["conversations"]}.values()),
                facts=[FactRow(*one) for one in row["facts"]],
            )
    return LockedRows()


def _customer_state(
    customer_id: UUID,
    version: int,
    _seen: int,
    merged_into: UUID | None,
    last_registered_at: datetime,
    merged: Sequence[UUID],
) -> CustomerState:
    return CustomerState(
        customer_id=customer_id,
        new=False,
        version=version,
        members=(customer_id, *merged),
        merged_into=merged_into,
        last_registered_at=last_registered_at.replace(tzinfo=UTC),
    )


def _conversation(*values: Any) -> Conversation:
    row = dict(zip(Conversation.__struct_fields__, values, strict=True))
    row["status"] = ConversationStatus(row["status"])
    row["channels"] = [Channel(channel) for channel in row["channels"]]
    row["facts"] = _facts_decoder.decode(row["facts"])
    return Conversation(**row)
