"""Signing in by password and by link, and how sessions end."""

from datetime import timedelta

import pytest

from service.access.accounts.accounts import change_account, disable_account, enable_account, list_accounts
from service.access.accounts.links import OPENING_ACCOUNT, create_opening_link
from service.calendar.model import Calendar
from service.errors import (
    Conflict,
    DatabaseUnavailable,
    InvalidInput,
    SignInRefused,
    Unauthenticated,
)
from service.handoff.queues.model import QueueInput
from service.handoff.queues.repository import upsert_queue
from service.model.vocabulary import AgentRole, Role
from tests.access.accounts.conftest import PASSWORD

HOME = "192.0.2.1"
MINUTE = timedelta(minutes=1)


async def test_an_agent_signs_in_with_the_password_that_they_set_after_their_first_link(agents):
    await agents.create(queues=["support", "repairs"])
    first = await agents.sessions.sign_in_by_link(await agents.link())
    assert first.agent.must_set_password
    assert await agents.sessions.principal_of(first.session_id) is None

    await agents.sessions.set_password(first.session_id, PASSWORD)
    opened = await agents.sessions.sign_in(" Jana ", PASSWORD, HOME)
    assert (opened.agent.name, opened.agent.role, opened.agent.queues) == ("jana", "agent", ("support", "repairs"))
    assert not opened.agent.must_set_password
    assert await agents.sessions.current(opened.session_id) == opened.agent


@pytest.mark.parametrize(
    ("role", "own", "shown"),
    [
        (AgentRole.AGENT, [], ()),
        (AgentRole.SUPERVISOR, [], ("repairs", "support")),
        (AgentRole.ADMIN, [], ("repairs", "support")),
        (AgentRole.SUPERVISOR, ["support"], ("support",)),
    ],
)
async def test_who_leads_desks_and_names_no_queue_has_all_of_them(agents, role, own, shown):
    async with agents.database.transaction() as connection:
        for name in ("support", "repairs"):
            definition = QueueInput(title=name, calendar=Calendar(time_zone="UTC", hours="24/7"))
            await upsert_queue(connection, name, definition, now=agents.clock.now())
    session_id = await agents.join(role=role, queues=own)
    assert (await agents.sessions.current(session_id)).queues == shown


async def test_each_sign_in_has_an_id_and_a_token_of_its_own(agents):
    before = await agents.join()
    opened = [await agents.sessions.sign_in("jana", PASSWORD, HOME) for _ in range(2)]
    ids = {before, *(one.session_id for one in opened)}
    assert len(ids) == 3
    assert len({one.csrf_token for one in opened} - {opened[0].session_id}) == 2


async def test_the_database_holds_no_id_of_a_session_no_link_no_token_and_no_password(agents):
    session_id = await agents.join()
    link = await agents.link()
    token = (await agents.sessions.current(session_id)).csrf_token
    dump = ""
    async with agents.database.connection() as connection:
        for table in ("agent_account", "agent_session", "sign_in_link", "agent_network"):
            dump += str(await connection.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t"))
    assert "$argon2id$" in dump
    assert not [secret for secret in (session_id, link, token, PASSWORD) if secret in dump]


async def test_a_link_signs_in_once_and_not_after_its_time(agents):
    await agents.create()
    used, old = await agents.link(), None
    await agents.sessions.sign_in_by_link(used)
    old = await agents.link(valid=MINUTE)
    agents.clock.advance(MINUTE)
    for token in (used, old, "", "guess", "\ud800"):
        with pytest.raises(SignInRefused):
            await agents.sessions.sign_in_by_link(token)


async def test_a_new_link_takes_the_place_of_the_one_before(agents):
    await agents.create()
    first, second = await agents.link(), await agents.link()
    with pytest.raises(SignInRefused):
        await agents.sessions.sign_in_by_link(first)
    assert await agents.sessions.sign_in_by_link(second)


async def test_a_session_ends_after_half_an_hour_without_use_and_is_kept_by_use(agents):
    session_id = await agents.join()
    for _ in range(3):
        agents.clock.advance(28 * MINUTE)
        assert await agents.sessions.current(session_id)
    agents.clock.advance(31 * MINUTE)
    assert await agents.sessions.current(session_id) is None


async def test_a_stream_that_waits_does_not_keep_a_session(agents):
    session_id = await agents.join()
    for _ in range(2):
        agents.clock.advance(16 * MINUTE)
        last = await agents.sessions.principal_of(session_id, touch=False)
    assert last is None


async def test_a_session_ends_after_ten_hours_however_busy(agents):
    session_id = await agents.join()
    for _ in range(29):
        agents.clock.advance(20 * MINUTE)
        assert await agents.sessions.current(session_id)
    agents.clock.advance(20 * MINUTE)
    assert await agents.sessions.current(session_id) is None


async def test_the_use_of_a_session_is_written_at_most_once_a_minute(agents):
    session_id = await agents.join()
    seen = set()
    for _ in range(10):
        agents.clock.advance(timedelta(seconds=20))
        await agents.sessions.current(session_id)
        async with agents.database.connection() as connection:
            seen.add(await connection.fetchval("SELECT seen_at FROM agent_session"))
    assert len(seen) == 3


async def test_signing_out_ends_the_session_and_no_other(agents):
    kept = await agents.join()
    opened = await agents.sessions.sign_in("jana", PASSWORD, HOME)
    await agents.sessions.sign_out(opened.session_id)
    await agents.sessions.sign_out("never was")
    assert await agents.sessions.current(opened.session_id) is None
    assert await agents.sessions.current(kept)


async def test_a_disabled_agent_is_out_at_once_everywhere_and_comes_back_when_enabled(agents):
    session_id, link = await agents.join(), await agents.link()
    await agents.do(disable_account, "JANA", agents.clock.now())
    assert await agents.sessions.current(session_id) is None
    with pytest.raises(SignInRefused):
        await agents.sessions.sign_in("jana", PASSWORD, HOME)
    with pytest.raises(SignInRefused):
        await agents.sessions.sign_in_by_link(link)
    with pytest.raises(Conflict):
        await agents.link()
    await agents.do(enable_account, "jana")
    assert await agents.sessions.current(session_id) is None
    assert await agents.sessions.sign_in("jana", PASSWORD, HOME)


async def test_another_role_ends_every_session_and_other_queues_none(agents):
    session_id = await agents.join()
    await agents.do(change_account, "jana", queues=["repairs"])
    assert (await agents.sessions.current(session_id)).queues == ("repairs",)
    await agents.do(change_account, "jana", role=AgentRole.SUPERVISOR)
    assert await agents.sessions.current(session_id) is None


async def test_a_new_password_ends_the_other_sessions_and_the_links(agents):
    mine, others = await agents.join(), await agents.sessions.sign_in("jana", PASSWORD, HOME)
    link = await agents.link()
    await agents.sessions.set_password(mine, "another one without sense", current=PASSWORD, address=HOME)
    assert await agents.sessions.current(mine)
    assert await agents.sessions.current(others.session_id) is None
    with pytest.raises(SignInRefused):
        await agents.sessions.sign_in_by_link(link)
    with pytest.raises(SignInRefused):
        await agents.sessions.sign_in("jana", PASSWORD, HOME)


async def test_a_found_session_cannot_take_the_account_by_a_new_password(agents):
    session_id = await agents.join()
    for wrong in ("", "a guess of the finder"):
        with pytest.raises(SignInRefused):
            await agents.sessions.set_password(session_id, "the password of a thief", current=wrong)
    with pytest.raises(Unauthenticated):
        await agents.sessions.set_password("no session", "the password of a thief")


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 257, "JANA.KOEHLER-SMITH"])
async def test_a_password_that_is_short_huge_or_the_name_is_not_taken(agents, password):
    await agents.create("jana.koehler-smith")
    opened = await agents.sessions.sign_in_by_link(await agents.link("jana.koehler-smith"))
    with pytest.raises(InvalidInput):
        await agents.sessions.set_password(opened.session_id, password)


