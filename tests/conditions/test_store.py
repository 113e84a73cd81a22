"""The exact look-up at the till: who it is, in how few letters, and which conditions hold there."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest

from service.conditions import conditions, redemptions
from service.conditions import till_lookup as store
from service.conditions.model import RedemptionInput, Scope
from service.conditions.redemptions import Redeemer
from service.conditions.rules import TillScope
from service.errors import CustomerUnknown
from service.model.ids import new_id
from service.model.vocabulary import Audience, Channel, IdentityKind, Stacking, UsePeriod
from tests.conditions.examples import basket
from tests.conditions.records import rows
from tests.fixtures import KEY_ID, NOW

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
PHONE = {"phone": "+491711234567"}
TILL = TillScope("DE-042")


async def look_up(database, kind="phone", value="+491711234567", *, till=TILL, at=NOW, lines=None):
    async with database.connection() as connection:
        return await store.look_up_by_identity(
            connection, IdentityKind(kind), value, till=till, basket=lines, zone=BERLIN, now=at
        )


def titles(recognised):
    return [condition.title for condition in recognised.conditions]


async def test_the_till_sees_what_is_in_force_in_this_store_for_stores(database, new_customer, grant):
    customer_id = await new_customer(identities=PHONE)
    await grant(customer_id, title="Everywhere", priority=1)
    await grant(customer_id, title="Here", scope=Scope(stores=("DE-001", "DE-042")), priority=2)
    await grant(customer_id, title="Elsewhere", scope=Scope(stores=("DE-001",)))
    await grant(customer_id, title="In the web shop", scope=Scope(channels=(Channel.WEB,)))
    await grant(customer_id, title="For agents", audiences=(Audience.CONSOLE, Audience.BOT))
    await grant(customer_id, title="Next week", valid_from=NOW + 7 * DAY)
    await grant(customer_id, title="Last week", valid_from=NOW - 9 * DAY, valid_until=NOW - 2 * DAY)
    found = await look_up(database)
    assert titles(found) == ["Here", "Everywhere"]
    assert (found.customer.id, found.version) == (customer_id, 7)
    assert titles(await look_up(database, till=TillScope(None))) == ["Here", "Everywhere", "Elsewhere"]


async def test_a_condition_appears_at_its_first_moment_and_goes_at_its_last(database, new_customer, grant):
    customer_id = await new_customer(identities=PHONE)
    condition = await grant(customer_id, valid_from=NOW + DAY, valid_until=NOW + 2 * DAY)
    second = timedelta(seconds=1)
    seen = [
        len((await look_up(database, at=at)).conditions)
        for at in (NOW + DAY - second, NOW + DAY, NOW + 2 * DAY - second, NOW + 2 * DAY)
    ]
    assert seen == [0, 1, 1, 0]
    async with database.transaction() as connection:
        await conditions.revoke_condition(connection, condition.id, now=NOW + DAY + second, key_id=KEY_ID)
    assert titles(await look_up(database, at=NOW + DAY + second)) == []


async def test_only_a_card_in_the_customers_hand_shows_the_name(database, new_customer):
    await new_customer("Anna-Lena Müller", identities={**PHONE, "loyalty_card": "CARD1", "email": "anna@example.de"})
    displays = [
        (await look_up(database, kind, value)).customer.display
        for kind, value in (("loyalty_card", "CARD1"), ("phone", PHONE["phone"]), ("email", "anna@example.de"))
    ]
    assert displays == ["Anna-Lena Müller", "A. L. M.", "A. L. M."]


async def test_a_customer_without_a_name_or_condition_is_found_all_the_same(database, new_customer):
    await new_customer(None, identities=PHONE)
    found = await look_up(database)
    assert (found.customer.display, found.conditions) == ("", ())


async def test_an_unknown_identity_is_an_unknown_customer(database, new_customer):
    await new_customer(identities=PHONE)
    for kind, value in (("phone", "+491711234568"), ("email", "+491711234567")):
        with pytest.raises(CustomerUnknown):
            await look_up(database, kind, value)


async def test_either_half_of_a_merged_customer_has_the_conditions_of_both(database, new_customer, grant):
    survivor = await new_customer("Anna Müller", identities=PHONE)
    other = await new_customer("Anna Schmidt", identities={"email": "anna@example.de"}, merged_into=survivor)
    await grant(survivor, title="Hers")
    await rows(database, "UPDATE condition SET customer_id = $1", other)
    await grant(survivor, title="Also hers", priority=-1)
    for kind, value in (("phone", PHONE["phone"]), ("email", "anna@example.de")):
        found = await look_up(database, kind, value)
        assert (found.customer.id, titles(found)) == (survivor, ["Hers", "Also hers"])


async def test_with_a_basket_each_condition_says_whether_it_applies_and_why(database, new_customer, grant):
    customer_id = await new_customer(identities=PHONE)
    await grant(customer_id, title="Only", stacking=Stacking.EXCLUSIVE, priority=9)
    await grant(customer_id, title="Shoes", scope=Scope(categories=("shoes",)))
    await grant(customer_id, title="Bags", scope=Scope(categories=("bags",)))
    found = await look_up(database, lines=basket("shoes", "socks", "Shoes"))
    assert [(one.title, one.applies, one.because) for one in found.conditions] == [
        ("Only", True, "Applies to 3 of 3 lines."),
        ("Shoes", False, "Another exclusive condition with higher priority applies: Only."),
        ("Bags", False, "Applies to none of 3 lines: only to bags."),
    ]


async def test_without_a_basket_nothing_is_said_about_applying(database, new_customer, grant):
    await grant(await new_customer(identities=PHONE))
    shown = msgspec.json.decode(msgspec.json.encode(await look_up(database)))["conditions"][0]
    assert not {"applies", "because", "customer_id", "audiences", "contract"} & shown.keys()


@pytest.mark.parametrize(
    ("per", "next_period"),
    [(UsePeriod.DAY, NOW + DAY), (UsePeriod.MONTH, NOW + 30 * DAY), (UsePeriod.YEAR, NOW + 60 * DAY)],
)
async def test_uses_left_come_back_with_the_next_period(database, new_customer, grant, per, next_period):
    condition = await grant(await new_customer(identities=PHONE), max_uses=1, max_uses_per=per)
    assert (await look_up(database)).conditions[0].uses_left == 1
    await redeem(database, condition)
    used = (await look_up(database, lines=basket("shoes"))).conditions[0]
    assert (used.uses_left, used.applies) == (0, False)
    assert used.because.startswith("Used up: 1 of 1 ")
    assert (await look_up(database, at=next_period)).conditions[0].uses_left == 1


async def test_what_may_be_used_once_is_used_up_for_ever_unless_voided(database, new_customer, grant):
    condition = await grant(await new_customer(identities=PHONE), max_uses=1)
    await redeem(database, condition)
    assert (await look_up(database, at=NOW + 4000 * DAY)).conditions[0].uses_left == 0
    async with database.transaction() as connection:
        await redemptions.void_redemption(connection, condition.id, "R-1", redeemer=AGENT, now=NOW)
    assert (await look_up(database)).conditions[0].uses_left == 1


AGENT = Redeemer(key_id=new_id(), till=False, store=None)


async def redeem(database, condition):
    wanted = RedemptionInput(receipt="R-1", amount=Decimal(1), currency="EUR", store="DE-042")
    async with database.transaction() as connection:
        await redemptions.redeem_condition(connection, condition.id, wanted, redeemer=AGENT, zone=BERLIN, now=NOW)
