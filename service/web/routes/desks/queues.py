"""Routes of queues: who takes handoffs and callbacks, and when."""

import msgspec

from service.calendar.model import OpenStatus
from service.db.pool import Database
from service.errors import CalendarInvalid, InvalidInput, QueueUnknown
from service.handoff.model import QueueName
from service.handoff.queues import repository as queues
from service.handoff.queues.model import Queue, QueueInput
from service.insight.notices import drafts
from service.model.decode import decode_json
from service.model.interaction import Timestamp
from service.model.page import Page
from service.model.vocabulary import Role
from service.web.http.parameters import AFTER, LIMIT, moment_parameter, page_request, text_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route

QUEUE_ADMIN_ROLES = frozenset({Role.ADMIN})
QUEUE_READER_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
HOURS_READER_ROLES = QUEUE_READER_ROLES | {Role.BOT, Role.STORE, Role.PARTNER, Role.CHANNEL}
AT = Parameter(name="at", shape=Timestamp, description="The moment that is asked about; now unless told.")


class QueueRoutes:
    """The routes by which queues are defined, and by which everybody asks for their hours."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @route(
        "PUT",
        "/v1/queues/{name}",
        roles=QUEUE_ADMIN_ROLES,
        summary="Define a queue with its opening hours, and what happens to what nobody takes",
        body=QueueInput,
        answers={201: Queue, 200: Queue},
        problems=(CalendarInvalid,),
    )
    async def define_queue(self, request: Request) -> Response:
        """Creates a queue, or replaces its definition as a whole. Open handoffs and callbacks of the queue stay.

        Where the calendar of the next 30 days changes, the draft of a notice says so, for a person to publish.
        """
        name = _queue_name(request)
        new = decode_json(request.raw, QueueInput)
        async with self._database.transaction() as connection:
            before = await drafts.queue_before(connection, name)
            created = await queues.upsert_queue(connection, name, new, now=request.now)
            await drafts.draft_for_change(connection, before, name, now=request.now)
            queue = await queues.read_queue(connection, name)
        return json_response(queue, status=201 if created else 200)

    @route(
        "GET",
        "/v1/queues",
        roles=QUEUE_READER_ROLES,
        summary="All queues in the order of their names",
        answers={200: Page[Queue]},
        parameters=(LIMIT, AFTER),
    )
    async def list_queues(self, request: Request) -> Response:
        """Lists one page of queues by name."""
        requested_page = page_request(request)
        async with self._database.connection() as connection:
            return json_response(
                await queues.list_queues(connection, after=requested_page.after, limit=requested_page.limit)
            )

    @route(
        "GET",
        "/v1/queues/{name}",
        roles=QUEUE_READER_ROLES,
        summary="A queue",
        answers={200: Queue},
        problems=(QueueUnknown,),
    )
    async def read_queue(self, request: Request) -> Response:
        """Reads the definition of one queue."""
        async with self._database.connection() as connection:
            return json_response(await queues.read_queue(connection, text_in_path(request, "name", QueueUnknown)))

    @route(
        "GET",
        "/v1/queues/{name}/hours",
        roles=HOURS_READER_ROLES,
        summary="Whether a queue is open, until when, when it opens next, and why",
        answers={200: OpenStatus},
        parameters=(AT,),
        problems=(QueueUnknown,),
    )
    async def read_queue_hours(self, request: Request) -> Response:
        """Answers from the queue's calendar, with public holidays and exceptions.

        A partner may ask only about its own queue.
        """
        name = text_in_path(request, "name", QueueUnknown)
        if request.principal.role is Role.PARTNER and request.principal.queue != name:
            raise QueueUnknown  # a partner's key knows no other queue than its own
        async with self._database.connection() as connection:
            return json_response(await queues.opening_status(connection, name, moment_parameter(request, "at")))


def _queue_name(request: Request) -> str:
    """The name in the path, if it can name a queue."""
    try:
        return msgspec.convert(request.path_values["name"], QueueName)
    except msgspec.ValidationError:
        message = "A queue's name has 1 to 100 letters, digits, dots, hyphens and underscores."
        raise InvalidInput(field="name", message=message) from None
