"""What makes an event one: the digest of its space, source and id, in Python and in the database."""

from itertools import combinations

from service.timeline.receipts import event_digest

EVENTS = [
    (0, "shop", "1"),
    (1, "shop", "1"),
    (0, "shop1", ""),
    (0, "sho", "p1"),
    (-1, "Müller", "🛒"),
    (2**31 - 1, "", "x"),
]


async def test_the_database_finds_an_event_by_the_digest_that_its_receipt_has(database):
    async with database.connection() as connection:
        for event in EVENTS:
            assert await connection.fetchval("SELECT event_digest($1, $2, $3)", *event) == event_digest(*event)


def test_events_of_other_spaces_sources_or_ids_are_told_apart():
    assert all(event_digest(*one) != event_digest(*other) for one, other in combinations(EVENTS, 2))
