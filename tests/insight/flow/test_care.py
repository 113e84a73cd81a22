"""The journeys of 525 real conversations of social customer care; ten were read, and stand here as a reader saw them."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from service.insight.flow.filters import FlowFilter, MatterPlace
from service.insight.flow.model import FlowMatter
from service.insight.flow.reading import list_matters, read_flow
from service.insight.long_reads import LongReads
from tests.api.test_real_input import TWITTER, care_interactions

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not TWITTER.exists(), reason="the corpus is not beside the checkout"),
]
READ_AT = datetime(2020, 4, 3, tzinfo=UTC)
"""The day after the last conversation: what is older than two weeks and unanswered is given up, the rest is open."""
CONVERSATIONS = 524
"""One of the 525 comes twice under two names; its tweets count once."""
ANSWERED = "pceo6aF0onsqXoOZDEPL"
"""Asks for the limit of bandwidth, is told that there is none, and thanks; an agent would have resolved it."""
READ = {
    "6vez7elBAuXdWO5ENJD1": (8, 5, "gave_up"),  # Premiere crashes: eight answers over two days, and no end
    "btl6ofX5a6TSNB3b3rkV": (7, 3, "open"),  # import crashes: twice before an answer comes, then asked six times
    "CO456Glw6eUA249OWH9V": (5, 4, "gave_up"),  # text layers: "i've got a deadline to meet"
    "K2vgttTVBZ7PwlJ4NHeb": (4, 3, "open"),  # ghost streams: sends five links at the end
    "pIo26TVKoKV2MKSgTEP2": (3, 1, "gave_up"),  # refund: three messages in seven minutes, never answered
    "eGPmyP8XzT1HWlzAPv2u": (3, 3, "open"),  # thumbnails: asked for a picture, then for the device
    "NFUDPkkooFvg5tf3xszV": (2, 1, "open"),  # blocked review: complains, then asks for help eleven minutes later
    "Qt4M3sXkR71V9CT9Xr5U": (2, 2, "open"),  # missions: asked for the platform, answers "PS4" two hours later
    ANSWERED: (2, 2, "solved"),
    "4KaG5HgIrw4NBDbsu7I6": (1, 1, "gave_up"),  # servers are down: says so once
}
"""Session -> messages of the customer, sittings of the customer with half an hour between them, and how it ended."""


@pytest.fixture
async def care(desk, rooms) -> LongReads:
    """All 525, registered as they came, of customers of one segment."""
    dialogues = [care_interactions(one) for one in json.loads(TWITTER.read_text())]
    for start in range(0, len(dialogues), 50):
        batch = [one for dialogue in dialogues[start : start + 50] for one in dialogue]
        assert (await desk("channel", "POST", "/v1/interactions/batch", batch)).status_code == 200
    async with rooms.database.transaction() as connection:
        await connection.execute("UPDATE customer SET segments = '{care}'")
        resolved = "UPDATE conversation SET status = 'resolved', resolved_at = last_at WHERE ref = $1"
        await connection.execute(resolved, ANSWERED)
    return LongReads(rooms.database, limit_s=20)


def wanted(pause_min: int = 0) -> FlowFilter:
    return FlowFilter(
        segments=("care",),
        opened_from=datetime(2018, 1, 1, tzinfo=UTC),
        opened_to=READ_AT,
        now=READ_AT,
        gave_up_days=14,
        pause=timedelta(minutes=pause_min),
    )


async def all_matters(reads: LongReads, rooms, pause_min: int) -> dict[str, FlowMatter]:
    """Session -> matter, of every page."""
    found, after = [], None
    while True:
        page = await list_matters(reads, wanted(pause_min), MatterPlace(), after=after, limit=200)
        found += page.items
        if (after := page.next) is None:
            break
    async with rooms.database.connection() as connection:
        refs = dict(await connection.fetch("SELECT conversation_id, ref FROM conversation"))
    return {refs[one.conversation_id]: one for one in found}


async def test_the_ways_of_real_conversations_are_those_that_a_reader_finds(care, rooms):
    messages, sittings = await all_matters(care, rooms, 0), await all_matters(care, rooms, 30)
    assert len(messages) == len(sittings) == CONVERSATIONS
    for session, (own, seated, ending) in READ.items():
        assert (messages[session].contacts, sittings[session].contacts) == (own, seated), session
        assert len(messages[session].way) == min(own, 5)
        assert (messages[session].ending, sittings[session].ending) == (ending, ending), session


async def test_the_flow_of_real_conversations_is_that_of_their_messages(care):
    interactions = [one for dialogue in json.loads(TWITTER.read_text()) for one in care_interactions(dialogue)]
    first = {one["source_event_id"]: one for one in reversed(interactions)}
    own = Counter(one["conversation"]["ref"] for one in first.values() if one["direction"] == "inbound")
    (segment,) = (await read_flow(care, wanted())).segments
    reached = [sum(count >= step for count in own.values()) for step in range(1, 6)]
    assert [node.matters for node in segment.steps] == reached == [524, 72, 13, 5, 3]
    assert (segment.matters, segment.endings.solved, segment.without_own_contact) == (CONVERSATIONS, 1, 0)
