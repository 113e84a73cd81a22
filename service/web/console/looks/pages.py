"""The page that asks why a customer is opened, and the page of who looked."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from msgspec import Struct

from service.db.pool import Database
from service.errors import InvalidInput
from service.identity.profile import read_customer
from service.model.vocabulary import AgentRole
from service.privacy.reads.listing import list_reads
from service.privacy.reads.model import AGENTS_REASON_FOR, ReasonChoice
from service.privacy.reads.reasons import give_reason
from service.web.console.guard import for_roles
from service.web.console.looks.words import LOOK_WORDS, REASONS
from service.web.console.pages.customer import CUSTOMERS_PATH, READERS
from service.web.console.visit import Visit, own_path

LOOK_READERS = (AgentRole.PRIVACY, AgentRole.ADMIN)
_SHOWN = 50


class ReasonForm(Struct, kw_only=True):
    """Why a customer is opened, as it was chosen and typed."""

    choice: str = ""
    note: str = ""
    back: str = ""
    csrf_token: str = ""


class ReasonPages(Controller):
    """Asks an agent why a customer is opened whom they do not serve."""

    path = CUSTOMERS_PATH + "/{customer_id:uuid}/reason"
    guards = [for_roles(*READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def ask(
        self, visit: NamedDependency[Visit], customer_id: FromPath[UUID], back: FromQuery[str] = ""
    ) -> Response[str]:
        """The reasons to choose from; nothing of the customer is shown."""
        return _reason_page(visit, customer_id, ReasonForm(back=back))

    @post(include_in_schema=False)
    async def give(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        customer_id: FromPath[UUID],
        data: URLEncodedBody[ReasonForm],
    ) -> Response[str]:
        """Keeps the reason and leads on to what was asked for."""
        if data.choice not in REASONS:
            return _reason_page(visit, customer_id, data, missing="choice")
        async with database.connection() as connection:
            customer = await read_customer(connection, customer_id)
            try:
                await give_reason(
                    connection,
                    customer.id,
                    visit.session.account_id,
                    ReasonChoice(data.choice),
                    data.note,
                    now=visit.now,
                    good_for=AGENTS_REASON_FOR,
                )
            except InvalidInput:
                return _reason_page(visit, customer_id, data, missing="note")
        return visit.redirect(own_path(data.back) if data.back else f"{CUSTOMERS_PATH}/{customer.id}")


class LookPages(Controller):
    """Who looked at a customer, for those who answer for privacy."""

    path = CUSTOMERS_PATH + "/{customer_id:uuid}/reads"
    guards = [for_roles(*LOOK_READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        customer_id: FromPath[UUID],
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """The newest looks, or what follows behind `after`."""
        async with database.connection() as connection:
            customer = await read_customer(connection, customer_id)
            found = await list_reads(connection, customer.id, after=after, limit=_SHOWN)
        return visit.page("looks/reads.html", customer=customer, looks=found, after=after, **LOOK_WORDS)


def _reason_page(visit: Visit, customer_id: UUID, form: ReasonForm, *, missing: str = "") -> Response[str]:
    page_path = f"{CUSTOMERS_PATH}/{customer_id}/reason"
    beside: dict[str, Any] = {"form": form, "missing": missing, "page_path": page_path} | LOOK_WORDS
    return visit.page("looks/reason.html", status=422 if missing else 200, **beside)
