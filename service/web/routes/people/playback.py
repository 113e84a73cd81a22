"""Routes by which a source learns what the golden records of its persons are."""

from msgspec.structs import replace

from service.db.pool import Database
from service.errors import Absent, SourceReserved
from service.identity.golden.model import GoldenRecord
from service.identity.golden.reading import read_golden
from service.identity.sources.values import read_record
from service.model.page import Page
from service.resolution.playback.changes import list_changes
from service.resolution.playback.model import GoldenChange
from service.web.http.parameters import AFTER, LIMIT, page_request
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route
from service.web.routes.people.records import SOURCE_ROLES, check_source, record_of_path


class PlaybackRoutes:
    """The routes by which a source takes over what others say of its persons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @route(
        "GET",
        "/v1/sources/{source}/records/{external_id}/golden",
        roles=SOURCE_ROLES,
        budgeted=True,
        summary="The golden record of the person that a record is about",
        answers={200: GoldenRecord},
        problems=(SourceReserved, Absent),
    )
    async def read_golden_of_record(self, request: Request) -> Response:
        """Reads what stands of each field: what the source may take over, and state itself from then on.

        A key of the role channel learns the values, and neither what else is said nor the ids of other systems.
        """
        key = await record_of_path(self._database, request)
        async with self._database.connection() as connection:
            record = await read_record(connection, *key)
            golden = await read_golden(connection, [record.customer_id])
        request.subject = record.customer_id
        shown = golden if request.principal.is_person else _of_own(golden, key.source)
        return json_response(shown, version=golden.version)

    @route(
        "GET",
        "/v1/sources/{source}/changes",
        roles=SOURCE_ROLES,
        summary="The records of a source that have something to learn from the golden record",
        answers={200: Page[GoldenChange]},
        problems=(SourceReserved,),
        parameters=(LIMIT, AFTER),
    )
    async def list_changes(self, request: Request) -> Response:
        """Lists them behind a `sequence`, each record once with its newest change: to catch up after an outage.

        A record that states by now what it was told has an empty list of fields.
        """
        source, page = request.path_values["source"], page_request(request)
        await check_source(self._database, request.principal, source)
        async with self._database.connection() as connection:
            return json_response(await list_changes(connection, source, after=page.after, limit=page.limit))


def _of_own(golden: GoldenRecord, source: str) -> GoldenRecord:
    """The record without what other systems call the person, and without their other values."""
    fields = {
        name: replace(one, others=(), external_id=one.external_id if one.source == source else None)
        for name, one in golden.fields.items()
    }
    return replace(golden, fields=fields)
