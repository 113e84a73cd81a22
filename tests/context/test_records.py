"""What is read of a customer, from real tables."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from service.context import records
from service.context.records import SQL, RecordsQuery, load_all_records, load_records
from service.model.vocabulary import IdentityKind
from tests.context.records import BERLIN, days_ago
from tests.fixtures import KEY_ID, NOW


async def load(company, customer_id: UUID | None = None, **asked):
    async with company.database.connection() as connection:
        return await load_records(
            connection, RecordsQuery(customer_id=customer_id, **asked), now=company.clock.now(), zone=BERLIN
        )


async def grant(company, customer_id: UUID, **fields) -> UUID:
    """A condition in force since yesterday; gives its id."""
    fields = {"max_uses": None, "max_uses_per": None, "valid_from": days_ago(1), "valid_until": None} | fields
    condition_id = uuid4()
    await company.change(
        customer_id,
        """
        INSERT INTO condition (customer_id, condition_id, title, kind, terms, scope, valid_from, valid_until, priority,
            stacking, audiences, max_uses, max_uses_per, created_at)
        VALUES ($1, $2, 'VIP', 'vip', '{"text": "Coffee"}', '{}', $3, $4, 0, 'stack', '{store}', $5, $6, $7)
        """,
        customer_id, condition_id, fields["valid_from"], fields["valid_until"], fields["max_uses"],
        fields["max_uses_per"], NOW,
    )  # fmt: skip
    return condition_id


async def redeem(company, customer_id: UUID, condition_id: UUID, at, *, voided: bool = False) -> None:
    await company.change(
        customer_id,
        "INSERT INTO redemption VALUES ($1, $2, $3, 'DE-042', 10, 'EUR', $4, $4, $5)",
        customer_id, condition_id, str(uuid4()), at, at if voided else None,
    )  # fmt: skip


async def test_a_customer_is_found_by_id_and_by_identity(company):
    customer_id = (await company.register()).customer_id
    by_identity = await load(company, kind=IdentityKind.EMAIL, value="anna@example.de")
    assert by_identity == await load(company, customer_id)
    assert by_identity.customers[0].customer_id == customer_id


async def test_nobody_is_found_by_what_nobody_has(company):
    await company.register()
    assert await load(company, uuid4()) is None
    assert await load(company, kind=IdentityKind.PHONE, value="anna@example.de") is None


async def test_many_customers_are_read_at_once_each_in_its_place(company):
    anna = (await company.register()).customer_id
    ben = (await company.register(email="ben@example.de")).customer_id
    wanted = [
        RecordsQuery(customer_id=ben),
        RecordsQuery(customer_id=uuid4()),
        RecordsQuery(kind=IdentityKind.EMAIL, value="anna@example.de"),
    ]
    async with company.database.connection() as connection:
        found = await load_all_records(connection, wanted, now=company.clock.now(), zone=BERLIN)
    assert found == [await load(company, ben), None, await load(company, anna)]


async def test_the_twenty_newest_interactions_are_read_by_when_they_happened(company):
    for minutes in (*range(1, 25), 0):
        await company.register(at=NOW - timedelta(minutes=minutes), text=str(minutes))
    found = await load(company, kind=IdentityKind.EMAIL, value="anna@example.de")
    assert [one.text for one in found.recent] == [str(minutes) for minutes in range(20)]
    assert found.customers[0].interactions == 25


async def test_the_channels_own_data_is_not_read(company, monkeypatch):
    documents = []
    monkeypatch.setattr(
        records, "_decoder", type("Decoder", (), {"decode": lambda self, text: documents.append(text)})()
    )
    await company.register(data={"secret": 1}, facts={"city": "Ulm"})
    await load(company, kind=IdentityKind.EMAIL, value="anna@example.de")
    assert ["Ulm" in document for document in documents] == [True]
    assert "secret" not in documents[0]


async def test_a_merge_set_is_read_as_one_customer_and_unmerged_again(company):
    survivor = (await company.register(text="one", facts={"city": "Ulm"}, ref="a")).customer_id
    other = (await company.register(email="b@example.de", text="two", facts={"city": "Bonn"}, ref="b")).customer_id
    await company.merge(survivor, other)
    found = await load(company, other)
    assert [one.customer_id for one in found.customers] == [survivor, other]
    assert {one.text for one in found.recent} == {"one", "two"}
    assert (len(found.identities), len(found.facts), len(found.conversations), len(found.contacts)) == (2, 2, 2, 2)
    await company.change(
        survivor, "UPDATE customer SET merged_into = NULL, merge_parent = NULL WHERE customer_id = $1", other
    )
    assert [one.customer_id for one in (await load(company, other)).customers] == [other]


async def test_what_the_survivor_says_in_a_conversation_of_the_other_is_read_with_it(company):
    survivor = (await company.register()).customer_id
    other = (await company.register(email="b@example.de", ref="b")).customer_id
    await company.merge(survivor, other)
    await company.register(ref="b", attempt=("Restart", "failed"))
    found = await load(company, survivor)
    assert [attempt.what for one in found.conversations for attempt in one.attempts] == ["Restart"]


async def test_a_matter_the_customer_still_talks_about_is_read_however_old_it_is(company):
    await company.register(ref="old", at=days_ago(90), subject="old")
    for number in range(21):
        await company.register(ref=f"newer {number}", at=days_ago(10))
    await company.register(ref="old")
    found = await load(company, kind=IdentityKind.EMAIL, value="anna@example.de")
    assert "old" in {one.subject for one in found.conversations}


async def test_the_conversations_resolved_last_are_read_however_long_nothing_was_said_in_them(company):
    customer_id = (await company.register(ref="open", subject="open")).customer_id
    for number in range(30):
        await company.register(ref=str(number), at=days_ago(60 - number), subject=str(number))
        await company.change(
            customer_id,
            "UPDATE conversation SET status = 'resolved', resolved_at = $1 WHERE ref = $2",
            days_ago(number),
            str(number),
        )
    found = await load(company, customer_id)
    assert {one.subject for one in found.conversations} >= {"open", "0", "1", "2", "3", "4"}


async def test_a_contact_is_a_conversation_on_a_channel_and_counts_from_its_last_inbound_touchpoint(company):
    for minutes, channel, direction in (
        (3, "phone", "inbound"),
        (2, "phone", "inbound"),
        (1, "phone", "outbound"),
        (4, "email", "inbound"),
    ):
        await company.register(ref="a", channel=channel, direction=direction, at=NOW - timedelta(minutes=minutes))
    await company.register(ref="b", at=days_ago(31))
    found = await load(company, kind=IdentityKind.EMAIL, value="anna@example.de")
    assert sorted(found.contacts) == [NOW - timedelta(minutes=4), NOW - timedelta(minutes=2)]


async def test_a_sender_whose_clock_is_ahead_counts_from_its_registration(company):
    await company.register(at=NOW + timedelta(days=900), outcome="missed", kind="call")
    found = await load(company, kind=IdentityKind.EMAIL, value="anna@example.de")
    assert (found.contacts, found.dropped_calls) == ((NOW,), (NOW,))


@pytest.mark.parametrize(("direction", "dropped"), [("inbound", 1), ("internal", 1), ("outbound", 0)])
async def test_a_call_is_dropped_that_the_customer_made_in_vain(company, direction, dropped):
    await company.register(kind="call", channel="phone", direction=direction, outcome="abandoned")
    assert len((await load(company, kind=IdentityKind.EMAIL, value="anna@example.de")).dropped_calls) == dropped


@pytest.mark.parametrize(("per", "uses"), [("day", 1), ("month", 2), ("year", 3), ("ever", 4), (None, 4)])
async def test_the_uses_of_a_condition_count_in_its_present_period(company, per, uses):
    customer_id = (await company.register()).customer_id
    condition_id = await grant(company, customer_id, max_uses=5, max_uses_per=per)
    for days in (0, 5, 60, 400):
        await redeem(company, customer_id, condition_id, days_ago(days))
    await redeem(company, customer_id, condition_id, NOW, voided=True)
    (found,) = (await load(company, customer_id)).conditions
    assert found.uses == uses


async def test_conditions_that_are_over_are_not_read_and_later_ones_are(company):
    customer_id = (await company.register()).customer_id
    await grant(company, customer_id, valid_until=NOW)
    later = await grant(company, customer_id, valid_from=NOW + timedelta(days=1))
    assert [one.condition_id for one in (await load(company, customer_id)).conditions] == [later]


async def test_every_table_is_read_through_an_index(company):
    async with company.database.connection() as connection:
        await connection.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
        statement = SQL.customer_records.rstrip(";")
        plan = await connection.fetch(
            f"EXPLAIN {statement}", [KEY_ID], [None], [None], NOW, NOW, [NOW], [NOW], NOW, NOW, [None]
        )
    assert not [row[0] for row in plan if "Seq Scan" in row[0]]
