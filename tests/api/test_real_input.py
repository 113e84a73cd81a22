"""Real conversations through the API: 525 of social customer care, and three support chats; read from ../shared/data."""

import json
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from service.context.maintenance import CacheFinding, compare_cache

DATA = Path(__file__).parents[3] / "shared" / "data"
TWITTER = DATA / "social" / "twitter-care-dev.json"
ABCD = DATA / "abcd_sample.json"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not TWITTER.exists(), reason="the corpus is not beside the checkout"),
]


def care_interactions(dialogue: dict) -> list[dict]:
    """The messages of one care conversation as interactions of its customer."""
    messages, header = dialogue["dialogContent"], dialogue["dialogHeader"]
    customer = next(message["client"] for message in messages if "client" in message)
    return [
        {
            "source": "twitter",
            "source_event_id": message["tweet_ID"],
            "occurred_at": message["datetime"],
            "channel": "social",
            "kind": "message",
            "direction": "outbound" if "agent" in message else "inbound",
            "identities": [{"kind": "social", "value": f"twitter:{customer}"}],
            "conversation": {"ref": header["sessionID"]},
            "participant": {"role": "agent" if "agent" in message else "customer"},
            "text": message["message"],
        }
        for message in messages
    ]


@pytest.fixture(scope="module")
def care() -> list[list[dict]]:
    return [care_interactions(dialogue) for dialogue in json.loads(TWITTER.read_text())]


async def send_all(desk, care) -> list[int]:
    """The statuses of all items."""
    statuses = []
    for batch in care:
        answer = await desk("channel", "POST", "/v1/interactions/batch", batch)
        assert answer.status_code == 200
        statuses += [item["status"] for item in answer.json()]
    return statuses


def folded(care) -> dict[str, dict[str, dict]]:
    """Customer -> tweet -> interaction: the first delivery of each tweet, folded by hand."""
    customers: dict[str, dict[str, dict]] = defaultdict(dict)
    seen = set()
    for interaction in (one for batch in care for one in batch):
        if interaction["source_event_id"] not in seen:
            seen.add(interaction["source_event_id"])
            customers[interaction["identities"][0]["value"]][interaction["source_event_id"]] = interaction
    return customers


async def test_every_message_of_525_conversations_counts_once_and_a_second_run_changes_nothing(desk, rooms, care):
    expected = folded(care)
    statuses = await send_all(desk, care)
    assert statuses.count(201) == sum(map(len, expected.values()))
    assert set(statuses) == {200, 201}
    contexts = {}
    for handle, interactions in expected.items():
        contexts[handle] = (await desk.look_up(kind="social", value=handle)).json()
        assert_equals_fold(contexts[handle], list(interactions.values()))
        if len(contexts) % 10 == 0:  # a sample: each costs a fresh render
            customer_id = UUID(contexts[handle]["customer"]["id"])
            assert await compare_cache(rooms.reader, customer_id) is CacheFinding.EQUAL
    assert set(await send_all(desk, care)) == {200}
    for handle, before in contexts.items():
        again = await desk.look_up(kind="social", value=handle)
        assert again.json() == before


def assert_equals_fold(context: dict, interactions: list[dict]) -> None:
    """The context says what its messages say."""
    newest_first = sorted(interactions, key=lambda one: one["occurred_at"], reverse=True)
    assert context["included"]["of"] == len(interactions)
    assert [one["text"] for one in context["recent"]] == [one["text"] for one in newest_first[:20]]
    assert len(context["conversations"]) == len({one["conversation"]["ref"] for one in interactions})
    assert sum(one["interactions"] for one in context["conversations"]) == len(interactions)


ASKED = {
    "name": r"\bname\b",
    "username": r"\busername\b|\baccount id\b",
    "email": r"\bemail\b",
    "order_id": r"\border id\b",
    "member_level": r"\bmembership level\b",
    "phone": r"\bphone number\b",
}
"""What an agent's sentence asks for, by the words it asks with."""


def chat_interactions(chat: dict, *, the_system_tells: bool) -> list[dict]:
    """The turns of one chat: customers' turns carry the facts they state, agents' turns what they ask for.

    `the_system_tells`: once the agent has pulled up the account, what stands in it is known too.
    """
    account = {"name": chat["scenario"]["personal"]["customer_name"], **chat["scenario"]["personal"]}
    account |= {"order_id": chat["scenario"]["order"].get("order_id", "")}
    known = {name: account[name] for name in ASKED if account.get(name)}
    started = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    turns = []
    for number, (speaker, text) in enumerate(chat["original"]):
        turn = {
            "source": "abcd",
            "source_event_id": f"{chat['convo_id']}-{number}",
            "occurred_at": (started + timedelta(seconds=20 * number)).isoformat(),
            "channel": "chatbot",
            "kind": {"action": "system"}.get(speaker, "message"),
            "direction": {"customer": "inbound", "agent": "outbound"}.get(speaker, "internal"),
            "identities": [{"kind": "external", "value": f"abcd:{chat['convo_id']}"}],
            "conversation": {"ref": str(chat["convo_id"])},
            "text": text,
        }
        if speaker == "customer":
            turn["facts"] = {name: value for name, value in known.items() if value.lower() in text.lower()}
        if speaker == "agent" and not text.startswith("I have let"):
            turn["asks"] = [name for name, words in ASKED.items() if re.search(words, text.lower())]
        if speaker == "action" and "pulled up" in text and the_system_tells:
            turn["facts"] = known
        turns.append(turn)
    return turns


def questions_asked_again(turns: list[dict]) -> int:
    """Counted by hand: questions about what a turn before had told."""
    known: set[str] = set()
    repeated = 0
    for turn in turns:
        repeated += sum(name in known for name in turn.get("asks", ()))
        known |= turn.get("facts", {}).keys()
    return repeated


@pytest.mark.parametrize("the_system_tells", [False, True])
async def test_questions_asked_again_in_real_chats_come_out_of_the_signals(desk, the_system_tells):
    counts = []
    for chat in json.loads(ABCD.read_text()):
        turns = chat_interactions(chat, the_system_tells=the_system_tells)
        answers = await desk("bot", "POST", "/v1/interactions/batch", turns)
        assert {item["status"] for item in answers.json()} == {201}
        context = (await desk.look_up(kind="external", value=f"abcd:{chat['convo_id']}")).json()
        assert context["signals"]["repeated_questions"] == questions_asked_again(turns)
        counts.append(context["signals"]["repeated_questions"])
    assert counts == ([5, 2, 0] if the_system_tells else [0, 0, 0])
