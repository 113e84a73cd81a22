"""Uses of a condition: once per receipt, never beyond the limit, judged by when they happened, and taken back."""

import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest

from service.conditions import conditions, redemptions
from service.conditions.model import RedemptionInput, Scope
from service.conditions.redemptions import Redeemer
from service.errors import (
    ConditionNotInForce,
    ConditionOutOfScope,
    ConditionUnknown,
    ConditionUsedUp,
    ForeignStore,
    IdempotencyKeyReused,
    InvalidInput,
    RedemptionUnknown,
)
from service.model.vocabulary import Audience, Channel, UsePeriod
from tests.conditions.records import rows, version_of
from tests.fixtures import KEY_ID, NOW

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
AGENT = Redeemer(key_id=KEY_ID, till=False, store=None)
TILL_42 = Redeemer(key_id=KEY_ID, till=True, store="DE-042")
TILL_1 = Redeemer(key_id=KEY_ID, till=True, store="DE-001")
ANY_TILL = Redeemer(key_id=KEY_ID, till=True, store=None)


async def redeem(database, condition, receipt="R-1", *, by=TILL_42, now=NOW, **differences):
    wanted = {"receipt": receipt, "amount": Decimal("99.90"), "currency": "EUR"}
    async with database.transaction() as connection:
        return await redemptions.redeem_condition(
            connection, condition.id, RedemptionInput(**{**wanted, **differences}), redeemer=by, zone=BERLIN, now=now
        )


async def void(database, condition, receipt="R-1", *, by=TILL_42, now=NOW):
    async with database.transaction() as connection:
        return await redemptions.void_redemption(connection, condition.id, receipt, redeemer=by, now=now)


async def test_a_use_is_recorded_as_a_change_of_the_customer(database, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id)
    done = await redeem(database, condition)
    assert (done.replayed, done.change.customer_id, done.change.version) == (False, customer_id, 2)
    assert (done.redemption.store, done.redemption.amount, done.redemption.late) == ("DE-042", Decimal("99.90"), False)
    assert (await rows(database, "SELECT action FROM change_audit WHERE version = 2")) == [("condition.redeemed",)]


async def test_the_same_receipt_again_gives_the_first_answer_and_counts_once(database, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id, max_uses=1)
    first = await redeem(database, condition)
    again = await redeem(database, condition, now=NOW + DAY)
    assert again.replayed
    assert again.redemption == first.redemption
    assert await version_of(database, customer_id) == 2


@pytest.mark.parametrize(
    "difference",
    [
        {"amount": Decimal("99.91")},
        {"currency": "CHF"},
        {"redeemed_at": NOW - DAY},
        {"by": ANY_TILL, "store": "DE-001"},
    ],
)
async def test_the_same_receipt_for_something_else_is_refused(database, new_customer, grant, difference):
    condition = await grant(await new_customer(), valid_from=NOW - 9 * DAY)
    await redeem(database, condition)
    with pytest.raises(IdempotencyKeyReused):
        await redeem(database, condition, **difference)


async def test_beyond_the_limit_a_condition_is_used_up_until_the_period_is_over(database, new_customer, grant):
    condition = await grant(await new_customer(), max_uses=1, max_uses_per=UsePeriod.MONTH)
    await redeem(database, condition, "R-1")
    with pytest.raises(ConditionUsedUp, match=r"Used up: 1 of 1 this month\."):
        await redeem(database, condition, "R-2", now=datetime(2026, 11, 30, 22, 59, tzinfo=UTC))
    await redeem(database, condition, "R-2", now=datetime(2026, 11, 30, 23, 0, tzinfo=UTC))


async def test_a_voided_use_can_be_used_again_and_voiding_twice_is_no_change(database, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id, max_uses=1)
    await redeem(database, condition, "R-1")
    assert (await void(database, condition)).version == 3
    assert (await void(database, condition)).version == 3
    await redeem(database, condition, "R-2")
    assert await version_of(database, customer_id) == 4


async def test_a_retry_of_a_voided_receipt_does_not_redeem_it_again(database, new_customer, grant):
    condition = await grant(await new_customer(), max_uses=1)
    await redeem(database, condition)
    await void(database, condition)
    retried = await redeem(database, condition)
    assert retried.replayed
    assert retried.redemption.voided_at == NOW
    await redeem(database, condition, "R-2")


