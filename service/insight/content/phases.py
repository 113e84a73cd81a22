"""The phases of one customer, for what is ranked or counted by them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service.db.pool import Connection
from service.journey.journey import phase_turns
from service.journey.phases import PhaseTurn
from service.journey.reading import read_journey_records
from service.journey.words import JourneyWords


async def read_phases(
    connection: Connection, customer_id: UUID, words: JourneyWords, *, now: datetime
) -> Sequence[PhaseTurn]:
    """When each phase of a customer began, the oldest first, with the borders that people moved. CustomerUnknown."""
    records = await read_journey_records(connection, customer_id, words)
    return phase_turns(records, words, now)
