"""What an agent does with conditions from the page of a customer: grant one, and end one that is in force."""

from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.access.idempotency import IdempotentRequest, fingerprint, idempotent
from service.conditions.conditions import grant_condition, read_condition, revoke_condition
from service.conditions.model import ConditionInput
from service.db.change import RecordedChange
from service.errors import ConditionUnknown, InvalidInput
from service.settings.model import Settings
from service.web.console.conditions.forms import FORM_WORDS, ConditionForm, condition_input, condition_problem
from service.web.console.customer.reads import CustomerReads
from service.web.console.guard import for_roles
from service.web.console.navigation import FINDERS
from service.web.console.pages.customer import CUSTOMERS_PATH, customer_response
from service.web.console.visit import Visit


class EndForm(Struct, kw_only=True):
    """The press that ends a condition."""

    csrf_token: str = ""


class ConditionWrites(Controller):
    """Conditions of a customer, by the use cases of the API."""

    path = CUSTOMERS_PATH + "/{customer_id:uuid}/conditions"
    guards = [for_roles(*FINDERS)]  # noqa: RUF012 (Litestar's own declaration)

    @post(include_in_schema=False)
    async def grant(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[ConditionForm],
    ) -> Response[str]:
        """Grants a condition; what cannot be taken is told at its field, and everything typed stays."""
        try:
            wanted = condition_input(data, ZoneInfo(settings.time_zone))
            change = await _grant(visit, customer_reads, customer_id, wanted, data.event_id)
        except InvalidInput as error:
            values = FORM_WORDS | {"condition_form": data, "problem": condition_problem(error), "saved": False}
            template = "conditions/fields.html" if visit.is_partial else "conditions/refused.html"
            page_path = f"{CUSTOMERS_PATH}/{customer_id}"
            refused = visit.page(template, status=422, event_id=data.event_id, page_path=page_path, **values)
            refused.headers |= {"hx-retarget": "#form-condition", "hx-reswap": "innerHTML"}
            return refused
        await customer_reads.reader.cache.drop([change.customer_id])
        return await customer_response(
            visit, customer_reads, customer_id, written="condition", min_version=change.version
        )

    @post("/{condition_id:uuid}/end", include_in_schema=False)
    async def end(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        condition_id: FromPath[UUID],
        data: URLEncodedBody[EndForm],  # noqa: ARG002 (the guard reads its token)
    ) -> Response[str]:
        """Ends a condition of this customer now; one that has ended stays so."""
        async with customer_reads.database.transaction() as connection:
            _, holder = await read_condition(connection, condition_id)
            sheet_id = (await customer_reads.read(visit, customer_id)).view.customer.id
            if holder.customer_id != sheet_id:
                raise ConditionUnknown
            change = await revoke_condition(
                connection, condition_id, now=visit.now, key_id=visit.session.principal.key_id
            )
        await customer_reads.reader.cache.drop([change.customer_id])
        return await customer_response(visit, customer_reads, customer_id, written="ended", min_version=change.version)


async def _grant(
    visit: Visit, reads: CustomerReads, customer_id: UUID, wanted: ConditionInput, event_id: str
) -> RecordedChange:
    """The change of the grant, or of the first one that this form made. IdempotencyKeyReused for another one."""
    key_id = visit.session.principal.key_id
    request = IdempotentRequest(key_id, event_id, fingerprint("POST", f"grant {customer_id}", wanted))
    async with (
        reads.database.transaction() as connection,
        idempotent(connection, request, now=visit.now) as outcome,
    ):
        if outcome.previous is not None:
            return (await read_condition(connection, outcome.previous.resource_id))[1]
        condition, change = await grant_condition(connection, customer_id, wanted, now=visit.now, key_id=key_id)
        outcome.set_result(condition.id)
    return change
