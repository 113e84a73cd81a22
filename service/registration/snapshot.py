"""What is known of the customers of a batch, read at one moment and without a lock."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.handoff.serving import served_by_of_row
from service.identity.customers import CustomerState, KnownCustomer
from service.identity.erased import ErasedIdentities
from service.identity.model import ACCOUNT_KINDS, EXCLUSIVE_KINDS, Identity, Owner
from service.model.vocabulary import Channel, ConversationStatus, IdentityKind, ServedBy
from service.registration.model import Submission
from service.registration.resolve import find_parties
from service.timeline.model import Conversation, ConversationFact, FactRow, Receipt, subject_key
from service.timeline.receipts import EventKey

SQL = Statements("service.registration", "snapshot")

_facts_decoder = msgspec.json.Decoder(dict[str, ConversationFact])


class AskedEvent(NamedTuple):
    """An event, and which conversation and facts of its customer it may touch.

    With `conversation_id` it is that conversation, with `ref` the source's, else the one of the subject.
    """

    party: int
    space_id: int
    source: str
    customer_id: UUID | None
    conversation_id: UUID | None
    ref: str | None
    subject_key: str | None
    names: list[str]
    digest: UUID


class AskedClaim(NamedTuple):
    """An identity that an event of a party claims."""

    party: int
    kind: IdentityKind
    value: str


class BatchSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Receipts, owners of identities, and customers with their survivors, conversations and facts."""

    receipts: dict[EventKey, Receipt]
    deleted: set[EventKey]
    """Events that were registered before, and have been deleted since."""
    erased: ErasedIdentities
    owners: dict[Identity, Owner]
    customers: dict[UUID, CustomerState]
    conversations: Sequence[Conversation]
    facts: Sequence[FactRow]
    served_by: dict[UUID, ServedBy]
    """Who serves each of the conversations, also those of receipts; those that were never handed off are left out."""


async def read_snapshot(connection: Connection, submissions: Mapping[EventKey, Submission]) -> BatchSnapshot:
    """All that planning the submissions of these events needs, in one statement."""
    parties, party_of = find_parties(list(submissions.values()))
    events = [_asked_event(party, *one) for party, one in zip(parties, submissions.items(), strict=True)]
    claims = [AskedClaim(party, *identity) for identity, party in party_of.items()]
    row = await connection.fetchrow(SQL.read_snapshot, events, claims, ACCOUNT_KINDS, EXCLUSIVE_KINDS)
    assert row is not None  # it has no FROM
    known = {one["customer_id"]: CustomerState.of_known(KnownCustomer(*one)) for one in row["customers"]}
    conversations = {one["conversation_id"]: conversation_from_row(one) for one in row["conversations"]}
    return BatchSnapshot(
        receipts={one["digest"]: Receipt(*one) for one in row["receipts"] if one["interaction_id"] is not None},
        deleted={one["digest"] for one in row["receipts"] if one["interaction_id"] is None},
        erased={Identity(IdentityKind(one["kind"]), one["value"]): one["refused_until"] for one in row["erased"] or ()},
        owners=_owners(row["owners"], row["exclusive"]),
        customers=known,
        conversations=list(conversations.values()),
        facts=[FactRow(*fact) for fact in row["facts"]],
        served_by={one["conversation_id"]: served_by_of_row(one) for one in row["handoffs"]},
    )


def _asked_event(party: int, key: EventKey, submission: Submission) -> AskedEvent:
    interaction = submission.interaction
    hint, conversation_id = interaction.conversation, submission.conversation_id
    ref = hint.ref if hint is not None and conversation_id is None else None
    by_subject = conversation_id is None and ref is None
    return AskedEvent(
        party,
        submission.space_id,
        interaction.source,
        submission.customer_id,
        conversation_id,
        ref,
        subject_key(hint.subject if hint else None) if by_subject else None,
        [*interaction.facts, *interaction.asks],
        key,
    )


def _owners(rows: Iterable[asyncpg.Record], exclusive: Iterable[asyncpg.Record]) -> dict[Identity, Owner]:
    """The owners of those identities that are known: members of merge sets, as if they were never merged."""
    groups: dict[UUID, set[str]] = {}
    for row in exclusive:
        group = Identity(IdentityKind(row["kind"]), row["value"]).exclusive_group(row["source"])
        groups.setdefault(row["customer_id"], set()).update([group] if group else [])
    return {
        Identity(IdentityKind(row["kind"]), row["value"]): Owner(
            customer_id=row["customer_id"],
            verified=row["verified"],
            has_account=row["has_account"],
            exclusive_groups=groups.setdefault(row["customer_id"], set()),
        )
        for row in rows
    }


def conversation_from_row(row: asyncpg.Record) -> Conversation:
    """A row of the table conversation, to be worked on."""
    fields = {name: row[name] for name in Conversation.__struct_fields__}
    fields["status"] = ConversationStatus(row["status"])
    fields["channels"] = [Channel(channel) for channel in row["channels"]]
    fields["facts"] = _facts_decoder.decode(row["facts"])
    return Conversation(**fields)
