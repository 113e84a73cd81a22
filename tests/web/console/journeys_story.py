"""Two segments with the ways that their matters went, for tests in a real browser."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from service.access.keys import create_key
from service.model.vocabulary import Role
from tests.insight.flow.flows import LETTERS

NEW, KNOWN = "New customers", "Existing customers"
WAYS = {
    NEW: (
        ("bp", 38, "solved", 20, 30),
        ("bp", 20, "gave_up", 20, 18),
        ("wbp", 24, "gave_up", 20, 10),
        ("p", 32, "solved", 20, 0),
        ("bppe", 21, "gave_up", 20, 20),
        ("bppe", 7, "open", 3, 7),
        ("ep", 20, "solved", 20, 2),
        ("s", 1, "solved", 20, 0),
    ),
    KNOWN: (
        ("p", 120, "solved", 20, 0),
        ("bp", 40, "solved", 20, 5),
        ("bp", 10, "gave_up", 20, 3),
        ("e", 40, "solved", 20, 0),
        ("pe", 20, "open", 2, 2),
    ),
}
"""Letters, matters, ending, days ago, and in how many the customer was asked again at the second contact."""
SAID = ("I have told this three times by now.", "Where is my technician?", "Thanks, that helped at last!")
RESOLVE = """
UPDATE conversation SET status = 'resolved', resolved_at = last_at + interval '7 hours' WHERE subject = 'Device, solved'
"""
STATE_SEGMENT = "UPDATE customer SET segments = ARRAY[$1] WHERE customer_id IN (SELECT customer_id FROM identity WHERE value LIKE $2)"
ASK_AGAIN = "UPDATE interaction SET repeated_questions = 2 WHERE details -> 'data' ->> 'asked_again' = 'yes'"


async def tell_journeys(service: Any) -> None:
    """Every matter of both segments is registered."""
    key = await create_key(service.connection, role=Role.CHANNEL, name="the story", now=datetime.now(UTC))
    async with httpx.AsyncClient(base_url=service.url, headers={"authorization": f"Bearer {key}"}, timeout=60) as http:
        for number, (segment, ways) in enumerate(WAYS.items()):
            said = list(_interactions(f"s{number}", ways))
            for start in range(0, len(said), 200):
                answer = await http.post("/v1/interactions/batch", json=said[start : start + 200])
                assert answer.status_code < 300, answer.text
            await service.connection.execute(STATE_SEGMENT, segment, f"s{number}-%")
    await service.connection.execute(RESOLVE)
    await service.connection.execute(ASK_AGAIN)


def _interactions(prefix: str, ways: tuple[tuple[str, int, str, int, int], ...]):
    now, numbers = datetime.now(UTC), count()
    for letters, matters, ending, days, asked_again in ways:
        for matter in range(matters):
            number = next(numbers)
            for place, letter in enumerate(letters):
                yield {
                    "source": "story",
                    "source_event_id": f"{prefix}-{number}-{place}",
                    "occurred_at": (now - timedelta(days=days, hours=-place, minutes=number)).isoformat(),
                    "channel": LETTERS[letter],
                    "kind": "message",
                    "direction": "inbound",
                    "identities": [{"kind": "email", "value": f"{prefix}-{number % 40}@example.de", "verified": True}],
                    "conversation": {"ref": f"{prefix}-{number}", "subject": f"Device, {ending}"},
                    "text": SAID[(number + place) % len(SAID)],
                    "mood": (-0.6, -0.2, 0.7)[(number + place) % 3],
                    "data": {"asked_again": "yes" if place == 1 and matter < asked_again else "no"},
                }