async def test_a_till_that_was_offline_is_judged_by_when_it_happened(database, new_customer, grant):
    condition = await grant(
        await new_customer(), valid_until=NOW + DAY, max_uses=1, max_uses_per=UsePeriod.MONTH, scope=Scope()
    )
    async with database.transaction() as connection:
        await conditions.revoke_condition(connection, condition.id, now=NOW + timedelta(hours=2), key_id=KEY_ID)
    late = await redeem(database, condition, now=NOW + 3 * DAY, redeemed_at=NOW + timedelta(hours=1))
    assert (late.redemption.redeemed_at, late.redemption.recorded_at) == (NOW + timedelta(hours=1), NOW + 3 * DAY)
    assert late.redemption.late


async def test_late_uses_count_in_the_period_in_which_they_happened(database, new_customer, grant):
    condition = await grant(await new_customer(), valid_from=NOW - 60 * DAY, max_uses=1, max_uses_per=UsePeriod.MONTH)
    await redeem(database, condition, "R-1")
    last_month = await redeem(database, condition, "R-2", redeemed_at=NOW - 30 * DAY)
    assert (last_month.redemption.late, last_month.redemption.over_limit) == (True, False)
    one_too_many = await redeem(database, condition, "R-3", redeemed_at=NOW - 31 * DAY + timedelta(hours=1))
    assert (one_too_many.redemption.late, one_too_many.redemption.over_limit) == (True, True)


async def test_what_was_granted_offline_is_never_lost_however_short_the_outage(database, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id, valid_from=NOW - DAY, max_uses=1)
    await redeem(database, condition, "R-1")
    done = await redeem(database, condition, "R-2", redeemed_at=NOW - timedelta(minutes=1), offline=True)
    assert (done.redemption.late, done.redemption.over_limit, done.redemption.not_valid) == (True, True, False)
    flagged = await rows(database, "SELECT action FROM change_audit WHERE version = 3")
    assert flagged == [("condition.redeemed_in_excess",)]


async def test_what_was_granted_offline_is_kept_with_an_amount_that_cannot_be_paid(database, new_customer, grant):
    condition = await grant(await new_customer(), valid_from=NOW - DAY)
    done = await redeem(database, condition, "R-1", amount=Decimal("3.335"), currency="EUR", offline=True)
    assert (done.redemption.late, done.redemption.amount) == (True, Decimal("3.335"))


async def test_a_retry_of_a_flagged_redemption_gives_its_flags_again(database, new_customer, grant):
    condition = await grant(await new_customer(), valid_from=NOW - DAY, max_uses=1)
    await redeem(database, condition, "R-1")
    queued = {"redeemed_at": NOW - timedelta(hours=2), "offline": True}
    first = await redeem(database, condition, "R-2", **queued)
    again = await redeem(database, condition, "R-2", now=NOW + DAY, **queued)
    assert again.replayed
    assert again.redemption == first.redemption


async def test_a_till_that_was_offline_with_a_clock_ahead_counts_as_having_redeemed_now(database, new_customer, grant):
    condition = await grant(await new_customer())
    ahead = {"redeemed_at": NOW + timedelta(hours=3), "offline": True}
    assert (await redeem(database, condition, **ahead)).redemption.redeemed_at == NOW
    assert (await redeem(database, condition, **ahead, now=NOW + DAY)).replayed


async def test_what_is_not_in_force_is_refused_unless_it_has_happened_already(database, new_customer, grant):
    condition = await grant(await new_customer(), valid_from=NOW, valid_until=NOW + DAY)
    for moment in (NOW - timedelta(seconds=1), NOW + DAY):
        with pytest.raises(ConditionNotInForce):
            await redeem(database, condition, now=moment)
        late = await redeem(database, condition, f"R-{moment}", now=NOW + 2 * DAY, redeemed_at=moment)
        assert (late.redemption.late, late.redemption.not_valid) == (True, True)
    async with database.transaction() as connection:
        await conditions.revoke_condition(connection, condition.id, now=NOW, key_id=KEY_ID)
    with pytest.raises(ConditionNotInForce, match="Revoked"):
        await redeem(database, condition)


async def test_what_was_granted_offline_where_it_does_not_hold_is_flagged(database, new_customer, grant):
    condition = await grant(await new_customer(), scope=Scope(stores=("DE-001",)))
    done = await redeem(database, condition, by=ANY_TILL, store="DE-042", offline=True)
    assert done.redemption.not_valid


