"""Granting, changing and revoking conditions, and the moments at which they begin and end."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from msgspec import structs

from service.conditions import boundaries, conditions
from service.conditions.model import ConditionPatch, Scope, Terms
from service.db import timers
from service.errors import ConditionNotInForce, ConditionUnknown, CustomerUnknown, InvalidInput
from service.model.timer_kinds import TimerKind
from service.model.vocabulary import Audience, Channel, UsePeriod
from tests.conditions.records import rows, version_of
from tests.fixtures import KEY_ID, NOW

DAY = timedelta(days=1)


async def change(database, condition, now=NOW, **differences):
    async with database.transaction() as connection:
        return await conditions.change_condition(
            connection, condition.id, ConditionPatch(**differences), now=now, key_id=KEY_ID
        )


async def revoke(database, condition, now=NOW):
    async with database.transaction() as connection:
        return await conditions.revoke_condition(connection, condition.id, now=now, key_id=KEY_ID)


async def read(database, condition):
    async with database.connection() as connection:
        return (await conditions.read_condition(connection, condition.id))[0]


async def page(database, customer_id, after=None, limit=50):
    async with database.connection() as connection:
        return await conditions.list_conditions(connection, customer_id, after=after, limit=limit)


async def due(database):
    return [row[0] for row in await rows(database, "SELECT due_at FROM timer ORDER BY due_at")]


async def ring(database, now, *, together=1):
    """What the worker does with every timer due; gives the customers whose views are dropped."""
    dropped = []
    while True:
        async with database.transaction() as connection:
            due = await timers.claim_due_timers(connection, now, {TimerKind.CONDITION_BOUNDARY: together})
            if not due:
                return dropped
            dropped += await boundaries.cross_boundaries(connection, due, now)
            await timers.complete_timers(connection, due)


async def test_what_was_granted_is_read_back_exactly(database, new_customer, grant):
    granted = await grant(
        await new_customer(),
        terms=Terms(amount=Decimal("1234.567"), currency="KWD"),
        scope=Scope(stores=("DE-042",), categories=("Schuhe",), brands=("Ä",), channels=(Channel.STORE,)),
        valid_from=NOW + timedelta(microseconds=1),
        valid_until=NOW + DAY,
        audiences=(Audience.PARTNER, Audience.STORE),
        contract="AMB-7",
        priority=-3,
        max_uses=2,
        max_uses_per=UsePeriod.MONTH,
    )
    assert await read(database, granted) == granted


async def test_every_change_is_one_version_and_says_who_changed_which_field(database, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id)
    await change(database, condition, title="VIP", priority=5)
    await revoke(database, condition)
    audit = "SELECT version, action, fields, subject_id, key_id FROM change_audit ORDER BY version"
    assert await rows(database, audit) == [
        (1, "condition.created", [], condition.id, KEY_ID),
        (2, "condition.changed", ["title", "priority"], condition.id, KEY_ID),
        (3, "condition.revoked", [], condition.id, KEY_ID),
    ]
    assert await rows(database, "SELECT version, subject_id FROM outbox ORDER BY version") == [
        (1, condition.id),
        (2, condition.id),
        (3, condition.id),
    ]
    assert await version_of(database, customer_id) == 3


async def test_what_changes_nothing_is_no_change(database, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id)
    assert (await change(database, condition))[1].version == 1
    assert (await change(database, condition, title=condition.title, terms=Terms(percent=Decimal("20.0"))))[
        1
    ].version == 1
    await revoke(database, condition)
    assert (await revoke(database, condition, NOW + DAY)).version == 2
    assert (await read(database, condition)).revoked_at == NOW


async def test_null_removes_an_end_a_limit_and_a_contract(database, new_customer, grant):
    condition = await grant(await new_customer(), valid_until=NOW + DAY, max_uses=1, contract="AMB-7")
    await change(database, condition, valid_until=None, max_uses=None, contract=None)
    changed = await read(database, condition)
    assert changed == structs.replace(condition, valid_until=None, max_uses=None, contract=None)


async def test_a_revoked_condition_stays_as_it_was(database, new_customer, grant):
    condition = await grant(await new_customer())
    await revoke(database, condition)
    with pytest.raises(ConditionNotInForce):
        await change(database, condition, valid_until=NOW + DAY)


async def test_a_condition_cannot_end_before_it_begins(database, new_customer, grant):
    customer_id = await new_customer()
    with pytest.raises(InvalidInput) as refused:
        await grant(customer_id, valid_until=NOW)
    assert refused.value.field == "valid_until"
    condition = await grant(customer_id, valid_until=NOW + DAY)
    with pytest.raises(InvalidInput):
        await change(database, condition, valid_from=NOW + 2 * DAY)
    assert await version_of(database, customer_id) == 1


async def test_unknown_customers_and_conditions_are_said_to_be_unknown(database, grant):
    with pytest.raises(CustomerUnknown):
        await grant(uuid4())
    with pytest.raises(CustomerUnknown):
        await page(database, uuid4())
    async with database.connection() as connection:
        with pytest.raises(ConditionUnknown):
            await conditions.read_condition(connection, uuid4())
        with pytest.raises(ConditionUnknown):
            await conditions.revoke_condition(connection, uuid4(), now=NOW, key_id=KEY_ID)


async def test_the_list_has_past_and_revoked_ones_newest_first_in_pages(database, new_customer, grant):
    customer_id = await new_customer()
    granted = [await grant(customer_id, title=f"Term {number}") for number in range(5)]
    await revoke(database, granted[0])
    first = await page(database, customer_id, limit=3)
    assert [one.title for one in first.conditions] == ["Term 4", "Term 3", "Term 2"]
    second = await page(database, customer_id, after=first.next, limit=3)
    assert [one.title for one in second.conditions] == ["Term 1", "Term 0"]
    assert (second.next, second.version) == (None, 6)


async def test_a_merged_customer_has_the_conditions_of_both(database, new_customer, grant):
    survivor = await new_customer()
    other = await new_customer()
    of_other = await grant(other, title="From before")
    await rows(
        database, "UPDATE customer SET merged_into = $1, merge_parent = $1 WHERE customer_id = $2", survivor, other
    )
    later = await grant(other, title="Since then")
    for asked in (survivor, other):
        assert [one.title for one in (await page(database, asked)).conditions] == ["Since then", "From before"]
    assert later.customer_id == other
    assert (await revoke(database, of_other)).customer_id == survivor
    assert await version_of(database, survivor) == 2


async def test_beginning_and_end_are_changes_of_the_customer_on_time(database, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id, valid_from=NOW + DAY, valid_until=NOW + 2 * DAY)
    assert await ring(database, NOW + DAY - timedelta(seconds=1)) == []
    assert await ring(database, NOW + DAY) == [customer_id]
    assert await ring(database, NOW + 3 * DAY) == [customer_id]
    assert await version_of(database, customer_id) == 3
    crossed = "SELECT fields, subject_id FROM change_audit WHERE action = 'condition.boundary' ORDER BY version"
    assert await rows(database, crossed) == [(["valid_from"], condition.id), (["valid_until"], condition.id)]


async def test_what_has_begun_already_has_no_boundary_to_come(database, new_customer, grant):
    await grant(await new_customer(), valid_from=NOW - DAY, valid_until=None)
    assert await due(database) == []


async def test_a_moved_end_moves_its_timer_and_a_revocation_removes_it(database, new_customer, grant):
    condition = await grant(await new_customer(), valid_until=NOW + DAY)
    await change(database, condition, valid_until=NOW + 2 * DAY)
    assert await due(database) == [NOW + 2 * DAY]
    await revoke(database, condition)
    assert await due(database) == []


async def test_conditions_of_many_that_end_at_once_are_crossed_together(database, new_customer, grant):
    anna, ben, cleo = [await new_customer() for _ in range(3)]
    await grant(anna, valid_until=NOW + DAY)
    await grant(anna, valid_from=NOW + DAY)
    await grant(ben, valid_until=NOW + DAY)
    revoked = await grant(cleo, valid_until=NOW + DAY)
    await rows(database, "UPDATE condition SET revoked_at = $1 WHERE condition_id = $2", NOW, revoked.id)
    before = [await version_of(database, one) for one in (anna, ben, cleo)]
    assert sorted(await ring(database, NOW + DAY, together=10)) == sorted([anna, ben])
    assert [await version_of(database, one) for one in (anna, ben, cleo)] == [before[0] + 2, before[1] + 1, before[2]]
    audit = await rows(
        database, "SELECT version, fields FROM change_audit WHERE customer_id = $1 AND at = $2", anna, NOW + DAY
    )
    assert sorted(version - before[0] for version, _ in audit) == [1, 2]
    assert sorted(fields for _, fields in audit) == [["valid_from"], ["valid_until"]]
    told = await rows(database, "SELECT customer_id, version FROM outbox WHERE created_at = $1", NOW + DAY)
    assert len(told) == 3


async def test_a_boundary_of_somebody_merged_meanwhile_is_the_survivors(database, new_customer, grant):
    survivor, other = await new_customer(), await new_customer()
    await grant(other, valid_until=NOW + DAY)
    await rows(
        database, "UPDATE customer SET merged_into = $1, merge_parent = $1 WHERE customer_id = $2", survivor, other
    )
    before = await version_of(database, survivor)
    assert await ring(database, NOW + DAY) == [survivor]
    assert await version_of(database, survivor) == before + 1


async def test_a_timer_of_a_boundary_that_was_moved_meanwhile_does_nothing(database, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id, valid_until=NOW + DAY)
    async with database.transaction() as connection:
        (timer,) = await timers.claim_due_timers(connection, NOW + DAY, {TimerKind.CONDITION_BOUNDARY: 1})
    await change(database, condition, valid_until=NOW + 5 * DAY)
    async with database.transaction() as connection:
        assert await boundaries.cross_boundaries(connection, [timer], NOW + DAY) == set()
    assert await version_of(database, customer_id) == 2


async def test_a_timer_that_was_put_off_still_crosses_its_boundary(database, new_customer, grant):
    customer_id = await new_customer()
    await grant(customer_id, valid_until=NOW + DAY)
    async with database.transaction() as connection:
        (timer,) = await timers.claim_due_timers(connection, NOW + DAY, {TimerKind.CONDITION_BOUNDARY: 1})
        await timers.postpone_timer(connection, timer, NOW + DAY + timedelta(seconds=2))
    assert await ring(database, NOW + 2 * DAY) == [customer_id]
