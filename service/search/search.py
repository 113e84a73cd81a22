"""Finds customers by whatever an agent types into one box, and says how it was understood."""

from collections.abc import Awaitable, Callable, Iterable

import asyncpg

from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import DatabaseBusy
from service.search.marks import marked_name, marked_segments, marked_value
from service.search.model import HitGroup, HitLink, SearchAnswer, SearchGroup, SearchHit
from service.search.neighbours import neighbours
from service.search.query import Query, understand

SQL = Statements("service.search", "search")

GROUP_TIME = "300ms"
"""How long a statement of a group may take; a group that takes longer is left out, and the answer says so."""
MAX_SUGGESTIONS = 5
MIN_WORD_CHARS = 3
NEWEST_TEXTS = 3000
"""So many are looked through before the index of words is asked, which gives all texts with a common word at once."""

Finder = Callable[[Connection, Query, int], Awaitable[list[SearchHit]]]
"""Gives the hits of one group, more than so many if there are more."""


async def search(database: Database, text: str, *, region: str, limit: int) -> SearchAnswer:
    """What is found for this text, at most `limit` hits of each kind: every customer behind a number, none chosen."""
    query = understand(text, region)
    groups, unsearched, left = [], [], list(_FINDERS)
    while left:
        try:
            async with database.transaction() as connection:
                await connection.execute(SQL.limit_time, GROUP_TIME)
                while left:
                    hits = await _FINDERS[left[0]](connection, query, limit)
                    groups += [SearchGroup(kind=left[0], hits=hits[:limit], more=len(hits) > limit)] if hits else []
                    left.pop(0)
        except DatabaseBusy:  # the transaction ended with the statement: the next kinds begin another one
            unsearched.append(left.pop(0))
    suggested = []
    if not {HitGroup.IDENTITIES, HitGroup.NUMBERS} & {group.kind for group in groups}:
        async with database.connection() as connection:
            suggested = await _find_neighbours(connection, query)
    return SearchAnswer(groups=groups, searched=query.searched, did_you_mean=suggested, unsearched=unsearched)


async def _find_identities(connection: Connection, query: Query, limit: int) -> list[SearchHit]:
    kinds, values = [one.kind for one in query.identities], [one.value for one in query.identities]
    rows = await connection.fetch(SQL.find_identities, kinds, values, limit + 1)
    hits = [_number_hit(row, row["value"], exact=True) for row in rows]
    if query.beginnings and len(hits) <= limit:
        beginning = await connection.fetch(SQL.find_beginning_identities, list(query.beginnings), 2 * limit + 1)
        whole = {(row["kind"], row["value"]) for row in rows}
        others = (row for row in beginning if (row["kind"], row["value"]) not in whole)
        hits += [_number_hit(row, query.number, exact=False) for row in others]
    return hits


async def _find_facts(connection: Connection, query: Query, limit: int) -> list[SearchHit]:
    if not query.number:
        return []
    rows = await connection.fetch(SQL.find_facts, query.number, limit + 1)
    return [_number_hit(row, query.number, exact=row["exact"]) for row in rows]


async def _find_names(connection: Connection, query: Query, limit: int) -> list[SearchHit]:
    if not query.name_words:
        return []
    patterns = [f"% {word}%" for word in query.name_words]
    words = " & ".join(f"{word}:*" for word in query.name_words)
    rows = await connection.fetch(SQL.find_names, patterns, words, 2 * limit + 1)
    found = {row["customer_id"]: row for row in reversed(rows)}
    newest = sorted(found.values(), key=lambda row: (row["at"], row["customer_id"]), reverse=True)
    return [
        SearchHit(
            customer_id=row["customer_id"],
            customer_name=row["customer_name"],
            kind="name",
            segments=marked_name(row["value"], query.name_words),
            exact=False,
            at=row["at"],
        )
        for row in newest
    ]


async def _find_subjects(connection: Connection, query: Query, limit: int) -> list[SearchHit]:
    words = await _parse_words(connection, query)
    rows = await connection.fetch(SQL.find_subjects, words, limit + 1, _newest(query)) if words else []
    found = [row["conversation_id"] for row in rows]
    return [_text_hit(row) for row in await connection.fetch(SQL.read_subjects, found, words)] if found else []


async def _find_texts(connection: Connection, query: Query, limit: int) -> list[SearchHit]:
    words = await _parse_words(connection, query)
    rows = await connection.fetch(SQL.find_texts, words, limit + 1, _newest(query)) if words else []
    if not rows:
        return []
    found = [[row[name] for row in rows] for name in ("interaction_id", "customer_id", "occurred_at")]
    return [_text_hit(row) for row in await connection.fetch(SQL.read_texts, *found, words)]


_FINDERS: dict[HitGroup, Finder] = {
    HitGroup.IDENTITIES: _find_identities,
    HitGroup.NAMES: _find_names,
    HitGroup.NUMBERS: _find_facts,
    HitGroup.SUBJECTS: _find_subjects,
    HitGroup.TEXTS: _find_texts,
}


async def _parse_words(connection: Connection, query: Query) -> str:
    """The words as PostgreSQL has them; empty if there is nothing to look for, such as two letters alone.

    A word that has just been begun is not looked for yet: thousands of words begin like it.
    """
    last = f"{query.last_word}:*" if len(query.last_word) >= MIN_WORD_CHARS else ""
    return str(await connection.fetchval(SQL.parse_words, query.text, query.earlier_words, last))


def _newest(query: Query) -> int:
    """How many of the newest texts are looked through first: none for a number, which few texts have."""
    return 0 if _is_number(query) else NEWEST_TEXTS


def _is_number(query: Query) -> bool:
    return any(letter.isdigit() or letter == "@" for letter in query.number)


async def _find_neighbours(connection: Connection, query: Query) -> list[SearchHit]:
    """Numbers and addresses that differ from the query in one place."""
    if not _is_number(query):
        return []
    spelt = await connection.fetchval(SQL.spell_number, query.number)
    values = set().union(*map(neighbours, query.beginnings))
    rows = await connection.fetch(SQL.find_neighbour_identities, sorted(values), MAX_SUGGESTIONS)
    rows += await connection.fetch(SQL.find_neighbour_facts, sorted(neighbours(spelt)), MAX_SUGGESTIONS)
    return _suggestions(rows)


def _suggestions(rows: Iterable[asyncpg.Record]) -> list[SearchHit]:
    return [_number_hit(row, row["value"], exact=False) for row in rows][:MAX_SUGGESTIONS]


def _number_hit(row: asyncpg.Record, sought: str, *, exact: bool) -> SearchHit:
    """An identity or the value of a fact."""
    link = row.get("link")
    return SearchHit(
        customer_id=row["customer_id"],
        customer_name=row["customer_name"],
        kind=row["kind"],
        segments=marked_value(row["value"], sought),
        exact=exact,
        at=row["at"],
        link=HitLink(link) if link else None,
        conversation_id=row.get("conversation_id"),
    )


def _text_hit(row: asyncpg.Record) -> SearchHit:
    """A subject or a passage of a text."""
    return SearchHit(
        customer_id=row["customer_id"],
        customer_name=row["customer_name"],
        kind=row["kind"],
        segments=marked_segments(row["headline"]),
        exact=False,
        at=row["at"],
        conversation_id=row["conversation_id"],
        interaction_id=row.get("interaction_id"),
    )
