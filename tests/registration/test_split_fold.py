"""After a split both customers are the fold of their interactions: the same as if they had been two from the start."""

from collections.abc import Iterable
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.context.maintenance import CacheFinding, compare_cache
from service.registration.split import split_customer
from tests.context.conftest import Company, company
from tests.context.test_fold import events
from tests.fixtures import KEY_ID, NOW

__all__ = ["company"]

_families = count(1)
WHO = ("father", "mother")
histories = st.lists(
    st.tuples(
        st.sampled_from(WHO), events, st.sampled_from([None, "Maria", "Hans"]), st.sampled_from([None, "de", "fr"])
    ),
    min_size=2,
    max_size=14,
).filter(lambda history: {who for who, *_ in history} == set(WHO))

CUSTOMER = (
    "SELECT interactions, repeated_questions, since, name, name_key, language FROM customer WHERE customer_id = $1"
)
RECORDS = {
    "facts": "SELECT name, value::text, source, channel, at, verified FROM fact WHERE customer_id = $1 ORDER BY name",
    "history": """
        SELECT name, value::text, source, channel, at, verified FROM fact_history
        WHERE customer_id = $1 ORDER BY name, version, ended_version
    """,
    "conversations": """
        SELECT ref, subject, status, channels, opened_at, last_at, interactions, facts::text FROM conversation
        WHERE customer_id = $1 ORDER BY ref
    """,
    "attempts": """
        SELECT c.ref, a.what, a.outcome, a.by, a.channel, a.at FROM attempt a
        JOIN conversation c USING (customer_id, conversation_id) WHERE customer_id = $1 ORDER BY c.ref, a.what_key
    """,
    "interactions": """
        SELECT split_part(i.source_event_id, ':', 2), c.ref, i.repeated_questions FROM interaction i
        JOIN conversation c USING (customer_id, conversation_id) WHERE customer_id = $1 ORDER BY i.version
    """,
    "said in": """
        SELECT f.name, c.ref FROM fact f JOIN conversation c USING (customer_id, conversation_id)
        WHERE customer_id = $1 ORDER BY f.name
    """,
    "stated by": """
        SELECT f.name, split_part(i.source_event_id, ':', 2) FROM fact f JOIN interaction i USING (customer_id, version)
        WHERE customer_id = $1 ORDER BY f.name
    """,
}


async def records(company: Company, customer_id: UUID) -> dict[str, Any]:
    """All that is derived of a customer's interactions, without ids and versions."""
    async with company.database.connection() as connection:
        found = {
            name: [tuple(row) for row in await connection.fetch(sql, customer_id)] for name, sql in RECORDS.items()
        }
        return found | {"customer": tuple(await connection.fetchrow(CUSTOMER, customer_id))}


async def tell(company: Company, history: Iterable[tuple], identities: dict[str, list], world: str) -> dict[str, list]:
    """Register a history; gives what each of the two said."""
    told: dict[str, list] = {who: [] for who in WHO}
    for number, (who, event, name, language) in enumerate(history):
        participant = event["participant"] | ({"name": name} if name else {})
        fields = (
            event
            | {"participant": participant, "id": f"{world}:{number}"}
            | ({"language": language} if language else {})
        )
        told[who].append(await company.register(identities=identities[who], **fields))
    return told


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
async def test_two_who_are_told_apart_are_as_if_they_had_always_been_two(company, history):
    family = next(_families)
    mailbox = ("email", f"family{family}@example.de")
    one = await tell(company, history, {who: [mailbox, ("username", f"{who}{family}")] for who in WHO}, f"a{family}")
    two = await tell(company, history, {who: [("email", f"{who}{family}@example.de")] for who in WHO}, f"b{family}")
    [old] = {answer.customer_id for told in one.values() for answer in told}
    async with company.database.transaction() as connection:
        interactions = [answer.interaction_id for answer in one["mother"]]
        new, _ = await split_customer(connection, old, interactions, [], now=NOW, key_id=KEY_ID)
    await company.reader.cache.drop([old, new.customer_id])
    for customer_id, who in ((old, "father"), (new.customer_id, "mother")):
        assert await records(company, customer_id) == await records(company, two[who][0].customer_id), who
        await company.read(customer_id)
        assert await compare_cache(company.reader, customer_id) is CacheFinding.EQUAL
