"""What registering an interaction does to the records."""

import asyncio
from datetime import timedelta

import pytest

from service.db.pool import Database
from service.errors import InvalidInput
from service.model.interaction import Interaction, RegistrationResult
from service.model.vocabulary import IdentityKind
from service.registration.batcher import Registrar
from service.registration.prepare import prepare_channel_submission, prepare_submission
from service.registration.transaction import register_in_transaction
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event


async def register(registrar: Registrar, **fields) -> RegistrationResult:
    return await registrar.register(submission(**fields))


def submission(**fields):
    return prepare_submission(event(**fields), key_id=KEY_ID, region="DE")


async def rows(database: Database, query: str, *values):
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query, *values)]


async def test_a_first_contact_creates_the_customer(registrar, database):
    registered = await register(registrar)
    assert registered.version == 1
    assert not registered.duplicate
    assert await rows(database, "SELECT customer_id, version, interactions FROM customer") == [
        (registered.customer_id, 1, 1)
    ]


@pytest.mark.promise("D2")
async def test_the_same_delivery_twice_counts_once(registrar, database):
    first = await register(registrar, id="m-1")
    again = await register(registrar, id="m-1", text="whatever the rest says")
    assert again.duplicate
    assert (again.interaction_id, again.customer_id, again.conversation_id, again.version) == (
        first.interaction_id,
        first.customer_id,
        first.conversation_id,
        first.version,
    )
    assert await rows(database, "SELECT count(*) FROM interaction") == [(1,)]


@pytest.mark.promise("D2")
async def test_fifty_parallel_copies_of_one_event_from_two_processes_make_one_row(registrar, database, settings, clock):
    other = Registrar(database, registrar._drop_views, settings=settings, clock=clock)
    answers = await asyncio.gather(
        *(one.register(submission(id="m-1")) for one in (registrar, other) for _ in range(25))
    )
    assert len({(answer.interaction_id, answer.customer_id, answer.version) for answer in answers}) == 1
    assert sum(not answer.duplicate for answer in answers) == 1
    assert await rows(database, "SELECT count(*) FROM interaction") == [(1,)]


async def test_first_contact_on_two_channels_at_once_makes_one_customer(registrar, database, settings, clock):
    other = Registrar(database, registrar._drop_views, settings=settings, clock=clock)
    answers = await asyncio.gather(
        *(
            one.register(submission(id=f"{index}-{n}"))
            for index, one in enumerate((registrar, other))
            for n in range(40)
        )
    )
    assert len({answer.customer_id for answer in answers}) == 1
    assert sorted(answer.version for answer in answers) == list(range(1, 81))
    assert await rows(database, "SELECT count(*), max(version) FROM customer") == [(1, 80)]


@pytest.mark.promise("D5")
async def test_many_customers_written_by_two_processes_keep_gap_free_versions(registrar, database, settings, clock):
    other = Registrar(database, registrar._drop_views, settings=settings, clock=clock)
    await asyncio.gather(
        *(
            one.register(submission(id=f"{index}-{n}", email=f"c{n % 7}@example.com"))
            for index, one in enumerate((registrar, other))
            for n in range(140)
        )
    )
    found = await rows(
        database,
        "SELECT count(*), min(version), max(version), count(DISTINCT version) FROM interaction GROUP BY customer_id",
    )
    assert found == [(40, 1, 40, 40)] * 7


async def test_what_another_process_changed_while_we_waited_for_the_customer_is_seen(registrar, database, clock):
    first = await register(registrar, id="m-0", conversation={"subject": "Invoice"}, facts={"order_number": "A-1"})
    subject = {"subject": "Router is dead"}
    async with database.transaction() as connection:
        other = [submission(id="m-1", conversation=subject, facts={"order_number": "A-2"})]
        (theirs,) = (
            await register_in_transaction(connection, other, now=clock.now(), reopen=timedelta(days=7))
        ).results
        ours = asyncio.create_task(
            register(registrar, id="m-2", conversation=subject, asks=["order_number"], facts={"order_number": "A-3"})
        )
        await somebody_waits(database)
    assert (await ours).conversation_id == theirs.conversation_id
    assert (await ours).version == first.version + 2
    assert await rows(database, "SELECT value #>> '{}' FROM fact_history ORDER BY version") == [("A-1",), ("A-2",)]


