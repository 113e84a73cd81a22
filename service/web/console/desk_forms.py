"""What the pages of desks have in common: forms as requests of the API, refused steps, the queues to choose from."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from service.db.pool import Connection
from service.errors import AskonceError, Conflict
from service.handoff.queues.model import Queue
from service.handoff.queues.repository import list_queues
from service.model.decode import decode_json
from service.web.console.words import problem_text_of

MAX_QUEUES = 200
Shape = TypeVar("Shape")


def as_request(given: Mapping[str, object], shape: type[Shape]) -> Shape:
    """What a form gives, in a shape of the API and under its limits. InvalidInput names what cannot be taken."""
    return decode_json(msgspec.json.encode(given), shape)


def refusal_of_step(error: AskonceError) -> tuple[int, str]:
    """The status of a step that is refused, 409 if another one came before, and its text."""
    return 409 if isinstance(error, Conflict) else 422, problem_text_of(error)


async def choosable_queues(connection: Connection) -> list[Queue]:
    """The queues that a form offers, in the order of their names."""
    return list((await list_queues(connection, after=None, limit=MAX_QUEUES)).items)
