"""What is known of the customers of a batch, and holds still until its transaction ends."""

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

import asyncpg
import msgspec

from service.db.columns import columns
from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.db.statements import Statements
from service.handoff.serving import served_by_of_row
from service.identity.customers import CustomerState
from service.model.vocabulary import Channel, ConversationStatus, ServedBy
from service.registration.model import Submission
from service.timeline.model import Conversation, ConversationFact, FactRow, subject_key

SQL = Statements("service.registration", "locks")

_facts_decoder = msgspec.json.Decoder(dict[str, ConversationFact])


class RowsToLock:
    """Which conversations and facts of which known customers a batch may touch."""

    def __init__(self) -> None:
        self._customers: set[UUID] = set()
        self._refs: set[tuple[UUID, str, str, int]] = set()
        self._subjects: set[tuple[UUID, str]] = set()
        self._conversation_ids: set[UUID] = set()
        self._facts: set[tuple[UUID, str]] = set()
        self._conversation_facts: set[tuple[UUID, str]] = set()

    def add(self, customer_id: UUID, submission: Submission) -> None:
        """What one submission of this customer may touch."""
        interaction, hint = submission.interaction, submission.interaction.conversation
        self._customers.add(customer_id)
        names = (*interaction.facts, *interaction.asks)
        if submission.conversation_id is not None:
            self._conversation_ids.add(submission.conversation_id)
            self._conversation_facts.update((submission.conversation_id, name) for name in names)
            return
        self._facts.update((customer_id, name) for name in names)
        if hint is not None and hint.ref is not None:
            self._refs.add((customer_id, interaction.source, hint.ref, submission.space_id))
        else:
            self._subjects.add((customer_id, subject_key(hint.subject if hint else None)))

    def __bool__(self) -> bool:
        """Whether anybody is known."""
        return bool(self._customers)

    def parameters(self) -> list[list[object]]:
        """The parameters of the statement `lock_for_update`."""
        *refs, spaces = columns(self._refs, 4)
        return [
            list(self._customers),
            *refs,
            *columns(self._subjects, 2),
            list(self._conversation_ids),
            *columns(self._facts, 2),
            *columns(self._conversation_facts, 2),
            spaces,
        ]


class LockedRows(msgspec.Struct, frozen=True, kw_only=True):
    """Customers that are locked, with the survivors of their merge sets, and their conversations and facts."""

    customers: dict[UUID, CustomerState] = {}
    conversations: Sequence[Conversation] = ()
    facts: Sequence[FactRow] = ()
    served_by: dict[UUID, ServedBy] = {}
    """Who serves each of the conversations; those that were never handed off are left out."""


async def lock_for_update(connection: Connection, rows: RowsToLock) -> LockedRows:
    """Lock the wanted customers in the order of their ids, and give what is known of them.

    ConcurrentChange if one of them was merged meanwhile: its survivor can only be locked in order by a new transaction.
    One statement sees the database as it was when it began. If another transaction changed a customer before the lock
    was ours, what was read beside it is too old, and is read again: by then nobody else can change it.
    """
    while rows:
        row = await connection.fetchrow(SQL.lock_for_update, *rows.parameters())
        assert row is not None  # it has no FROM
        if {one["merged_into"] for one in row["customers"]} - {one["customer_id"] for one in row["customers"]} - {None}:
            raise ConcurrentChange
        if all(customer["version"] == customer["seen_version"] for customer in row["customers"]):
            return LockedRows(
                customers={customer["customer_id"]: _customer_state(customer) for customer in row["customers"]},
                conversations=list(
                    {one["conversation_id"]: conversation_from_row(one) for one in row["conversations"]}.values()
                ),
                facts=[FactRow(**fact) for fact in row["facts"]],
                served_by={one["conversation_id"]: served_by_of_row(one) for one in row["handoffs"]},
            )
    return LockedRows()


def _customer_state(row: asyncpg.Record) -> CustomerState:
    return CustomerState(
        customer_id=row["customer_id"],
        new=False,
        version=row["version"],
        merged_into=row["merged_into"],
        last_registered_at=row["last_registered_at"].replace(tzinfo=UTC),
    )


def conversation_from_row(row: asyncpg.Record) -> Conversation:
    """A row of the table conversation, to be worked on."""
    fields = {name: row[name] for name in Conversation.__struct_fields__}
    fields["status"] = ConversationStatus(row["status"])
    fields["channels"] = [Channel(channel) for channel in row["channels"]]
    fields["facts"] = _facts_decoder.decode(row["facts"])
    return Conversation(**fields)
