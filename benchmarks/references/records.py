"""What both reference services ask of PostgreSQL: one context read, one interaction written in one commit."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.references.shapes import ContextOut, InteractionIn, RegisteredOut
from benchmarks.references.tables import Condition, Customer, CustomerIdentity, Fact, Interaction

REGISTER_TRIES = 3
RECENT = 20


def in_force(now: datetime) -> ColumnElement[bool]:
    """Whether a condition holds at this moment."""
    return and_(Condition.valid_from <= now, or_(Condition.valid_until.is_(None), Condition.valid_until > now))


async def read_context(session: AsyncSession, pair: tuple[str, str], now: datetime) -> ContextOut | None:
    """The context of the customer who owns `pair`, by three indexed queries; None without such a customer."""
    customer = await session.scalar(
        select(Customer)
        .join(Customer.identities)
        .where(CustomerIdentity.kind == pair[0], CustomerIdentity.value == pair[1])
    )
    if customer is None:
        return None
    conditions = await session.scalars(
        select(Condition).where(Condition.customer_id == customer.id, in_force(now)).order_by(Condition.id)
    )
    recent = await session.scalars(
        select(Interaction)
        .where(Interaction.customer_id == customer.id)
        .order_by(Interaction.occurred_at.desc(), Interaction.id.desc())
        .limit(RECENT)
    )
    return ContextOut.model_validate(
        {"customer": customer, "conditions": conditions.all(), "recent": recent.all()}, from_attributes=True
    )


async def register(session: AsyncSession, event: InteractionIn) -> RegisteredOut:
    """The interaction's ids, committed with its facts; the same (source, source_event_id) again is a duplicate.

    A unique key that was taken meanwhile is either the same event or the same first contact: look, then try again.
    """
    for attempt in range(1, REGISTER_TRIES + 1):
        try:
            return await _insert(session, event)
        except IntegrityError:
            await session.rollback()
            if stored := await _stored(session, event):
                return stored
            if attempt == REGISTER_TRIES:
                raise
    raise AssertionError("the last try returns or raises")


async def identity_pairs(session: AsyncSession, customer_id: int) -> list[tuple[str, str]]:
    """Every pair by which the customer can be looked up."""
    rows = await session.execute(
        select(CustomerIdentity.kind, CustomerIdentity.value).where(CustomerIdentity.customer_id == customer_id)
    )
    return [(kind, value) for kind, value in rows]


async def _insert(session: AsyncSession, event: InteractionIn) -> RegisteredOut:
    customer_id = await _find_or_create_customer(session, event)
    columns = event.model_dump(
        include={"source", "source_event_id", "occurred_at", "channel", "kind", "direction", "text"}
    )
    interaction = Interaction(customer_id=customer_id, details=event.details, **columns)
    session.add(interaction)
    await session.flush()
    if event.facts:
        await _keep_facts(session, customer_id, event)
    await session.commit()
    return RegisteredOut(interaction_id=interaction.id, customer_id=customer_id, duplicate=False)


async def _find_or_create_customer(session: AsyncSession, event: InteractionIn) -> int:
    """The owner of the first known identity, else a new customer; identities that are new are attached."""
    pairs = {identity.pair: identity.verified for identity in event.identities}
    rows = await session.execute(
        select(CustomerIdentity.kind, CustomerIdentity.value, CustomerIdentity.customer_id).where(
            tuple_(CustomerIdentity.kind, CustomerIdentity.value).in_(pairs)
        )
    )
    owners = {(kind, value): customer_id for kind, value, customer_id in rows}
    customer_id = next((owners[pair] for pair in pairs if pair in owners), None)
    if customer_id is None:
        customer = Customer(language=event.language)
        session.add(customer)
        await session.flush()
        customer_id = customer.id
    session.add_all(
        CustomerIdentity(customer_id=customer_id, kind=kind, value=value, verified=verified)
        for (kind, value), verified in pairs.items()
        if (kind, value) not in owners
    )
    return customer_id


async def _keep_facts(session: AsyncSession, customer_id: int, event: InteractionIn) -> None:
    """One upsert of all facts, sorted by name so that two writers of one customer cannot deadlock."""
    rows = [
        {"customer_id": customer_id, "name": name, "value": value, "at": event.occurred_at}
        for name, value in sorted(event.facts.items())
    ]
    upsert = insert(Fact).values(rows)
    newest = {"value": upsert.excluded.value, "at": upsert.excluded.at}
    await session.execute(
        upsert.on_conflict_do_update(
            index_elements=[Fact.customer_id, Fact.name], set_=newest, where=Fact.at <= upsert.excluded.at
        )
    )


async def _stored(session: AsyncSession, event: InteractionIn) -> RegisteredOut | None:
    row = (
        await session.execute(
            select(Interaction.id, Interaction.customer_id).where(
                Interaction.source == event.source, Interaction.source_event_id == event.source_event_id
            )
        )
    ).one_or_none()
    return row and RegisteredOut(interaction_id=row.id, customer_id=row.customer_id, duplicate=True)
