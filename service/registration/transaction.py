"""Registers a batch of interactions, from identities to the outbox: one statement reads, one stores."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from service.db.change import lock_customers
from service.db.pool import Connection, Database
from service.db.retry import ConcurrentChange, run_with_retry
from service.errors import CustomerErased
from service.handoff.dropped_calls import DroppedCall, fail_on_dropped_call, is_dropped_call
from service.handoff.serving import read_serving
from service.identity.customers import CustomerState
from service.identity.erased import is_of_the_past
from service.model.interaction import RegistrationResult
from service.model.vocabulary import ServedBy
from service.registration.model import RegisteredBatch, Submission
from service.registration.plan import RegistrationPlan
from service.registration.resolve import resolve_submissions
from service.registration.snapshot import BatchSnapshot, read_snapshot
from service.registration.write import write_plan
from service.timeline.model import Receipt
from service.timeline.receipts import EventKey


class PlannedBatch(Struct, frozen=True, kw_only=True):
    """Submissions of one batch, what was known before it, and what the new ones among them change."""

    submissions: Sequence[Submission]
    keys: list[EventKey]
    """What makes each of the submissions one event."""
    new: list[Submission]
    """The first of each event that was not registered before; `plan` has a receipt for each, in this order."""
    erased: set[EventKey]
    """Events of erased customers: they are not registered."""
    snapshot: BatchSnapshot
    plan: RegistrationPlan

    @property
    def locked_ids(self) -> set[UUID]:
        """The customers that storing it locks."""
        return {one.customer_id for one in self.plan.changed_customers if one.known is not None}

    def answer(self, served_by: Mapping[UUID, ServedBy], changed: Mapping[UUID, int]) -> RegisteredBatch:
        """The answers, in the order of the submissions; `changed` are versions that came after those planned."""
        receipts = self.snapshot.receipts | {receipt.digest: receipt for receipt in self.plan.receipts}
        firsts = {id(submission) for submission in self.new}
        versions = {one.customer_id: one.version for one in self.plan.changed_customers if one.merged_into is None}
        return RegisteredBatch(
            results=[
                CustomerErased()
                if key in self.erased
                else _registration_result(receipts[key], served_by, duplicate=id(one) not in firsts)
                for key, one in zip(self.keys, self.submissions, strict=True)
            ],
            changed=versions | dict(changed),
        )


async def register_batch(
    database: Database, submissions: Sequence[Submission], *, now: datetime, reopen: timedelta
) -> RegisteredBatch:
    """Register these interactions, each event once for ever; the answers are in their order.

    The statement that stores them is a transaction by itself. If another one was faster, the next try is a transaction
    that locks the customers first. A call that may end handoffs is one from the beginning.
    """
    overtaken: set[UUID] = set()

    async def work(connection: Connection) -> RegisteredBatch:
        if overtaken:
            await lock_customers(connection, overtaken, restricted_too=True)
        return await register_in_transaction(connection, submissions, now=now, reopen=reopen)

    if not any(is_dropped_call(one.interaction) for one in submissions):
        async with database.connection() as connection:
            batch = await _plan_batch(connection, submissions, now=now, reopen=reopen)
            if await _is_stored(connection, batch, now):
                return batch.answer(batch.snapshot.served_by, {})
        overtaken |= batch.locked_ids
    return await run_with_retry(database, work)


async def register_in_transaction(
    connection: Connection,
    submissions: Sequence[Submission],
    *,
    now: datetime,
    reopen: timedelta,
    by_copy: bool = False,
) -> RegisteredBatch:
    """The same within the caller's transaction, which must be tried again as a whole after ConcurrentChange.

    If another one was faster with a customer, all of them are locked by then: read once more, they stand still.
    """
    batch = await _plan_batch(connection, submissions, now=now, reopen=reopen)
    if not await write_plan(connection, batch.plan, now=now, by_copy=by_copy):
        locked_ids = batch.locked_ids
        batch = await _plan_batch(connection, submissions, now=now, reopen=reopen)
        if by_copy or not batch.locked_ids <= locked_ids or not await write_plan(connection, batch.plan, now=now):
            raise ConcurrentChange
    failed = await _fail_on_dropped_calls(connection, batch, now)
    return batch.answer(await _read_served_by(connection, batch) if failed else batch.snapshot.served_by, failed)


async def _is_stored(connection: Connection, batch: PlannedBatch, now: datetime) -> bool:
    """Store it by one statement of its own; False if another transaction was faster with anything it builds on."""
    try:
        return await write_plan(connection, batch.plan, now=now)
    except ConcurrentChange:
        return False


async def _plan_batch(
    connection: Connection, submissions: Sequence[Submission], *, now: datetime, reopen: timedelta
) -> PlannedBatch:
    """What the new ones of these submissions change, decided with what the database knows of their customers."""
    keys = [submission.event_key for submission in submissions]
    first: dict[EventKey, Submission] = {}
    for key, submission in zip(keys, submissions, strict=True):
        first.setdefault(key, submission)
    snapshot = await read_snapshot(connection, first)
    erased = {key for key, one in first.items() if key not in snapshot.receipts and _is_erased(key, one, snapshot, now)}
    new = [one for key, one in first.items() if key not in snapshot.receipts and key not in erased]
    resolved = resolve_submissions(new, snapshot.owners)
    customers = snapshot.customers | {one: CustomerState(customer_id=one) for one in resolved.new_customers}
    plan = RegistrationPlan(customers, snapshot.conversations, snapshot.facts, now=now, reopen=reopen)
    plan.attach, plan.proven = resolved.attach, resolved.proven
    for submission, resolution in zip(new, resolved.resolutions, strict=True):
        plan.add(submission, resolution)
    return PlannedBatch(submissions=submissions, keys=keys, new=new, erased=erased, snapshot=snapshot, plan=plan)


def _is_erased(key: EventKey, submission: Submission, snapshot: BatchSnapshot, now: datetime) -> bool:
    """Whether this event was deleted, or is of a customer that was erased: one that it names, or since it happened."""
    if key in snapshot.deleted:
        return True
    if submission.customer_id is not None and submission.customer_id not in snapshot.customers:
        return True
    at = min(submission.interaction.occurred_at, now)
    return bool(snapshot.erased) and is_of_the_past(submission.claims, snapshot.erased, at)


async def _read_served_by(connection: Connection, batch: PlannedBatch) -> dict[UUID, ServedBy]:
    """Who serves the conversations of the batch after it was stored."""
    receipts = [*batch.snapshot.receipts.values(), *batch.plan.receipts]
    serving = await read_serving(connection, {receipt.conversation_id for receipt in receipts})
    return {conversation_id: one.served_by for conversation_id, one in serving.items()}


async def _fail_on_dropped_calls(connection: Connection, batch: PlannedBatch, now: datetime) -> dict[UUID, int]:
    """What the calls among these interactions that ended in vain do to open handoffs; gives the customers changed."""
    changed = {}
    for submission, receipt in zip(batch.new, batch.plan.receipts, strict=True):
        if is_dropped_call(submission.interaction):
            conversation = batch.plan.conversations[receipt.conversation_id]
            call = DroppedCall(
                customer_id=conversation.customer_id,
                conversation_id=receipt.conversation_id,
                subject_key=conversation.subject_key,
                names_conversation=submission.interaction.conversation is not None,
                occurred_at=submission.interaction.occurred_at,
                key_id=submission.key_id,
            )
            version = await fail_on_dropped_call(connection, call, now)
            if version is not None:
                changed[receipt.customer_id] = version
    return changed


def _registration_result(
    receipt: Receipt, served_by: Mapping[UUID, ServedBy], *, duplicate: bool
) -> RegistrationResult:
    return RegistrationResult(
        interaction_id=receipt.interaction_id,
        customer_id=receipt.customer_id,
        conversation_id=receipt.conversation_id,
        version=receipt.version,
        duplicate=duplicate,
        served_by=served_by.get(receipt.conversation_id),
    )
