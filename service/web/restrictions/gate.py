"""Requests that lead to a restricted customer, refused before anything is read, whatever they name the customer by."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Protocol
from uuid import UUID

import msgspec
from msgspec.structs import replace

from service.consents.restriction import find_restricted
from service.db.pool import Database
from service.errors import Absent, AskonceError, CustomerRestricted, CustomerUnknown
from service.model.vocabulary import Role
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import Handler, Route

PRIVACY_ROLES = frozenset({Role.PRIVACY, Role.ADMIN})
"""Who sees restricted customers, at the routes that the privacy desk may call."""
_COMPANY_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
"""Who sees every handoff, callback and condition: others find what is not their own absent."""
MAX_IDS = 1000
"""Ids of one request that are looked at; no shape that names customers takes as many."""


class RestrictionWatch(Protocol):
    """Who knows whether any customer is restricted: `service.coherence.restrictions.RestrictionKnowledge`."""

    @property
    def may_be_restricted(self) -> bool:
        """Whether a customer may be restricted."""


class RestrictedBy(CustomerRestricted):
    """The customer's data are restricted: only the privacy desk may see or change them until that is lifted."""

    def __init__(self, *, named: bool) -> None:
        super().__init__()
        self.named = named
        """Whether an id of the customer itself was given, not of something that belongs to it."""


class RestrictionGate:
    """Asks whether ids lead to a restricted customer; while none is restricted, that costs nothing."""

    def __init__(self, database: Database, watch: RestrictionWatch) -> None:
        self._database = database
        self._watch = watch

    @property
    def is_open(self) -> bool:
        """Whether no customer is restricted."""
        return not self._watch.may_be_restricted

    async def check(self, ids: Collection[UUID]) -> None:
        """RestrictedBy if one of these ids is of a restricted customer, or of what belongs to one."""
        if not ids or self.is_open:
            return
        async with self._database.connection() as connection:
            if found := await find_restricted(connection, ids):
                raise RestrictedBy(named=bool(found & set(ids)))

    async def check_texts(self, texts: Iterable[str]) -> None:
        """The same of those of the texts that are ids."""
        if not self.is_open:
            await self.check(list(ids_in(texts)))


def outside_restrictions(routes: Iterable[Route], gate: RestrictionGate) -> list[Route]:
    """The routes, each closed for restricted customers, but those of the privacy desk and those that only store."""
    return [one if is_for_restricted(one) else _closed(one, gate) for one in routes]


def is_for_restricted(route: Route) -> bool:
    """Whether the route serves restricted customers too: the privacy desk, or what shows nothing of them."""
    if route.restricted_too or not isinstance(route.roles, frozenset):
        return route.restricted_too
    return Role.PRIVACY in route.roles and route.roles <= PRIVACY_ROLES


def _closed(route: Route, gate: RestrictionGate) -> Route:
    problems = route.problems if CustomerRestricted in route.problems else (*route.problems, CustomerRestricted)
    names_customers = "{" in route.path or bool(route.bodies) or route.budgeted
    closed = replace(route, handler=_checked(route, gate))
    return replace(closed, problems=problems) if names_customers else closed


def _checked(route: Route, gate: RestrictionGate) -> Handler:
    async def answer(request: Request) -> Response:
        if gate.is_open or _role_of(request) is Role.PRIVACY:
            return await route.handler(request)
        try:
            await gate.check(named_ids(request))
            response = await route.handler(request)
            if isinstance(request.subject, UUID):
                await gate.check([request.subject])
        except CustomerRestricted as error:
            raise _refusal(error, route, _role_of(request)) from None
        return response

    return answer


def _role_of(request: Request) -> Role | None:
    principal = getattr(request, "principal", None)
    return None if principal is None else principal.role


def _refusal(error: CustomerRestricted, route: Route, role: Role | None) -> AskonceError:
    """The error; what a key may not see of any customer looks absent, as ever."""
    named = not isinstance(error, RestrictedBy) or error.named
    if role in _COMPANY_ROLES or (named and role is not Role.PARTNER):
        return CustomerRestricted()
    absent = next((one for one in route.problems if issubclass(one, Absent)), CustomerUnknown)
    return absent()


def named_ids(request: Request) -> list[UUID]:
    """The ids in the path, the query and the JSON body of a request, each once."""
    texts = [*request.path_values.values(), *request.query.values(), *_texts_of(_decoded(request.raw))]
    return list(ids_in(texts))[:MAX_IDS]


def ids_in(texts: Iterable[str]) -> dict[UUID, None]:
    """The ids among these texts, each once, in their order."""
    ids = (_uuid_or_none(text) for text in texts)
    return dict.fromkeys(one for one in ids if one is not None)


def _decoded(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw) if raw else None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _texts_of(value: Any) -> Iterator[str]:
    """Every text in decoded JSON."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
