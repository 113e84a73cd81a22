"""The persona card of a segment tells what its customers have in common, and names none of them."""

from datetime import timedelta

import pytest

from service.errors import Absent
from service.insight.long_reads import LongReads
from service.insight.persona import Persona, read_persona
from service.journey.words import journey_words
from service.settings.model import Settings
from tests.fixtures import NOW, Desk

pytestmark = pytest.mark.slow

ANNA, BOB, CARLA = ({"kind": "email", "value": f"{name}@example.de"} for name in ("anna", "bob", "carla"))


@pytest.fixture
def reads(database):
    return LongReads(database, limit_s=20)


async def state(desk: Desk, identity, name: str, *, segments=("new",), style: str | None = None) -> None:
    """A customer on record, with the segments that were stated."""
    profile = {"identities": [identity], "name": name, "segments": list(segments)}
    if style:
        profile["communication_style"] = style
    answer = await desk("console", "POST", "/v1/customers", profile, idempotency_key=name)
    assert answer.status_code == 201, answer.text


async def wrote(desk: Desk, identity, text: str, *, days: int, **said) -> None:
    """A customer wrote so many days ago."""
    answer = await desk.register(email=identity["value"], at=NOW - timedelta(days=days), text=text, **said)
    assert answer.status_code == 201, answer.text


async def card(reads: LongReads) -> Persona:
    return await read_persona(reads, "new", journey_words(Settings()), silent_days=14, now=NOW)


@pytest.fixture
async def two_customers(desk):
    """Anna and Bob are new; Carla is none of them."""
    await state(desk, ANNA, "Anna Mayer", style="short")
    await state(desk, BOB, "Bob Stone", style="short")
    await state(desk, CARLA, "Carla", segments=("vip",))
    await wrote(desk, ANNA, "Where is my parcel?", days=40, mood=-0.6, subject="Parcel is late", channel="email")
    await wrote(desk, ANNA, "Anna Mayer here. Thanks, it came at last!", days=30, mood=0.8)
    await wrote(desk, BOB, "where is my parcel?", days=3, mood=-0.2, subject="Parcel is late", channel="email")
    await wrote(desk, CARLA, "Carla does not belong here?", days=1, mood=-1.0)


@pytest.mark.usefixtures("two_customers")
async def test_the_card_tells_size_channels_style_wants_and_questions(reads):
    persona = await card(reads)
    assert (persona.customers, persona.sample) == (2, 2)
    assert [(one.channel, one.contacts) for one in persona.channels] == [("email", 2), ("chatbot", 1)]
    assert [(one.style, one.customers) for one in persona.styles] == [("short", 2)]
    assert [(one.subject, one.matters) for one in persona.wants] == [("Parcel is late", 2)]
    assert [(one.text.lower(), one.customers) for one in persona.questions] == [("where is my parcel?", 2)]


@pytest.mark.usefixtures("two_customers")
async def test_quotes_are_real_words_without_the_name(reads):
    quotes = [one.text for one in (await card(reads)).quotes]
    assert quotes == ["Where is my parcel?"]


@pytest.mark.usefixtures("two_customers")
async def test_the_last_impression_is_that_of_those_who_fell_silent(reads):
    persona = await card(reads)
    assert (persona.first.contacts, persona.first.mood) == (2, -0.4)
    assert (persona.last.contacts, persona.last.mood) == (1, 0.8)


@pytest.mark.usefixtures("two_customers")
async def test_the_mood_is_told_for_each_phase(reads):
    moods = {one.phase: (one.mood, one.touchpoints) for one in (await card(reads)).moods}
    assert moods == {"get_help": (0.0, 3)}


async def test_a_customer_who_was_never_in_touch_is_a_member_without_words(desk, reads):
    await state(desk, ANNA, "Anna")
    persona = await card(reads)
    assert (persona.customers, persona.channels, persona.quotes, persona.first.contacts) == (1, [], [], 0)


async def test_a_segment_without_customers_has_an_empty_card_and_an_unknown_one_none(desk, reads):
    with pytest.raises(Absent):
        await card(reads)
    await desk("admin", "PUT", "/v1/segments/new", {"title": "New", "rule": "false"})
    persona = await card(reads)
    assert (persona.customers, persona.sample, persona.wants, persona.last.contacts) == (0, 0, [], 0)