async def test_a_password_is_the_same_from_every_keyboard(agents):
    await agents.join(password="Grüße aus dem Süden")
    assert await agents.sessions.sign_in("jana", "Gru\u0308ße aus dem Su\u0308den", HOME)


@pytest.mark.parametrize(
    ("role", "may", "supervises"),
    [
        (AgentRole.AGENT, Role.CONSOLE, False),
        (AgentRole.SUPERVISOR, Role.CONSOLE, True),
        (AgentRole.PRIVACY, Role.PRIVACY, False),
        (AgentRole.ADMIN, Role.ADMIN, True),
    ],
)
async def test_a_session_gives_the_rights_of_its_role_in_the_agents_name(agents, role, may, supervises):
    session_id = await agents.join("Adi", role, queues=["support"])
    principal = await agents.sessions.principal_of(session_id)
    (account,) = await agents.do(list_accounts)
    assert (principal.role, principal.supervises, principal.name) == (may, supervises, "Adi")
    assert (principal.key_id, principal.queues) == (account.account_id, ("support",))
    assert principal.space_id > 1  # not the one of askonce's own sources, or of files


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb", "a\0b"])
async def test_a_name_that_cannot_be_shown_is_not_taken(agents, name):
    with pytest.raises(InvalidInput):
        await agents.create(name)
    with pytest.raises(SignInRefused):
        await agents.sessions.sign_in(name, PASSWORD, HOME)


async def test_a_name_is_one_agents_in_every_spelling(agents):
    await agents.create("Jana Köhler")
    with pytest.raises(Conflict):
        await agents.create("JANA KO\u0308HLER")


async def test_the_link_of_ones_own_servers_opens_the_console_with_one_click(agents):
    now, valid = agents.clock.now(), timedelta(minutes=5)
    for _ in range(2):
        opened = await agents.sessions.sign_in_by_link(await agents.do(create_opening_link, now=now, valid=valid))
        assert (opened.agent.role, opened.agent.must_set_password) == ("admin", False)
    await agents.do(disable_account, OPENING_ACCOUNT, now)
    assert await agents.do(create_opening_link, now=now, valid=valid) is None


async def test_who_was_signed_in_stays_so_while_the_database_is_away_and_no_other_does(agents, monkeypatch):
    session_id = await agents.join()
    await agents.sessions.current(session_id)

    async def refuse(*_, **__):
        raise DatabaseUnavailable

    monkeypatch.setattr(agents.sessions, "_read", refuse)
    assert (await agents.sessions.current(session_id)).name == "jana"
    with pytest.raises(DatabaseUnavailable):
        await agents.sessions.current("another")
    agents.clock.advance(16 * MINUTE)
    with pytest.raises(DatabaseUnavailable):
        await agents.sessions.current(session_id)
