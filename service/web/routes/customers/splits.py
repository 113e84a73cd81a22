"""The route by which people tell two customers apart that were taken for one."""

from service.access.idempotency import idempotent
from service.db.change import DropViews
from service.db.pool import Database
from service.errors import CustomerUnknown, IdentityUnknown, InteractionUnknown
from service.identity import profile
from service.identity.claims import canonical_claims
from service.identity.profile import Customer
from service.model.decode import decode_json
from service.registration.split import SplitInput, split_customer
from service.web.http.parameters import idempotent_request, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES, change_response, repeated_response


class SplitRoutes:
    """The route that makes two customers of one."""

    def __init__(self, database: Database, drop_views: DropViews, *, region: str) -> None:
        self._database = database
        self._drop_views = drop_views
        self._region = region

    @route(
        "POST",
        "/v1/customers/{customer_id}/split",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="Give interactions and identities of a customer a customer of their own",
        body=SplitInput,
        answers={201: Customer},
        idempotent=True,
        problems=(CustomerUnknown, InteractionUnknown, IdentityUnknown),
    )
    async def split_customer(self, request: Request) -> Response:
        """Creates a customer of what is named, such as the messages of one of two people who share a mailbox.

        What is known of both is worked out anew from their interactions. Corrections and conditions stay. A repeated
        Idempotency-Key answers with the first new customer.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        wanted = decode_json(request.raw, SplitInput)
        claims = canonical_claims(wanted.identities, self._region)
        async with (
            self._database.transaction() as connection,
            idempotent(connection, idempotent_request(request, wanted), now=request.now) as outcome,
        ):
            if outcome.previous is not None:
                return await repeated_response(connection, request, outcome.previous)
            changes = await split_customer(
                connection,
                customer_id,
                wanted.interactions,
                [claim.identity for claim in claims],
                now=request.now,
                key_id=request.principal.key_id,
            )
            outcome.set_result(changes[0].customer_id)
            customer = await profile.read_customer(connection, changes[0].customer_id)
        return await change_response(self._drop_views, request, customer, *changes, status=201)
