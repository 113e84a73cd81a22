"""Routes that answer about a customer, within the budgets of the key that asks."""

from collections.abc import Collection, Iterable
from uuid import UUID

from msgspec.structs import replace

from service.access.audit import ReadAudit
from service.access.budgets import LookUpBudgets
from service.errors import (
    CustomerErased,
    CustomerRestricted,
    CustomerUnknown,
    IdentityTaken,
    LookUpBudget,
    NotConfirmed,
    ReasonNeeded,
)
from service.web.http.request import NO_CUSTOMER, Request
from service.web.http.response import Response
from service.web.http.route import Handler, Route

_TELLING_ERRORS = (
    CustomerErased,
    CustomerRestricted,
    CustomerUnknown,
    IdentityTaken,
    NotConfirmed,
    ReasonNeeded,
)
"""Errors by which a guess is answered."""


def record_shown(request: Request, audit: ReadAudit, view: str, customer_ids: Collection[UUID]) -> None:
    """Each customer of an answer about several is on record, and counts once in the budget of the key."""
    shown = frozenset(customer_ids)
    for customer_id in shown:
        audit.record_read(request.principal.key_id, view, customer_id)
    request.subject = shown or NO_CUSTOMER


def within_budgets(routes: Iterable[Route], budgets: LookUpBudgets) -> list[Route]:
    """The routes; those that are budgeted count what they answer before they answer it."""
    return [
        replace(one, handler=_counted(one.handler, budgets), problems=(*one.problems, LookUpBudget))
        if one.budgeted
        else one
        for one in routes
    ]


def _counted(handler: Handler, budgets: LookUpBudgets) -> Handler:
    async def answer(request: Request) -> Response:
        principal, now = request.principal, request.now
        key = budgets.check(principal, now)
        try:
            response = await handler(request)
        except _TELLING_ERRORS:
            await budgets.count_miss(principal, now)
            raise
        subject = request.subject
        if subject is NO_CUSTOMER:
            await budgets.count_miss(principal, now)
        elif isinstance(subject, frozenset):
            for one in subject:
                if not key.has_counted(one):
                    await budgets.count_customer(principal, one, now)
        elif subject is not None and not key.has_counted(subject):
            await budgets.count_customer(principal, subject, now)
        return response

    return answer
