"""Wrong passwords slow down, lock nobody out, tell nothing, and never stall the service."""

import asyncio
from datetime import timedelta
from threading import Event
from time import perf_counter

import pytest
from argon2 import PasswordHasher

from service.access.accounts import pacing
from service.access.accounts.passwords import MOST_WAITING, Passwords
from service.access.pauses import FREE_TRIES, LONGEST_PAUSE, pause_after
from service.errors import Overloaded, SignInPaused, SignInRefused
from tests.access.accounts.conftest import CHEAP, PASSWORD

HOME, FOREIGN = "192.0.2.1", "198.51.100.7"


async def guess(agents, times, name="jana", address=FOREIGN) -> int:
    """Give wrong passwords as fast as that is allowed; gives the last wait in seconds."""
    wait_s = 0
    for _ in range(times):
        try:
            await agents.sessions.sign_in(name, "a guess", address)
        except SignInPaused as paused:
            wait_s = paused.retry_after_s
            agents.clock.advance(timedelta(seconds=wait_s))
        except SignInRefused:
            continue
    return wait_s


async def test_wrong_passwords_make_wait_longer_each_time_and_the_right_one_is_taken_then(agents):
    await agents.join()
    assert await guess(agents, FREE_TRIES) == 0
    waits = [await guess(agents, 2) for _ in range(6)]
    assert waits[-1] > waits[2] > waits[0] > 0
    with pytest.raises(SignInPaused) as paused:
        await guess(agents, 1)
        await agents.sessions.sign_in("jana", PASSWORD, FOREIGN)
    agents.clock.advance(timedelta(seconds=paused.value.retry_after_s))
    assert await agents.sessions.sign_in("jana", PASSWORD, FOREIGN)


def test_no_wait_is_longer_than_ten_minutes():
    assert max(pause_after(wrong) for wrong in range(200)) == LONGEST_PAUSE == timedelta(minutes=10)


async def test_guesses_from_elsewhere_do_not_keep_an_agent_out_of_where_they_work(agents):
    await agents.join()
    await agents.sessions.sign_in("jana", PASSWORD, HOME)
    await guess(agents, 40)
    assert await agents.sessions.sign_in("jana", PASSWORD, HOME)


async def test_guesses_from_many_addresses_slow_down_for_the_account(agents):
    await agents.join()
    for number in range(FREE_TRIES + 1):
        await guess(agents, 1, address=f"198.51.100.{number}")
    with pytest.raises(SignInPaused):
        await agents.sessions.sign_in("jana", "a guess", "203.0.113.9")


@pytest.mark.parametrize("addresses", [[FOREIGN], [f"2001:db8::{number:x}" for number in range(60)]])
async def test_guesses_of_many_names_slow_down_for_the_network(agents, monkeypatch, addresses):
    monkeypatch.setattr(pacing, "NETWORK_FREE_TRIES", 5)
    for number in range(6):
        await guess(agents, 1, name=f"name {number}", address=addresses[number % len(addresses)])
    with pytest.raises(SignInPaused):
        await agents.sessions.sign_in("another", "a guess", addresses[-1])


async def test_many_guesses_at_once_gain_none(agents):
    await agents.join()
    answers = await asyncio.gather(
        *(agents.sessions.sign_in("jana", "a guess", FOREIGN) for _ in range(30)), return_exceptions=True
    )
    looked_at = [answer for answer in answers if type(answer) is SignInRefused]
    assert len(looked_at) == FREE_TRIES + 1


async def test_an_unknown_name_costs_the_work_of_a_known_one(agents):
    compared = []

    class Watched(PasswordHasher):
        def verify(self, stored, given):
            compared.append(stored)
            return super().verify(stored, given)

    agents.sessions._passwords = Passwords(Watched(time_cost=1, memory_cost=8, parallelism=1))
    await agents.join()
    for name in ("jana", "no such agent"):
        with pytest.raises(SignInRefused) as refused:
            await agents.sessions.sign_in(name, "a guess", FOREIGN)
        assert str(refused.value) == "The name or the password is wrong."
    costs = [stored.rsplit("$", 2)[0] for stored in compared]
    assert costs == ["$argon2id$v=19$m=8,t=1,p=1"] * 2
    assert [len(stored) for stored in compared] == [len(compared[0])] * 2


async def test_a_hash_is_computed_beside_the_service_and_few_at_once():
    started, go_on = [], Event()

    class Slow(PasswordHasher):
        def hash(self, password, *, salt=None):
            started.append(password)
            go_on.wait(10)
            return super().hash(password)

    passwords = Passwords(Slow(time_cost=1, memory_cost=8, parallelism=1))
    waiting = [asyncio.ensure_future(passwords.hash(PASSWORD)) for _ in range(MOST_WAITING)]
    before = perf_counter()
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await passwords.hash(PASSWORD)
    assert perf_counter() - before < 1
    assert len(started) <= 2
    go_on.set()
    assert len(set(await asyncio.gather(*waiting))) == MOST_WAITING


async def test_passwords_are_hashed_as_rfc_9106_recommends_where_memory_is_short():
    passwords = Passwords()
    stored = await passwords.hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await passwords.matches(stored, PASSWORD)
    assert not await passwords.matches(None, PASSWORD)


async def test_no_password_matches_what_is_longer_than_any_or_no_hash_at_all():
    passwords = Passwords(CHEAP)
    stored = await passwords.hash("x" * 256)
    assert not await passwords.matches(stored, "x" * 2000)
    assert not await passwords.matches("not a hash", PASSWORD)
