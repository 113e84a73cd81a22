"""Guidance in views: seen as soon as it changes, ended by time, and no more costly for cached reads."""

from datetime import datetime, timedelta

import pytest

from service.context.disclosure import STANDARD_CONTACT_FACTS
from service.context.guidance.guide import CurrentGuide
from service.context.guidance.model import Guidance, NextAction
from service.context.maintenance import CacheFinding, compare_cache
from service.context.reader import ContextReader
from service.context.views import ViewName, for_bots, render_views
from tests.context.records import context, customer, identity, interaction
from tests.fixtures import NOW


class Advising:
    """A guide that advises one action, by its version."""

    def __init__(self, version: int, until: datetime | None = None) -> None:
        self.stamp, self._until = str(version), until

    def advise(self, known, audience, *, texts=True):
        words = f"{audience} v{self.stamp} {known.customer.name}"
        return Guidance(
            next=(NextAction(rule="one", action="say", words=words, language="en", because=(), until=None),),
            changes_at=self._until,
        )


def test_the_view_of_people_asks_the_guide_for_no_texts_since_it_shows_none():
    asked = set()

    class Asked(Advising):
        def advise(self, known, audience, *, texts=True):
            asked.add((audience, texts))
            return super().advise(known, audience)

    render_views(context(), STANDARD_CONTACT_FACTS, Asked(1))
    assert asked == {("console", False), ("bot", True)}


@pytest.fixture
async def guided(company):
    """The company with a guide of the version that the database says."""

    async def load(_connection, version: int) -> Advising:
        return Advising(version)

    company.reader = ContextReader(company.database, company.redis, company.settings, guidance=CurrentGuide(load))
    await company.reader.trust.check()
    await company.register(participant={"role": "customer", "name": "Anna"})
    return company


async def change_guidance(company) -> None:
    async with company.database.transaction() as connection:
        await connection.execute("UPDATE queue SET title = title")


async def advised(company, view: ViewName = ViewName.CONSOLE) -> str:
    return (await company.see(view=view))["next"][0]["words"]


async def test_console_and_bot_are_advised_and_the_bot_by_what_it_may_know(guided):
    assert await advised(guided) == "console v0 Anna"
    assert await advised(guided, ViewName.BOT) == "bot v0 None"
    assert "next" not in await guided.see(view=ViewName.STORE)


async def test_changed_guidance_is_seen_with_the_next_look_and_makes_the_cached_view_cold(guided):
    await guided.lookup()
    assert (await guided.lookup()).source == "cache"
    await change_guidance(guided)
    await guided.reader.trust.check()
    assert await advised(guided) == "console v1 Anna"
    assert (await guided.lookup()).source == "cache"


async def test_a_write_drops_the_views_of_every_guide(guided):
    """A process that has not seen the new rules yet writes: no process shows what was before."""
    late = guided.reader
    guided.reader = ContextReader(guided.database, guided.redis, guided.settings, guidance=CurrentGuide())
    guided.reader.guidance.guide = Advising(7)
    await guided.reader.trust.check()
    version = (await guided.lookup()).version
    await late.cache.drop([(await guided.lookup()).customer_id])
    answer = await guided.lookup()
    assert (answer.source, answer.version) == ("database", version)


async def test_a_view_ends_when_its_guidance_may_change_by_time(guided):
    guided.reader.guidance.guide = Advising(0, until=NOW + timedelta(seconds=20))
    await guided.lookup()
    guided.later(seconds=19)
    assert (await guided.lookup()).source == "cache"
    guided.later(seconds=2)
    assert (await guided.lookup()).source == "database"


async def test_a_cached_read_with_guidance_is_one_command_of_as_many_fields(guided, monkeypatch):
    await guided.lookup()
    sent = []
    send = guided.redis.send
    monkeypatch.setattr(guided.redis, "send", lambda *command: sent.append(command) or send(*command))
    assert (await guided.lookup()).source == "cache"
    assert [(command[0], len(command)) for command in sent] == [("HMGET", 6)]


async def test_what_is_cached_with_other_guidance_is_told_apart_from_a_defect(guided):
    customer_id = (await guided.lookup()).customer_id
    assert await compare_cache(guided.reader, customer_id) is CacheFinding.EQUAL
    guided.reader.guidance.guide = Advising(8)
    assert await compare_cache(guided.reader, customer_id) is CacheFinding.OLDER


def test_bots_are_advised_by_nothing_that_their_view_hides():
    said = interaction(text="My name is Anna Muster", details=None)
    known = context(customers=(customer(name="Anna Muster"),), identities=(identity(),), recent=(said,))
    told = for_bots(known, STANDARD_CONTACT_FACTS)
    assert (told.identities, told.recent[0].text, told.customer.name) == ((), None, None)
