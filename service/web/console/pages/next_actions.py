"""What an agent says of an advised action on the page of a customer: done, or not now."""

from uuid import UUID

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.insight.advice.model import OutcomeInput
from service.insight.advice.outcomes import record_outcome
from service.web.console.customer.reads import CustomerReads
from service.web.console.guard import for_roles
from service.web.console.pages.customer import CUSTOMERS_PATH, READERS, customer_response
from service.web.console.visit import Visit


class OutcomeForm(Struct, kw_only=True):
    """The button that was pressed."""

    taken: bool
    csrf_token: str = ""


class NextActionWrites(Controller):
    """The buttons of the card of the next step; they go through the use case of the API."""

    path = CUSTOMERS_PATH + "/{customer_id:uuid}/next"
    guards = [for_roles(*READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @post("/{rule:str}", include_in_schema=False)
    async def report_outcome(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        rule: FromPath[str],
        data: URLEncodedBody[OutcomeForm],
    ) -> Response[str]:
        """Puts on record whether it was done; the rule is silent on this customer for a day."""
        outcome, key_id = OutcomeInput(taken=data.taken), visit.session.principal.key_id
        async with customer_reads.database.transaction() as connection:
            recorded = await record_outcome(connection, customer_id, rule, outcome, now=visit.now, key_id=key_id)
        await customer_reads.reader.cache.drop([recorded.customer_id])
        return await customer_response(visit, customer_reads, customer_id, written="next", min_version=recorded.version)
