"""Creates a customer from what an agent typed, as POST /v1/customers does, unless such a customer is on record."""

from uuid import UUID

from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED
from msgspec import Struct

from service.access.idempotency import IdempotentRequest, fingerprint, idempotent
from service.db.pool import Connection
from service.errors import IdentityTaken, InvalidInput
from service.identity import profile
from service.identity.claims import canonical_claims
from service.identity.customers import find_owners
from service.identity.model import Claim
from service.identity.profile import CustomerInput
from service.model.vocabulary import IdentityKind
from service.search.query import understand
from service.web.console.customer.reads import CustomerReads
from service.web.console.desk_forms import as_request
from service.web.console.visit import Visit
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES


class NewCustomer(Struct, frozen=True, kw_only=True):
    """What is known of a customer who is not on record; empty is what is not known."""

    name: str = ""
    phone: str = ""
    email: str = ""


class CustomerAtHand(Struct, frozen=True, kw_only=True):
    """The customer to go on with: a new one, or one who was on record already."""

    customer_id: UUID
    is_new: bool


def prefilled(sought: str, *, region: str) -> NewCustomer:
    """What was looked for, as far as it says something of a person."""
    query = understand(sought, region)
    kinds = {one.kind for one in query.identities}
    if IdentityKind.EMAIL in kinds:
        return NewCustomer(email=query.text)
    if IdentityKind.PHONE in kinds:
        return NewCustomer(phone=query.text)
    return NewCustomer(name=query.text if query.name_words and not any(map(str.isdigit, query.text)) else "")


async def create(
    visit: Visit, reads: CustomerReads, given: NewCustomer, *, event_id: str, region: str
) -> CustomerAtHand:
    """The new customer, or the one who has these identities. IdentityTaken if they belong to several.

    InvalidInput if a field cannot be taken, or neither number nor address is given.
    """
    new, claims = _checked(given, region)
    once = IdempotentRequest(visit.session.principal.key_id, event_id, fingerprint("POST", "/v1/customers", new))
    async with (
        reads.database.transaction() as connection,
        idempotent(connection, once, now=visit.now) as outcome,
    ):
        if outcome.previous is None:
            owner_id = await _owner_of(connection, claims)
            created_id = owner_id or await _create(connection, visit, new, claims)
            outcome.set_result(created_id, HTTP_200_OK if owner_id else HTTP_201_CREATED)
    stored = outcome.previous or outcome.result
    assert stored is not None  # one of the two is set above
    return CustomerAtHand(customer_id=stored.resource_id, is_new=stored.status == HTTP_201_CREATED)


async def _create(connection: Connection, visit: Visit, new: CustomerInput, claims: tuple[Claim, ...]) -> UUID:
    principal = visit.session.principal
    change = await profile.create_customer(
        connection,
        new,
        claims,
        now=visit.now,
        key_id=principal.key_id,
        source=principal.name,
        vouched=principal.role in CUSTOMER_MANAGER_ROLES,
        exclusive=True,
    )
    return change.customer_id


def _checked(given: NewCustomer, region: str) -> tuple[CustomerInput, tuple[Claim, ...]]:
    stated = {IdentityKind.PHONE: given.phone.strip(), IdentityKind.EMAIL: given.email.strip()}
    identities = [{"kind": kind, "value": value} for kind, value in stated.items() if value]
    if not identities:
        raise InvalidInput(field="phone", message="A number or an address is needed.")
    new = as_request({"name": given.name.strip() or None, "identities": identities}, CustomerInput)
    return new, canonical_claims(new.identities, region)


async def _owner_of(connection: Connection, claims: tuple[Claim, ...]) -> UUID | None:
    owners = await find_owners(connection, {one.identity for one in claims})
    survivors = {one.survivor_id for one in owners.values()}
    if len(survivors) > 1:
        raise IdentityTaken
    return survivors.pop() if survivors else None
