"""Routes of what a worker may merge without a person."""

from service.db.pool import Database
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.resolution.merging_settings import MergingSettings, read_merging_settings, write_merging_settings
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES

PATH = "/v1/settings/merging"


class MergingSettingsRoutes:
    """The routes by which an operator says what is merged automatically."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @route(
        "GET",
        PATH,
        roles=CUSTOMER_MANAGER_ROLES,
        summary="What a worker merges without a person",
        answers={200: MergingSettings},
    )
    async def read_merging_settings(self, _: Request) -> Response:
        """Reads what is set, or the defaults: an identity that both have proof of, and no rules."""
        async with self._database.connection() as connection:
            return json_response(await read_merging_settings(connection))

    @route(
        "PUT",
        PATH,
        roles=frozenset({Role.ADMIN}),
        summary="Set what a worker merges without a person",
        body=MergingSettings,
        answers={200: MergingSettings},
    )
    async def write_merging_settings(self, request: Request) -> Response:
        """Replaces all settings. The worker goes through all customers by them; nothing that was merged is undone.

        Whatever they say, two customers are not merged who were decided about or whose merge was undone, or who have
        different customer numbers, cards of one scheme or ids of one system.
        """
        settings = decode_json(request.raw, MergingSettings)
        async with self._database.transaction() as connection:
            await write_merging_settings(connection, settings, now=request.now, key_id=request.principal.key_id)
        return json_response(settings)
