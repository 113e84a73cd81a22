"""Routes of the customer's own record: who it is, and under which identities."""

from collections.abc import Sequence

from service.access.idempotency import StoredResult, idempotent
from service.db.change import DropViews, RecordedChange
from service.db.pool import Connection, Database
from service.errors import CustomerUnknown, IdentityExclusive, IdentityTaken, IdentityUnknown, InvalidInput
from service.identity import profile
from service.identity.claims import canonical_claims
from service.identity.model import Claim
from service.identity.profile import Customer, CustomerInput, CustomerPatch
from service.model.decode import decode_json
from service.model.interaction import IdentityClaim
from service.model.vocabulary import Role
from service.web.http.parameters import idempotent_request, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Header, Response, json_response
from service.web.http.route import route
from service.web.routes.customers.receipts import ChangeReceipt, record_or_receipt

CUSTOMER_MANAGER_ROLES = frozenset({Role.CONSOLE, Role.ADMIN})
CUSTOMER_WRITER_ROLES = CUSTOMER_MANAGER_ROLES | {Role.CHANNEL}
MAX_IDENTITIES = 10


async def change_response(
    drop_views: DropViews, request: Request, customer: Customer, *changes: RecordedChange, status: int = 200
) -> Response:
    """The answer to a change that is committed: no cached view shows the old state any more."""
    await drop_views([change.customer_id for change in changes])
    return _customer_response(request, customer, status=status, version=changes[0].version)


async def repeated_response(connection: Connection, request: Request, previous: StoredResult) -> Response:
    """The answer to a request that made a customer before, with the same Idempotency-Key."""
    customer = await profile.read_customer(connection, previous.resource_id)
    return _customer_response(
        request, customer, status=previous.status, version=customer.version, headers=(IDEMPOTENT_REPLAYED,)
    )


def _customer_response(
    request: Request, customer: Customer, *, status: int, version: int, headers: tuple[Header, ...] = ()
) -> Response:
    """The customer, or to a key that may not read it a receipt."""
    shown = record_or_receipt(customer, request.principal, record_id=customer.id, version=version)
    return json_response(shown, status=status, version=version, headers=headers)


class CustomerRoutes:
    """The routes by which people and systems keep the customer's own record."""

    def __init__(self, database: Database, drop_views: DropViews, *, region: str) -> None:
        self._database = database
        self._drop_views = drop_views
        self._region = region

    @route(
        "POST",
        "/v1/customers",
        roles=CUSTOMER_WRITER_ROLES,
        budgeted=True,
        summary="Create a customer that is not known yet",
        body=CustomerInput,
        answers={201: Customer | ChangeReceipt},
        idempotent=True,
        problems=(IdentityTaken, IdentityExclusive),
    )
    async def create_customer(self, request: Request) -> Response:
        """Creates a customer with its identities. A repeated Idempotency-Key answers with the first customer.

        A key that may not read customers gets a receipt with the id and the version.
        """
        new = decode_json(request.raw, CustomerInput)
        claims = canonical_claims(new.identities, self._region)
        async with (
            self._database.transaction() as connection,
            idempotent(connection, idempotent_request(request, new), now=request.now) as outcome,
        ):
            if outcome.previous is not None:
                return await repeated_response(connection, request, outcome.previous)
            change = await profile.create_customer(
                connection,
                new,
                claims,
                now=request.now,
                key_id=request.principal.key_id,
                source=request.principal.name,
                vouched=request.principal.role in CUSTOMER_MANAGER_ROLES,
                exclusive=True,
            )
            outcome.set_result(change.customer_id)
            customer = await profile.read_customer(connection, change.customer_id)
        return await change_response(self._drop_views, request, customer, change, status=201)

    @route(
        "GET",
        "/v1/customers/{customer_id}",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="A customer's own record, or that of the survivor it was merged into",
        answers={200: Customer},
        problems=(CustomerUnknown,),
    )
    async def read_customer(self, request: Request) -> Response:
        """Reads the record of a customer. The id of a merged customer answers with the survivor."""
        async with self._database.connection() as connection:
            customer = await profile.read_customer(connection, uuid_in_path(request, "customer_id", CustomerUnknown))
        request.subject = customer.id
        return json_response(customer, version=customer.version)

    @route(
        "PATCH",
        "/v1/customers/{customer_id}",
        roles=CUSTOMER_WRITER_ROLES,
        budgeted=True,
        summary="Change the customer's record; absent fields stay, null empties",
        body=CustomerPatch,
        answers={200: Customer | ChangeReceipt},
        problems=(CustomerUnknown,),
    )
    async def change_customer(self, request: Request) -> Response:
        """Changes only the fields that are sent; null empties a field. Cached views of the customer are dropped.

        A key that may not read customers gets a receipt with the id and the version.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        patch = decode_json(request.raw, CustomerPatch)
        async with self._database.transaction() as connection:
            change = await profile.change_customer(
                connection, customer_id, patch, now=request.now, key_id=request.principal.key_id
            )
            customer = await profile.read_customer(connection, change.customer_id)
        return await change_response(self._drop_views, request, customer, change)

    @route(
        "PUT",
        "/v1/customers/{customer_id}/identities",
        roles=CUSTOMER_WRITER_ROLES,
        budgeted=True,
        summary="Give the customer an identity, or several as an array",
        body=IdentityClaim | list[IdentityClaim],
        answers={200: Customer | ChangeReceipt},
        problems=(CustomerUnknown, IdentityTaken, IdentityExclusive),
    )
    async def add_identities(self, request: Request) -> Response:
        """Adds identities to the customer, all or none. An identity that belongs to another customer is refused.

        So is a second customer number, card of one scheme, or id of one system: a customer has one of each.

        A key that may not read customers gets a receipt with the id and the version.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        claims = self._parse_claims(request.raw)
        async with self._database.transaction() as connection:
            change = await profile.add_identities(
                connection,
                customer_id,
                claims,
                now=request.now,
                key_id=request.principal.key_id,
                source=request.principal.name,
                vouched=request.principal.role in CUSTOMER_MANAGER_ROLES,
                exclusive=True,
            )
            customer = await profile.read_customer(connection, change.customer_id)
        return await change_response(self._drop_views, request, customer, change)

    @route(
        "DELETE",
        "/v1/customers/{customer_id}/identities",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="Take an identity from the customer, or several as an array",
        body=IdentityClaim | list[IdentityClaim],
        answers={200: Customer},
        problems=(CustomerUnknown, IdentityUnknown),
    )
    async def remove_identities(self, request: Request) -> Response:
        """Removes identities from the customer, all or none. Interactions under them stay on record."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        identities = [claim.identity for claim in self._parse_claims(request.raw)]
        async with self._database.transaction() as connection:
            change = await profile.remove_identities(
                connection, customer_id, identities, now=request.now, key_id=request.principal.key_id
            )
            customer = await profile.read_customer(connection, change.customer_id)
        return await change_response(self._drop_views, request, customer, change)

    def _parse_claims(self, raw: bytes) -> tuple[Claim, ...]:
        """One identity or an array of them, in canonical form."""
        stated: Sequence[IdentityClaim] = (
            decode_json(raw, list[IdentityClaim]) if raw.lstrip()[:1] == b"[" else [decode_json(raw, IdentityClaim)]
        )
        if not 1 <= len(stated) <= MAX_IDENTITIES:
            raise InvalidInput(f"Give 1 to {MAX_IDENTITIES} identities.")
        return canonical_claims(stated, self._region)
