"""Routes of the systems that state what they know of persons."""

from service.db.pool import Database
from service.errors import Absent, SourceReserved
from service.identity.sources.declared import Source, SourceInput, list_sources, put_source, read_source
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Role
from service.registration.sources import is_reserved
from service.web.http.parameters import AFTER, LIMIT, page_request, text_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route

SOURCE_MANAGER_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})


class SourceRoutes:
    """The routes by which sources are declared and listed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @route(
        "PUT",
        "/v1/sources/{source}",
        roles=SOURCE_MANAGER_ROLES,
        summary="Say what a source is called, how far it is trusted and whom to tell of changes",
        body=SourceInput,
        answers={201: Source, 200: Source},
        problems=(SourceReserved,),
    )
    async def put_source(self, request: Request) -> Response:
        """Declares a source, or replaces what is known of it.

        A source that was not declared gets its name as its title and the trust 50 with its first record. The sources
        of askonce and its doors are refused.
        """
        source, new = request.path_values["source"], decode_json(request.raw, SourceInput)
        if is_reserved(source):
            raise SourceReserved
        async with self._database.transaction() as connection:
            is_new = await put_source(connection, source, new, request.now)
            stored = await read_source(connection, source)
        return json_response(stored, status=201 if is_new else 200)

    @route(
        "GET",
        "/v1/sources",
        roles=SOURCE_MANAGER_ROLES,
        summary="All sources, in the order of their names",
        answers={200: Page[Source]},
        parameters=(LIMIT, AFTER),
    )
    async def list_sources(self, request: Request) -> Response:
        """Lists every system that was declared or stated a record."""
        page = page_request(request)
        async with self._database.connection() as connection:
            return json_response(await list_sources(connection, after=page.after, limit=page.limit))

    @route(
        "GET",
        "/v1/sources/{source}",
        roles=SOURCE_MANAGER_ROLES,
        summary="What is known of a source",
        answers={200: Source},
        problems=(Absent,),
    )
    async def read_source(self, request: Request) -> Response:
        """Reads what is known of one source: its title, its trust and the webhook that hears of changes."""
        async with self._database.connection() as connection:
            return json_response(await read_source(connection, text_in_path(request, "source", Absent)))