async def somebody_waits(database: Database) -> None:
    async with asyncio.timeout(10):
        while (await rows(database, "SELECT count(*) FROM pg_locks WHERE NOT granted")) == [(0,)]:
            await asyncio.sleep(0.01)


async def test_an_email_and_a_phone_named_together_are_one_customer_from_then_on(registrar):
    first = await register(registrar, identities=[("email", "anna@example.de"), ("phone", "0171/1234567")])
    later = await register(registrar, identities=[("phone", "+49 171 1234567")])
    assert later.customer_id == first.customer_id


async def test_identities_of_two_customers_merge_nothing_and_are_suggested(registrar, database):
    by_mail = await register(registrar, identities=[("email", "anna@example.de")])
    by_phone = await register(registrar, identities=[("phone", "0171 1234567")])
    both = await register(registrar, identities=[("phone", "0171 1234567"), ("email", "anna@example.de")])
    assert both.customer_id == by_mail.customer_id
    assert await rows(database, "SELECT customer_id, other_customer_id, kind FROM merge_suggestion") == [
        (by_mail.customer_id, by_phone.customer_id, "phone")
    ]


async def test_the_verified_identity_decides_against_a_stronger_kind_that_is_only_claimed(registrar):
    await register(registrar, identities=[("customer_number", "K-1")])
    proven = await register(registrar, identities=[("phone", "0171 1234567", True)])
    both = await register(registrar, identities=[("customer_number", "K-1"), ("phone", "0171 1234567")])
    assert both.customer_id == proven.customer_id


async def test_a_ref_keeps_a_conversation_together_and_another_ref_opens_another(registrar):
    first = await register(registrar, ref="4711")
    assert (await register(registrar, ref="4711")).conversation_id == first.conversation_id
    assert (await register(registrar, ref="4712")).conversation_id != first.conversation_id
    assert (await register(registrar, ref="4711", source="other")).conversation_id != first.conversation_id


async def test_one_subject_is_one_conversation_across_channels(registrar, database):
    first = await register(registrar, subject="Router does not connect", ref="4711")
    call = await register(registrar, subject="router  does not CONNECT", channel="phone", kind="call", source="pbx")
    assert call.conversation_id == first.conversation_id
    assert await rows(database, "SELECT channels, interactions FROM conversation") == [(["chatbot", "phone"], 2)]


async def test_two_copies_and_their_followers_in_one_batch_share_a_conversation(registrar, database):
    await asyncio.gather(*(register(registrar, ref="4711", id=f"m-{n % 5}") for n in range(20)))
    assert await rows(database, "SELECT interactions FROM conversation") == [(5,)]


async def resolve_all(database: Database, at) -> None:
    await rows(database, "UPDATE conversation SET status = 'resolved', resolved_at = $1", at)


async def test_the_customer_coming_back_within_seven_days_reopens_the_conversation(registrar, database):
    first = await register(registrar, ref="4711")
    await resolve_all(database, NOW)
    back = await register(registrar, ref="4711", at=NOW + timedelta(days=-0))
    assert back.conversation_id == first.conversation_id
    assert await rows(database, "SELECT status, resolved_at FROM conversation") == [("open", None)]


async def test_coming_back_later_opens_a_new_conversation(registrar, database, clock):
    first = await register(registrar, ref="4711")
    await resolve_all(database, NOW)
    clock.advance(timedelta(days=8))
    later = await register(registrar, ref="4711", at=clock.now())
    assert later.conversation_id != first.conversation_id
    assert (await register(registrar, ref="4711", at=clock.now())).conversation_id == later.conversation_id


async def test_an_answer_of_ours_that_comes_late_does_not_reopen_what_was_resolved_after_it(registrar, database):
    await register(registrar, ref="4711")
    await resolve_all(database, NOW)
    await register(registrar, ref="4711", at=NOW - timedelta(hours=1), direction="outbound")
    assert await rows(database, "SELECT status, interactions FROM conversation") == [("resolved", 2)]


