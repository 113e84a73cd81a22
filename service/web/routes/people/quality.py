"""The route of the quality of sources."""

from typing import Annotated

from msgspec import Meta, Struct

from service.db.pool import Database
from service.identity.sources.quality.counting import FieldQuality, read_quality
from service.web.http.parameters import text_parameter
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.people.sources import SOURCE_MANAGER_ROLES


class QualityReport(Struct, frozen=True, kw_only=True):
    """What is thought of what sources state."""

    items: Annotated[list[FieldQuality], Meta(description="A field of a source each, the worst share first.")]


class QualityRoutes:
    """The route by which the worst source is seen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @route(
        "GET",
        "/v1/quality",
        roles=SOURCE_MANAGER_ROLES,
        summary="What is thought of the values of each source, the worst first",
        answers={200: QualityReport},
        parameters=(
            Parameter(name="source", description="Only what this source states."),
            Parameter(name="field", description="Only this field, such as `email`."),
        ),
    )
    async def read_quality(self, request: Request) -> Response:
        """Counts the values that are stated now by source, field and verdict. Nothing is changed by a judgement."""
        source, field = text_parameter(request, "source"), text_parameter(request, "field")
        async with self._database.connection() as connection:
            return json_response(QualityReport(items=await read_quality(connection, source=source, field=field)))
