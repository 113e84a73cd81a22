"""The summaries of a conversation: what its desks wrote for the next desk, the newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from service.db.pool import Connection
from service.db.statements import Statements
from service.handoff.caller import Caller, participant_role
from service.handoff.disclosure import is_told_words
from service.handoff.model import Handoff, HandoffGiver
from service.model.interaction import Timestamp
from service.model.vocabulary import Audience, ParticipantRole

SQL = Statements("service.handoff", "summaries")

MAX_SUMMARIES = 20
MAX_SUMMARY_CHARS = 20_000
"""Characters of all summaries that are shown; each may have an equal share of them."""


class SummaryRecord(Struct, frozen=True, kw_only=True):
    """A summary as stored: `by` is the key that wrote it, with the queue and agent that had the conversation."""

    text: str
    by: HandoffGiver
    at: datetime


_decode = msgspec.json.Decoder(tuple[SummaryRecord, ...]).decode
_encode = msgspec.json.Encoder().encode


class ConversationSummary(Struct, frozen=True, kw_only=True):
    """A summary of the conversation, by one of its desks; `name`, `queue` and `agent` are for our own desks."""

    text: Annotated[str, Meta(description="Summary in plain text; of a long one the beginning.")]
    text_cut: Annotated[bool, Meta(description="Whether the summary is longer than is shown.")]
    by: Annotated[ParticipantRole, Meta(description="Role of the author: `bot`, `agent` or `system`.")]
    name: Annotated[
        str | None, Meta(description="Name of the API key that wrote the summary; null if hidden from the reader.")
    ]
    queue: Annotated[
        str | None,
        Meta(description="Queue that had the conversation and wrote; null for the first giver, or if hidden."),
    ]
    agent: Annotated[
        str | None, Meta(description="Id of the agent who wrote the summary; null for the first giver, or if hidden.")
    ]
    at: Annotated[Timestamp, Meta(description="Time of the summary, RFC 3339 in UTC.")]


class SummaryHistory(Struct, frozen=True, kw_only=True):
    """The newest summaries of a conversation, the newest first, and the number of all."""

    newest: tuple[SummaryRecord, ...] = ()
    total: int = 0

    def with_newest(self, record: SummaryRecord) -> "SummaryHistory":
        """The history with one more summary."""
        return SummaryHistory(newest=(record, *self.newest)[:MAX_SUMMARIES], total=self.total + 1)

    def ends_with(self, text: str) -> bool:
        """Whether this is the newest summary already, so that a request that is repeated adds none."""
        return bool(self.newest) and self.newest[0].text == text

    @property
    def left_out(self) -> int:
        """The number of summaries that are not shown."""
        return self.total - len(self.newest)

    def shown(self) -> tuple[ConversationSummary, ...]:
        """The summaries as our own desks see them: the newest 20, each with an equal share of 20,000 characters."""
        share = MAX_SUMMARY_CHARS // max(len(self.newest), 1)
        return tuple(
            ConversationSummary(
                text=one.text[:share],
                text_cut=len(one.text) > share,
                by=participant_role(one.by.role),
                name=one.by.name,
                queue=one.by.queue,
                agent=one.by.agent,
                at=one.at,
            )
            for one in self.newest
        )


NO_SUMMARIES = SummaryHistory()


def visible_summaries(
    summaries: Sequence[ConversationSummary], audience: Audience, *, serves: bool
) -> tuple[ConversationSummary, ...]:
    """The summaries that an audience is shown: to others than our own desks without names.

    What people wrote is shown where the words of the conversation are; a bot reads what machines wrote.
    """
    if audience is Audience.CONSOLE:
        return tuple(summaries)
    if audience is Audience.BOT:
        told = [one for one in summaries if one.by is not ParticipantRole.AGENT]
    else:
        told = list(summaries) if is_told_words(audience, serves=serves) else []
    return tuple(replace(one, name=None, queue=None, agent=None) for one in told)


async def find_summaries(connection: Connection, conversation_ids: Sequence[UUID]) -> dict[UUID, SummaryHistory]:
    """Conversation -> its summaries, of every handoff that it ever had; a conversation without any is left out."""
    rows = await connection.fetch(SQL.find_summaries, conversation_ids, MAX_SUMMARIES)
    return {row["conversation_id"]: SummaryHistory(newest=_decode(row["newest"]), total=row["total"]) for row in rows}


async def read_history(connection: Connection, conversation_id: UUID | None) -> SummaryHistory:
    """The summaries of this conversation; none without a conversation."""
    if conversation_id is None:
        return NO_SUMMARIES
    return (await find_summaries(connection, [conversation_id])).get(conversation_id, NO_SUMMARIES)


async def add_summary(connection: Connection, handoff: Handoff, record: SummaryRecord) -> None:
    """Store one more summary with a handoff that is locked."""
    await add_summaries(connection, {handoff.handoff_id: record})


async def add_summaries(connection: Connection, records: Mapping[UUID, SummaryRecord]) -> None:
    """Store one more summary with each of these handoffs, which are locked."""
    texts = [summaries_as_json(record) for record in records.values()]
    await connection.execute(SQL.add_summaries, list(records), texts)


def summaries_as_json(record: SummaryRecord | None) -> str:
    """The summaries of a handoff in the column of that name: this one, or none."""
    return _encode(() if record is None else (record,)).decode()


def summary_of_taker(handoff: Handoff, text: str, caller: Caller) -> SummaryRecord:
    """The summary that the taker of a handoff writes at its end."""
    by = HandoffGiver(role=caller.role, name=caller.name, queue=handoff.queue, agent=handoff.taken_by)
    return SummaryRecord(text=text, by=by, at=caller.now)