async def test_a_changed_answer_keeps_its_history(registrar, database):
    await register(registrar, facts={"street-address": "Alte Gasse 1"})
    await register(registrar, facts={"street-address": "Neue Gasse 2"})
    assert await rows(database, "SELECT value, version FROM fact") == [('"Neue Gasse 2"', 2)]
    assert await rows(database, "SELECT value, version, ended_version FROM fact_history") == [('"Alte Gasse 1"', 1, 2)]


async def test_a_late_answer_goes_to_the_history_and_changes_nothing(registrar, database):
    await register(registrar, facts={"city": "Ulm"})
    await register(registrar, facts={"city": "Bonn"}, at=NOW - timedelta(days=1))
    assert await rows(database, "SELECT value FROM fact") == [('"Ulm"',)]
    assert await rows(database, "SELECT value FROM fact_history") == [('"Bonn"',)]


async def test_an_event_from_a_clock_that_is_ahead_does_not_win_for_ever(registrar, database):
    await register(registrar, facts={"city": "Ulm"}, at=NOW + timedelta(days=400))
    await register(registrar, facts={"city": "Bonn"}, at=NOW)
    assert await rows(database, "SELECT value FROM fact") == [('"Bonn"',)]


async def test_asking_what_is_known_counts_as_a_repeated_question(registrar, database):
    await register(registrar, facts={"order_number": "A-1"}, asks=["customer_number"])
    await register(registrar, asks=["order_number", "customer_number"])
    assert await rows(database, "SELECT repeated_questions FROM customer") == [(1,)]


async def test_the_same_attempt_reported_again_updates_its_outcome(registrar, database):
    await register(registrar, ref="1", attempt=("Restarted the router", "pending"))
    await register(registrar, ref="1", attempt=("restarted the  router", "failed"))
    await register(registrar, ref="1", attempt=("Restarted the router", "worked"), at=NOW - timedelta(hours=1))
    assert await rows(database, "SELECT outcome, version FROM attempt") == [("failed", 2)]


async def test_what_the_database_refuses_fails_alone(registrar, database):
    good, bad = submission(id="good"), submission(id="bad", text="a\x00b")  # the door would refuse it
    answers = await registrar.register_all([good, bad])
    assert isinstance(answers[0], RegistrationResult)
    assert isinstance(answers[1], InvalidInput)
    assert await rows(database, "SELECT source_event_id FROM interaction") == [("good",)]


async def test_a_merged_customer_goes_on_as_its_survivor(registrar, database):
    old = await register(registrar, identities=[("phone", "0171 1234567")], ref="1", facts={"city": "Ulm"})
    survivor = await register(registrar, identities=[("email", "anna@example.de")])
    await rows(
        database,
        "UPDATE customer SET merged_into = $1, merge_parent = $1 WHERE customer_id = $2",
        survivor.customer_id,
        old.customer_id,
    )
    later = await register(registrar, identities=[("phone", "0171 1234567")], ref="1", asks=["city"])
    assert (later.customer_id, later.version) == (survivor.customer_id, 2)
    assert later.conversation_id == old.conversation_id
    assert await rows(database, "SELECT repeated_questions FROM customer ORDER BY merged_into") == [(1,), (0,)]


@pytest.mark.parametrize("value", ["12", "no number", "+49", "\x00"])
def test_a_phone_that_cannot_exist_is_refused_by_its_field(value):
    with pytest.raises(InvalidInput) as refused:
        submission(identities=[("email", "a@example.de"), (IdentityKind.PHONE, value)])
    assert refused.value.field == "identities[1].value"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "anna@ex_b.de"), ("phone", "+86282452253"), ("phone", "UNAVAILABLE"), ("phone", "12025550123")],
)
def test_what_a_door_was_told_and_cannot_be_an_identity_is_kept_beside_the_conversation(kind, value):
    told = event(identities=[(kind, value)])
    kept = prepare_channel_submission(told, key_id=KEY_ID, region="DE")
    assert [claim.identity.kind for claim in kept.claims] == [IdentityKind.EXTERNAL]
    assert kept.interaction.data["unusable_identities"] == [{"kind": kind, "value": value}]


def test_an_interaction_is_immutable():
    with pytest.raises(AttributeError):
        event().text = "other"  # type: ignore[misc]
    assert isinstance(event(), Interaction)
