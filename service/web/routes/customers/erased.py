"""Routes that name a customer tell of an erasure: 410 for an id that led to a customer, instead of 404."""

from collections.abc import Iterable

from msgspec.structs import replace

from service.db.pool import Database
from service.errors import CustomerErased, CustomerUnknown
from service.identity.erased import find_erased_customers
from service.model.vocabulary import Role
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import Access, Handler, Route
from service.web.restrictions.gate import named_ids


def telling_of_erasures(routes: Iterable[Route], database: Database) -> list[Route]:
    """The routes; those that may find no customer say so if the customer was erased.

    A partner hears that there is none: it may not know who was a customer.
    """
    return [
        replace(one, handler=_telling(one.handler, database), problems=(*one.problems, CustomerErased))
        if CustomerUnknown in one.problems and one.roles is not Access.PUBLIC
        else one
        for one in routes
    ]


def _telling(handler: Handler, database: Database) -> Handler:
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except CustomerUnknown:
            if request.principal.role is not Role.PARTNER and (named := named_ids(request)):
                async with database.connection() as connection:
                    erased = await find_erased_customers(connection, named)
                if erased:
                    raise CustomerErased from None
            raise

    return answer