async def test_a_till_whose_clock_is_far_ahead_is_refused(database, new_customer, grant):
    condition = await grant(await new_customer())
    await redeem(database, condition, "R-1", redeemed_at=NOW + timedelta(minutes=5))
    with pytest.raises(InvalidInput, match="future"):
        await redeem(database, condition, "R-2", redeemed_at=NOW + timedelta(minutes=6))


async def test_a_condition_of_another_store_is_absent_for_a_till_and_refused_for_others(database, new_customer, grant):
    condition = await grant(await new_customer(), scope=Scope(stores=("DE-001",)))
    with pytest.raises(ConditionUnknown):
        await redeem(database, condition, by=TILL_42)
    for by in (AGENT, ANY_TILL):
        with pytest.raises(ConditionOutOfScope, match=r"Not in store DE-042\."):
            await redeem(database, condition, by=by, store="DE-042")
    await redeem(database, condition, by=TILL_1)


async def test_what_stores_may_not_see_is_absent_for_every_till(database, new_customer, grant):
    condition = await grant(await new_customer(), audiences=(Audience.CONSOLE,))
    for by in (TILL_42, ANY_TILL):
        with pytest.raises(ConditionUnknown):
            await redeem(database, condition, by=by, store="DE-042")
    await redeem(database, condition, by=AGENT, store="DE-042")


async def test_what_holds_only_on_the_web_is_no_use_in_a_store(database, new_customer, grant):
    condition = await grant(await new_customer(), scope=Scope(channels=(Channel.WEB,)))
    with pytest.raises(ConditionOutOfScope):
        await redeem(database, condition, by=AGENT, store="DE-042")


@pytest.mark.promise("S1")
async def test_a_till_speaks_for_its_own_store_alone(database, new_customer, grant):
    condition = await grant(await new_customer())
    with pytest.raises(ForeignStore):
        await redeem(database, condition, by=TILL_42, store="DE-001")
    with pytest.raises(InvalidInput, match="store"):
        await redeem(database, condition, by=ANY_TILL)
    await redeem(database, condition, by=TILL_42)
    with pytest.raises(RedemptionUnknown):
        await void(database, condition, by=TILL_1)
    with pytest.raises(RedemptionUnknown):
        await void(database, condition, "R-9", by=TILL_42)
    await void(database, condition, by=AGENT)


@pytest.mark.parametrize("hidden", [{"audiences": (Audience.CONSOLE,)}, {"scope": Scope(stores=("DE-001",))}])
@pytest.mark.promise("S1")
async def test_a_till_voids_no_redemption_of_a_condition_that_it_does_not_see(database, new_customer, grant, hidden):
    """S1: what another scope holds is not writable, and looks absent."""
    condition = await grant(await new_customer(), **hidden)
    await redeem(database, condition, by=AGENT, store=hidden.get("scope", Scope(stores=("DE-042",))).stores[0])
    for by in (TILL_42, ANY_TILL) if "audiences" in hidden else (TILL_42,):
        with pytest.raises(ConditionUnknown):
            await void(database, condition, by=by)
    assert await rows(database, "SELECT voided_at FROM redemption") == [(None,)]


async def tills_of_another_process(url, condition, prefix, count):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.conditions.redeem_many", url, str(condition.id), prefix, str(count), stdout=-1
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return Counter(msgspec.json.decode(out))


async def test_of_fifty_tills_in_two_processes_one_gets_the_last_use(database, database_url, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id, max_uses=3, max_uses_per=UsePeriod.DAY)
    await redeem(database, condition, "R-1")
    await redeem(database, condition, "R-2")
    answers = await asyncio.gather(
        *(tills_of_another_process(database_url, condition, prefix, 25) for prefix in ("A", "B"))
    )
    assert sum(answers, Counter()) == {"redeemed": 1, "used up": 49}
    assert await rows(database, "SELECT count(*) FROM redemption") == [(3,)]
    assert await version_of(database, customer_id) == 4


async def test_fifty_copies_of_one_redemption_are_one_use(database, database_url, new_customer, grant):
    customer_id = await new_customer()
    condition = await grant(customer_id, max_uses=1)
    answers = await asyncio.gather(*(tills_of_another_process(database_url, condition, "R=", 25) for _ in range(2)))
    assert sum(answers, Counter()) == {"redeemed": 1, "replayed": 49}
    assert await version_of(database, customer_id) == 2
