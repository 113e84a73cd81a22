"""The till's look-up by name: masked candidates, each behind a token, until the customer's answer confirms one."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from service.conditions import name_matching as recognition
from service.conditions.name_matching import ConfirmationAnswers, NameMatch
from service.conditions.till import ConfirmationFactor, TillCandidate, TillCandidates
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import NotConfirmed
from service.model.names import name_key

SQL = Statements("service.conditions", "candidates")

MAX_CANDIDATES = 5
TOKEN_LIFETIME = timedelta(minutes=5)
MAX_TRIES_PER_TOKEN = 3
"""Answers that one token takes."""
CANDIDATE_RETENTION = timedelta(days=1)
"""How long expired candidates are kept."""

_TOKEN_BYTES = 32
_name_matches_decoder = msgspec.json.Decoder(list[NameMatch])
_answers_decoder = msgspec.json.Decoder(dict[UUID, ConfirmationAnswers])


class ConfirmedCustomer(Struct, frozen=True, kw_only=True):
    """Who was confirmed, and the store in which the name was said."""

    customer_id: UUID
    store: str


async def propose_candidates(
    connection: Connection, name: str, *, store: str, key_id: UUID, now: datetime
) -> TillCandidates:
    """Who may be meant, if they hold a condition in force in this store; an unknown name gets the same answer."""
    spoken_key = name_key(name)
    matches = recognition.best_name_matches(
        spoken_key, await _find_name_matches(connection, spoken_key, store=store, now=now), spoken=name
    )
    answers = await read_answers(connection, [one.customer_id for one in matches])
    askable = [one for one in matches if recognition.confirmation_factors(answers[one.customer_id])]
    proposed = {secrets.token_urlsafe(_TOKEN_BYTES): one for one in askable[:MAX_CANDIDATES]}
    await connection.execute(
        SQL.insert_candidates,
        [_hash(token) for token in proposed],
        [one.customer_id for one in proposed.values()],
        key_id,
        store,
        now + TOKEN_LIFETIME,
    )
    return TillCandidates(
        candidates=tuple(_masked_candidate(token, one, answers[one.customer_id]) for token, one in proposed.items())
    )


async def confirm_candidate(
    database: Database, token: str, factor: ConfirmationFactor, answer: str, *, key_id: UUID, now: datetime
) -> ConfirmedCustomer:
    """Whom the token and the answer mean together; the token is spent. NotConfirmed otherwise, whatever was wrong.

    The try is counted and committed before the answer is looked at, so that no number of requests at once gains one.
    """
    async with database.connection() as connection:
        tried = await connection.fetchrow(SQL.count_try, _hash(token), key_id, now, MAX_TRIES_PER_TOKEN)
        if tried is None:
            raise NotConfirmed
        answers = await read_answers(connection, [tried["customer_id"]])
        if not recognition.confirms_answer(answers[tried["customer_id"]], factor, answer):
            raise NotConfirmed
        if await connection.fetchval(SQL.consume_token, _hash(token)) is None:
            raise NotConfirmed
    return ConfirmedCustomer(customer_id=tried["customer_id"], store=tried["store"])


async def _find_name_matches(connection: Connection, spoken_key: str, *, store: str, now: datetime) -> list[NameMatch]:
    terms = recognition.search_terms(spoken_key)
    if terms is None:
        return []
    found = await connection.fetchval(SQL.find_name_matches, terms.whole, terms.first_word, terms.last_word, store, now)
    return _name_matches_decoder.decode(found)


async def read_answers(connection: Connection, customer_ids: list[UUID]) -> dict[UUID, ConfirmationAnswers]:
    """What the records know of each of these customers that they can be asked for, over their merge sets."""
    known = _answers_decoder.decode(await connection.fetchval(SQL.read_confirmation_answers, customer_ids))
    return {customer_id: known.get(customer_id, ConfirmationAnswers()) for customer_id in customer_ids}


def _masked_candidate(token: str, match: NameMatch, answers: ConfirmationAnswers) -> TillCandidate:
    return TillCandidate(
        token=token, hint=recognition.candidate_hint(match), confirm=tuple(recognition.confirmation_factors(answers))
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
