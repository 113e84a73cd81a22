"""Routes of the golden record: what stands of all that is said of a customer, pins, and the rules."""

from service.db.change import DropViews, RecordedChange
from service.db.pool import Database
from service.errors import Absent, CustomerUnknown
from service.identity.golden.model import FieldRule, GoldenRecord
from service.identity.golden.pins import PinInput, pin_field, unpin_field
from service.identity.golden.reading import read_golden
from service.identity.golden.survivorship import read_survivorship, replace_survivorship
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.web.http.parameters import uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route

GOLDEN_ROLES = frozenset({Role.CONSOLE, Role.ADMIN})


class GoldenRoutes:
    """The routes by which people read and pin golden records, and set how they are decided."""

    def __init__(self, database: Database, drop_views: DropViews, *, region: str) -> None:
        self._database = database
        self._drop_views = drop_views
        self._region = region

    @route(
        "GET",
        "/v1/customers/{customer_id}/golden",
        roles=GOLDEN_ROLES,
        budgeted=True,
        summary="The golden record of a customer",
        answers={200: GoldenRecord},
        problems=(CustomerUnknown,),
    )
    async def read_golden(self, request: Request) -> Response:
        """Reads which value of each field stands, by which rule, where it comes from, and what else is said."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        async with self._database.connection() as connection:
            golden = await read_golden(connection, [customer_id])
        request.subject = customer_id
        return json_response(golden, version=golden.version)

    @route(
        "PUT",
        "/v1/customers/{customer_id}/golden/{field}",
        roles=GOLDEN_ROLES,
        budgeted=True,
        summary="Pin a field of a golden record",
        body=PinInput,
        answers={200: GoldenRecord},
        problems=(CustomerUnknown,),
    )
    async def pin_field(self, request: Request) -> Response:
        """Says what a field is, whatever sources state; it stands until it is released.

        The fields are given, family, full, birth_date, address, phone, email, language and `preference.<name>`. A
        pinned given or family name is a part of the whole name as well.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        pin = decode_json(request.raw, PinInput)
        async with self._database.transaction() as connection:
            change = await pin_field(
                connection,
                customer_id,
                request.path_values["field"],
                pin,
                region=self._region,
                now=request.now,
                key_id=request.principal.key_id,
            )
            golden = await read_golden(connection, [customer_id])
        return await self._answer(request, change, golden)

    @route(
        "DELETE",
        "/v1/customers/{customer_id}/golden/{field}",
        roles=GOLDEN_ROLES,
        budgeted=True,
        summary="Release a pinned field of a golden record",
        answers={200: GoldenRecord},
        problems=(CustomerUnknown, Absent),
    )
    async def unpin_field(self, request: Request) -> Response:
        """Lets the rules decide the field again, for all that are merged with the customer."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        async with self._database.transaction() as connection:
            change = await unpin_field(
                connection,
                customer_id,
                request.path_values["field"],
                now=request.now,
                key_id=request.principal.key_id,
            )
            golden = await read_golden(connection, [customer_id])
        return await self._answer(request, change, golden)

    @route(
        "GET",
        "/v1/settings/survivorship",
        roles=GOLDEN_ROLES,
        summary="How golden records are decided",
        answers={200: dict[str, FieldRule]},
    )
    async def read_survivorship(self, _request: Request) -> Response:
        """Reads the rule of each field; `preference` is that of all preferences without a rule of their own."""
        async with self._database.connection() as connection:
            return json_response(await read_survivorship(connection))

    @route(
        "PUT",
        "/v1/settings/survivorship",
        roles=frozenset({Role.ADMIN}),
        summary="Set how golden records are decided",
        body=dict[str, FieldRule],
        answers={200: dict[str, FieldRule]},
    )
    async def replace_survivorship(self, request: Request) -> Response:
        """Replaces the rules; a field that is not named has its shipped rule again.

        Every view follows within a second, and sources hear of the golden records that are others now.
        """
        rules = decode_json(request.raw, dict[str, FieldRule])
        async with self._database.transaction() as connection:
            return json_response(await replace_survivorship(connection, rules))

    async def _answer(self, request: Request, change: RecordedChange, golden: GoldenRecord) -> Response:
        """The golden record after a change that is committed."""
        request.subject = change.customer_id
        await self._drop_views([change.customer_id])
        return json_response(golden, version=golden.version)
