"""A name at the till: masked candidates, the impostor's tries, and what nobody can find out."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from service.conditions import candidates, conditions
from service.conditions.model import Scope
from service.conditions.till import ConfirmationFactor
from service.errors import NotConfirmed
from service.identity import merge
from service.model.ids import new_id
from service.model.vocabulary import Audience
from tests.conditions.records import rows
from tests.fixtures import KEY_ID, NOW

DAY = timedelta(days=1)
ANNA = {
    "identities": {"phone": "+491711234567", "email": "anna@example.de"},
    "facts": {"postal-code": "70173", "bday": "1985-12-24", "street-address": "Königstraße 1"},
}


async def propose(database, name="Anna Müller", *, store="DE-042", key_id=KEY_ID, now=NOW):
    async with database.connection() as connection:
        return (await candidates.propose_candidates(connection, name, store=store, key_id=key_id, now=now)).candidates


async def confirm(database, token, said="70173", factor=ConfirmationFactor.POSTAL_CODE, *, key_id=KEY_ID, now=NOW):
    return await candidates.confirm_candidate(database, token, factor, said, key_id=key_id, now=now)


async def refused(database, token, said="70173", **options):
    with pytest.raises(NotConfirmed):
        await confirm(database, token, said, **options)


@pytest.fixture
async def anna(new_customer, grant):
    customer_id = await new_customer(**ANNA)
    await grant(customer_id)
    return customer_id


async def test_the_name_and_one_answer_find_the_customer(database, anna):
    [candidate] = await propose(database, "anna mueller")
    assert list(candidate.confirm) == [
        ConfirmationFactor.POSTAL_CODE,
        ConfirmationFactor.PHONE_LAST4,
        ConfirmationFactor.BIRTH_DATE,
    ]
    confirmed = await confirm(database, candidate.token, "D-70173")
    assert (confirmed.customer_id, confirmed.store) == (anna, "DE-042")


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (ConfirmationFactor.PHONE_LAST4, "4567"),
        (ConfirmationFactor.BIRTH_DATE, "24.12.1985"),
        (ConfirmationFactor.POSTAL_CODE, "70 173"),
    ],
)
async def test_each_answer_confirms_by_itself(database, anna, factor, said):
    [candidate] = await propose(database)
    assert (await confirm(database, candidate.token, said, factor)).customer_id == anna


async def test_a_candidate_is_masked(database, anna):
    shown = msgspec.json.encode(msgspec.structs.replace((await propose(database))[0], token="")).decode()
    told = ("Anna", "Müller", "muller", "70173", "4567", "+49", "1985", "anna@example.de", "Königstraße", str(anna))
    assert [secret for secret in told if secret in shown] == []


async def test_the_database_holds_no_token(database, anna):
    [candidate] = await propose(database)
    [row] = await rows(database, "SELECT * FROM store_candidate")
    assert candidate.token not in repr(row)
    assert len(candidate.token) >= 43  # 256 bits in base64


async def test_only_holders_of_a_condition_in_force_in_this_store_are_candidates(database, new_customer, grant):
    async def holder(**differences):
        customer_id = await new_customer(**{**ANNA, "identities": {"phone": f"+49{new_id().int % 10**9}"}})
        if differences:
            await grant(customer_id, **differences)
        return customer_id

    await holder()
    await holder(scope=Scope(stores=("DE-001",)))
    await holder(audiences=(Audience.CONSOLE, Audience.BOT))
    await holder(valid_from=NOW + DAY)
    await holder(valid_from=NOW - 2 * DAY, valid_until=NOW - DAY)
    held = await holder(scope=Scope(stores=("DE-042",)))
    [candidate] = await propose(database)
    assert (await confirm(database, candidate.token)).customer_id == held


async def test_a_revoked_condition_makes_no_candidate(database, new_customer, grant):
    condition = await grant(await new_customer(**ANNA))
    async with database.transaction() as connection:
        await conditions.revoke_condition(connection, condition.id, now=NOW, key_id=KEY_ID)
    assert await propose(database) == ()


async def test_who_can_be_asked_nothing_is_no_candidate(database, new_customer, grant):
    await grant(await new_customer(identities={"email": "anna@example.de"}))
    assert await propose(database) == ()


async def test_at_most_five_of_many_namesakes_are_shown(database, new_customer, grant):
    for _ in range(7):
        await grant(await new_customer(facts={"postal-code": "70173"}))
    found = await propose(database)
    assert len(found) == len({one.token for one in found}) == 5


async def test_a_name_nobody_has_and_no_name_at_all_are_answered_alike(database, anna):
    for name in ("Xaver Qualtinger", "!?", "a", "%", "Anna Schmidt"):
        assert await propose(database, name) == ()


async def test_a_customer_merged_with_another_is_found_by_either_name(database, anna, new_customer):
    other = await new_customer("Anna Schmidt", facts={"bday": "1985-12-24"})
    for survivor, member in ((anna, other), (other, anna)):
        async with database.transaction() as connection:
            await merge.merge_customers(connection, survivor, member, now=NOW, key_id=KEY_ID)
        for name in ("Anna Müller", "Anna Schmidt"):
            [candidate] = await propose(database, name)
            assert (await confirm(database, candidate.token)).customer_id == survivor
        async with database.transaction() as connection:
            await merge.unmerge_customers(connection, survivor, member, now=NOW, key_id=KEY_ID)


async def test_a_condition_of_the_survivor_is_found_by_the_name_of_the_merged(database, anna, new_customer, grant):
    survivor = await new_customer("Petra Vogel", facts={"bday": "1985-12-24"})
    await new_customer("Petra Klein", merged_into=survivor)
    await grant(survivor)
    [candidate] = await propose(database, "Petra Klein")
    assert candidate.hint == "P. V., customer since 2019, de"


async def test_the_impostor_has_three_tries(database, anna):
    [candidate] = await propose(database)
    for said in ("70174", "70175", "70176"):
        await refused(database, candidate.token, said)
    await refused(database, candidate.token, "70173")


async def test_the_third_answer_may_be_the_right_one(database, anna):
    [candidate] = await propose(database)
    await refused(database, candidate.token, "70174")
    await refused(database, candidate.token, "0000", factor=ConfirmationFactor.PHONE_LAST4)
    assert (await confirm(database, candidate.token)).customer_id == anna


async def test_many_tries_at_once_are_no_more_than_three(database, anna):
    [candidate] = await propose(database)
    said = [f"701{number:02}" for number in range(74, 94)]
    await asyncio.gather(*(refused(database, candidate.token, code) for code in said))
    assert await rows(database, "SELECT tries FROM store_candidate") == [(3,)]


async def test_wrong_answers_of_one_till_lock_the_customer_out_at_no_other(database, anna):
    impostor = new_id()
    for _ in range(10):
        [candidate] = await propose(database, key_id=impostor)
        for said in ("70174", "70175", "70176"):
            await refused(database, candidate.token, said, key_id=impostor)
    [candidate] = await propose(database)
    assert (await confirm(database, candidate.token)).customer_id == anna


async def test_a_token_lives_five_minutes(database, anna):
    [candidate] = await propose(database)
    await refused(database, candidate.token, now=NOW + timedelta(minutes=5))
    await confirm(database, candidate.token, now=NOW + timedelta(minutes=4, seconds=59))


async def test_a_token_is_spent_by_its_use_even_by_two_at_once(database, anna):
    [candidate] = await propose(database)
    answers = await asyncio.gather(*(confirm(database, candidate.token) for _ in range(2)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["ConfirmedCustomer", "NotConfirmed"]
    await refused(database, candidate.token)


async def test_a_token_is_good_only_for_the_key_that_got_it(database, anna):
    [candidate] = await propose(database)
    await refused(database, candidate.token, key_id=new_id())
    await refused(database, "guessed")
    assert (await confirm(database, candidate.token)).customer_id == anna
