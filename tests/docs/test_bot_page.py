"""What the page for bots says of when a bot speaks is so."""

import re

from service.handoff.rules import conversation_served_by
from service.model.vocabulary import HandoffMode, HandoffState
from tests.house.place import text


def test_who_serves_in_each_state_of_a_handoff_is_as_the_page_says():
    rows = re.findall(r"^\| `(giver|nobody|taker)` \| (.+?) \| .+ \|$", text("docs/guides/bot.md"), re.MULTILINE)
    named = [(who, set(re.findall(r"`(\w+)`", happened))) for who, happened in rows]
    for who, words in named:
        mode = HandoffMode.PASS if HandoffMode.PASS in words else HandoffMode.OFFER
        for state in words & set(HandoffState):
            assert conversation_served_by(HandoffState(state), mode, transferred=False) == who
    assert set(HandoffState) - {"transferred"} <= set().union(*(words for _, words in named))
