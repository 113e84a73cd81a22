"""Registers a batch of interactions in one transaction: the straight line of writing, from identities to the outbox."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service.db.pool import Connection, Database
from service.db.retry import ConcurrentChange, run_with_retry
from service.handoff.dropped_calls import DroppedCall, fail_on_dropped_call, is_dropped_call
from service.handoff.serving import read_serving
from service.identity import customers
from service.identity.customers import CustomerState
from service.identity.invalid_numbers import claimed_numbers, clear_numbers
from service.model.interaction import RegistrationResult
from service.model.vocabulary import CallOutcome, Direction, ServedBy
from service.registration.locks import LockedRows, RowsToLock, lock_for_update
from service.registration.model import RegisteredBatch, Submission
from service.registration.plan import RegistrationPlan
from service.registration.resolve import resolve_submissions
from service.registration.write import write_plan
from service.timeline.model import ReceiptRow
from service.timeline.receipts import EventKey, event_key, find_receipts


async def register_batch(
    database: Database,
    submissions: Sequence[Submission],
    *,
    now: datetime,
    reopen: timedelta,
    by_copy: bool = False,
) -> RegisteredBatch:
    """Register these interactions, each event once for ever; the answers are in their order."""

    async def work(connection: Connection) -> RegisteredBatch:
        return await register_in_transaction(connection, submissions, now=now, reopen=reopen, by_copy=by_copy)

    return await run_with_retry(database, work)


async def register_in_transaction(
    connection: Connection,
    submissions: Sequence[Submission],
    *,
    now: datetime,
    reopen: timedelta,
    by_copy: bool = False,
) -> RegisteredBatch:
    """The same within the caller's transaction, which must be tried again as a whole after ConcurrentChange."""
    first: dict[EventKey, Submission] = {}
    for submission in submissions:
        first.setdefault(submission.event_key, submission)
    known = await find_receipts(connection, first)
    served_by = await _read_served_by(connection, known.values())
    new_submissions = [submission for key, submission in first.items() if key not in known]
    changed: dict[UUID, int] = {}
    if new_submissions:
        plan, locked = await _make_plan(connection, new_submissions, now=now, reopen=reopen)
        await customers.record_merge_suggestions(connection, plan.conflicts, now)
        if not await write_plan(connection, plan, now=now, by_copy=by_copy):
            raise ConcurrentChange
        changed = {one.customer_id: one.version for one in plan.changed_customers if one.merged_into is None}
        failed = await _fail_on_dropped_calls(connection, new_submissions, plan, now)
        changed |= failed
        await clear_numbers(connection, _answered_numbers(new_submissions, plan))
        known |= {event_key(receipt): receipt for receipt in plan.receipts}
        served_by |= await _read_served_by(connection, known.values()) if failed else locked.served_by
    firsts = {id(submission) for submission in new_submissions}
    results = [
        _registration_result(known[one.event_key], served_by, duplicate=id(one) not in firsts) for one in submissions
    ]
    return RegisteredBatch(results=results, changed=changed)


async def _make_plan(
    connection: Connection, submissions: Sequence[Submission], *, now: datetime, reopen: timedelta
) -> tuple[RegistrationPlan, LockedRows]:
    """Resolve, attach and lock in this order (every writer does), then plan with what is known of the customers."""
    owners = await customers.find_owners(connection, {claim.identity for one in submissions for claim in one.claims})
    resolved = resolve_submissions(submissions, owners)
    if not await customers.attach_identities(connection, resolved.attach, now):
        raise ConcurrentChange
    await customers.verify_identities(connection, resolved.verify)
    rows, new_ids = RowsToLock(), resolved.new_customers
    for submission, resolution in zip(submissions, resolved.resolutions, strict=True):
        if resolution.customer_id not in new_ids:
            rows.add(resolution.customer_id, submission)
    locked = await lock_for_update(connection, rows)
    new = {one: CustomerState(customer_id=one, new=True) for one in new_ids}
    plan = RegistrationPlan(locked.customers | new, locked.conversations, locked.facts, now=now, reopen=reopen)
    for submission, resolution in zip(submissions, resolved.resolutions, strict=True):
        plan.add(submission, resolution)
    return plan, locked


async def _read_served_by(connection: Connection, receipts: Collection[ReceiptRow]) -> dict[UUID, ServedBy]:
    """Who serves the conversations of these receipts now; no statement without any."""
    if not receipts:
        return {}
    serving = await read_serving(connection, {receipt.conversation_id for receipt in receipts})
    return {conversation_id: one.served_by for conversation_id, one in serving.items()}


async def _fail_on_dropped_calls(
    connection: Connection, submissions: Sequence[Submission], plan: RegistrationPlan, now: datetime
) -> dict[UUID, int]:
    """What the calls among these interactions that ended in vain do to open handoffs; gives the customers changed."""
    changed = {}
    for submission, receipt in zip(submissions, plan.receipts, strict=True):
        if is_dropped_call(submission.interaction):
            call = DroppedCall(
                customer_id=plan.conversations[receipt.conversation_id].customer_id,
                conversation_id=receipt.conversation_id,
                subject_key=plan.conversations[receipt.conversation_id].subject_key,
                names_conversation=submission.interaction.conversation is not None,
                occurred_at=submission.interaction.occurred_at,
                key_id=submission.key_id,
            )
            version = await fail_on_dropped_call(connection, call, now)
            if version is not None:
                changed[receipt.customer_id] = version
    return changed


def _answered_numbers(submissions: Sequence[Submission], plan: RegistrationPlan) -> list[tuple[UUID, str]]:
    """The numbers from which customers called and were answered: they exist."""
    return [
        number
        for submission, receipt in zip(submissions, plan.receipts, strict=True)
        if submission.interaction.outcome is CallOutcome.ANSWERED
        and submission.interaction.direction is Direction.INBOUND
        for number in claimed_numbers(receipt.customer_id, submission.claims)
    ]


def _registration_result(
    receipt: ReceiptRow, served_by: Mapping[UUID, ServedBy], *, duplicate: bool
) -> RegistrationResult:
    return RegistrationResult(
        interaction_id=receipt.interaction_id,
        customer_id=receipt.customer_id,
        conversation_id=receipt.conversation_id,
        version=receipt.version,
        duplicate=duplicate,
        served_by=served_by.get(receipt.conversation_id),
    )
