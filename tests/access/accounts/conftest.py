"""The agents of one test, whose passwords are hashed at little cost."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from service.access.accounts.accounts import create_account
from service.access.accounts.links import create_link
from service.access.accounts.passwords import Passwords
from service.access.accounts.sessions import Sessions
from service.model.vocabulary import AgentRole

PASSWORD = "four words without sense"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Agents:
    """What an operator and the agents do."""

    def __init__(self, database, clock, settings) -> None:
        self.database = database
        self.clock = clock
        self.sessions = Sessions(database, clock, settings, passwords=Passwords(CHEAP))

    async def do(self, work, *arguments, **options):
        """Run a function of the room in a transaction."""
        async with self.database.transaction() as connection:
            return await work(connection, *arguments, **options)

    async def create(self, name="jana", role=AgentRole.AGENT, **options):
        return await self.do(create_account, name=name, role=role, now=self.clock.now(), **options)

    async def link(self, name="jana", valid=timedelta(hours=1), **options):
        return await self.do(create_link, name, now=self.clock.now(), valid=valid, **options)

    async def join(self, name="jana", role=AgentRole.AGENT, password=PASSWORD, **options):
        """An agent with an account and a password, who is signed in."""
        await self.create(name, role, **options)
        opened = await self.sessions.sign_in_by_link(await self.link(name))
        await self.sessions.set_password(opened.session_id, password)
        return opened.session_id


@pytest.fixture
def agents(database, clock, settings) -> Agents:
    return Agents(database, clock, settings)
