"""Reads what one customer's journey is made of, over the whole merge set."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown
from service.journey.records import JourneyRecords
from service.journey.words import JourneyWords

SQL = Statements("service.journey", "reading")

MOST_INTERACTIONS = 5000
"""The newest interactions that a journey is made of."""
_decoder = msgspec.json.Decoder(JourneyRecords)


async def read_journey_records(connection: Connection, customer_id: UUID, words: JourneyWords) -> JourneyRecords:
    """The records of this customer, or of the survivor of a merge. CustomerUnknown if there is none."""
    facts = list(words.contract_end_facts)
    text = await connection.fetchval(SQL.journey_records, customer_id, MOST_INTERACTIONS, facts)
    if text is None:
        raise CustomerUnknown
    records = _decoder.decode(text)
    stated = (end for value in records.contract_end_facts if (end := _end_of(value)) is not None)
    return replace(records, contract_ends=(*records.contract_ends, *stated))


def _end_of(value: object) -> datetime | None:
    """The end that a fact states as a day or a time; None if it states something else."""
    if not isinstance(value, str):
        return None
    try:
        stated = datetime.fromisoformat(value)
    except ValueError:
        return None
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
