"""Registers a batch of interactions in one transaction: the straight line of writing, from identities to the outbox."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from service.db.pool import Connection, Database
from service.errors import DatabaseBusy
from service.handoff.lost_calls import LostCall, is_lost_call, lose
from service.identity import customers
from service.identity.customers import CustomerState
from service.intake.model import Batch, Submission
from service.intake.plan import Plan, Resolved, resolve_all
from service.model.interaction import Registered
from service.timeline import append
from service.timeline.model import InteractionRow, ReceiptRow, subject_key

_TRIES = 5

Result = TypeVar("Result")
Append = Callable[[Connection, Sequence[InteractionRow], append.Versions, datetime], Coroutine[Any, Any, bool]]


class Overtaken(DatabaseBusy):
    """Another transaction registered the same event, identity or merge in the meantime: try the whole again."""


async def register(
    database: Database,
    submissions: Sequence[Submission],
    *,
    now: datetime,
    reopen: timedelta,
    store: Append = append.append,
) -> Batch:
    """Register these interactions, each (source, source_event_id) once for ever; the answers are in their order."""

    async def work(connection: Connection) -> Batch:
        return await register_in(connection, submissions, now=now, reopen=reopen, store=store)

    return await in_transaction(database, work)


async def in_transaction(database: Database, work: Callable[[Connection], Awaitable[Result]]) -> Result:
    """What `work`, which registers interactions, gives in a transaction; the whole once more after Overtaken."""
    for _ in range(_TRIES):
        try:
            async with database.transaction() as connection:
                return await work(connection)
        except Overtaken:
            continue
    raise DatabaseBusy


async def register_in(
    connection: Connection,
    submissions: Sequence[Submission],
    *,
    now: datetime,
    reopen: timedelta,
    store: Append = append.append,
) -> Batch:
    """The same within the caller's transaction, which must be tried again as a whole after Overtaken."""
    first: dict[append.EventKey, Submission] = {}
    for submission in submissions:
        first.setdefault(submission.event_key, submission)
    known = await append.find_receipts(connection, first)
    fresh = [submission for key, submission in first.items() if key not in known]
    changed: dict[UUID, int] = {}
    if fresh:
        plan = await _plan(connection, fresh, now=now, reopen=reopen)
        await _store(connection, plan, now=now, store=store)
        changed = {customer.customer_id: customer.version for customer in plan.customers.values()}
        changed |= await _lose_calls(connection, fresh, plan, now)
        known |= {(receipt.source, receipt.source_event_id): receipt for receipt in plan.receipts}
    firsts = {id(submission) for submission in fresh}
    answers = [_answer(known[one.event_key], duplicate=id(one) not in firsts) for one in submissions]
    return Batch(answers=answers, changed=changed)


async def _plan(connection: Connection, fresh: Sequence[Submission], *, now: datetime, reopen: timedelta) -> Plan:
    """Resolve, attach and lock in this order (every writer does), then plan with what is known of the customers."""
    owners = await customers.find_owners(connection, {claim.identity for one in fresh for claim in one.claims})
    resolved = resolve_all(fresh, owners)
    if not await customers.attach_identities(connection, resolved.attach, now):
        raise Overtaken
    await customers.verify_identities(connection, resolved.verify)
    states = await customers.lock_customers(connection, resolved.known_customers)
    if any(state.merged_into for state in states.values()):
        raise Overtaken
    for customer_id in resolved.new_customers:
        states[customer_id] = CustomerState(customer_id=customer_id, new=True)
    plan = await _with_knowledge(connection, fresh, resolved, states, now=now, reopen=reopen)
    for submission, resolution in zip(fresh, resolved.resolutions, strict=True):
        plan.add(submission, resolution)
    return plan


async def _with_knowledge(
    connection: Connection,
    fresh: Sequence[Submission],
    resolved: Resolved,
    states: dict[UUID, CustomerState],
    *,
    now: datetime,
    reopen: timedelta,
) -> Plan:
    """A plan that knows the conversations and facts these submissions may touch, over the customers' merge sets."""
    refs: set[tuple[UUID, str, str]] = set()
    subjects: set[tuple[UUID, str]] = set()
    ids: set[tuple[UUID, UUID]] = set()
    facts: set[tuple[UUID, str]] = set()
    for submission, resolution in zip(fresh, resolved.resolutions, strict=True):
        interaction, hint = submission.interaction, submission.interaction.conversation
        for member in states[resolution.customer_id].members:
            if submission.conversation_id is not None:
                ids.add((member, submission.conversation_id))
            elif hint is not None and hint.ref is not None:
                refs.add((member, interaction.source, hint.ref))
            else:
                subjects.add((member, subject_key(hint.subject if hint else None)))
            facts.update((member, name) for name in (*interaction.facts, *interaction.asks))
    return Plan(
        states,
        await append.find_conversations(connection, refs=refs, subjects=subjects, ids=ids)
        if refs or subjects or ids
        else (),
        await append.find_facts(connection, facts),
        now=now,
        reopen=reopen,
    )


async def _store(connection: Connection, plan: Plan, *, now: datetime, store: Append) -> None:
    await customers.store_customers(connection, plan.customers.values())
    await customers.suggest_merges(connection, plan.clashes, now)
    await append.store_conversations(connection, list(plan.conversations.values()))
    await append.store_knowledge(connection, list(plan.facts.values()), plan.fact_history, list(plan.attempts.values()))
    versions = [(one.customer_id, one.version) for one in plan.customers.values()]
    if not await store(connection, plan.interactions, versions, now):
        raise Overtaken


async def _lose_calls(
    connection: Connection, fresh: Sequence[Submission], plan: Plan, now: datetime
) -> dict[UUID, int]:
    """What the calls among these interactions that ended in vain do to open handoffs; gives the customers changed."""
    changed = {}
    for submission, receipt in zip(fresh, plan.receipts, strict=True):
        if is_lost_call(submission.interaction):
            call = LostCall(
                customer_id=receipt.customer_id,
                conversation_id=receipt.conversation_id,
                subject_key=plan.conversations[receipt.conversation_id].subject_key,
                named=submission.interaction.conversation is not None,
                occurred_at=submission.interaction.occurred_at,
                key_id=submission.key_id,
            )
            version = await lose(connection, call, now)
            if version is not None:
                changed[call.customer_id] = version
    return changed


def _answer(receipt: ReceiptRow, *, duplicate: bool) -> Registered:
    return Registered(
        interaction_id=receipt.interaction_id,
        customer_id=receipt.customer_id,
        conversation_id=receipt.conversation_id,
        version=receipt.version,
        duplicate=duplicate,
    )
