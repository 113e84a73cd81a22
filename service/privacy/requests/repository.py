"""Requests of customers in PostgreSQL, with every step that was taken."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from service.access.model import Principal
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput, PrivacyRequestUnknown
from service.model.page import Page
from service.privacy.requests.model import PrivacyRequest, RequestKind, RequestState, StepAction

SQL = Statements("service.privacy.requests", "repository")
_DECODER = msgspec.json.Decoder(PrivacyRequest)


class RequestFilter(NamedTuple):
    """Which requests are listed: open ones unless a state is named; `due` is the last day they are due on."""

    state: RequestState | None = None
    kind: RequestKind | None = None
    due: date | None = None


async def read_request(connection: Connection, request_id: UUID, today: date) -> PrivacyRequest:
    """The request, on this day of the company. PrivacyRequestUnknown if there is none."""
    text = await connection.fetchval(SQL.read_request, request_id, today)
    if text is None:
        raise PrivacyRequestUnknown
    return _DECODER.decode(text)


async def lock_request(connection: Connection, request_id: UUID, today: date) -> PrivacyRequest:
    """The request, locked until the transaction ends. PrivacyRequestUnknown if there is none."""
    await connection.fetch(SQL.lock_request, request_id)
    return await read_request(connection, request_id, today)


async def list_requests(
    connection: Connection, wanted: RequestFilter, *, after: str | None, limit: int, today: date
) -> Page[PrivacyRequest]:
    """One page of requests, the soonest due first. InvalidInput for an `after` that no page gave."""
    due_on, request_id = _parse_cursor(after) if after else (None, None)
    rows = await connection.fetch(SQL.list_requests, *wanted, due_on, request_id, limit + 1, today)
    items = [_DECODER.decode(row["request"]) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return Page(items=items, next=None if last is None else f"{last.due_on}_{last.id}")


async def name_customer(connection: Connection, customer_id: UUID) -> str | None:
    """The name of the customer; None if it is unknown, or gone."""
    name: str | None = await connection.fetchval(SQL.name_customer, customer_id)
    return name


async def append_step(
    connection: Connection,
    request_id: UUID,
    action: StepAction,
    by: Principal,
    now: datetime,
    *,
    note: str | None = None,
) -> None:
    """Put on record what was done with the request."""
    await connection.execute(SQL.append_step, request_id, now, action, by.key_id, by.name, note)


async def end_request(
    connection: Connection, request_id: UUID, state: RequestState, by: Principal, now: datetime, *, note: str | None
) -> None:
    """The request is done or refused."""
    await connection.execute(SQL.end_request, request_id, state, now)
    action = StepAction.DONE if state is RequestState.DONE else StepAction.REFUSED
    await append_step(connection, request_id, action, by, now, note=note)


def _parse_cursor(after: str) -> tuple[date, UUID]:
    day, _, request_id = after.partition("_")
    try:
        return date.fromisoformat(day), UUID(request_id)
    except ValueError:
        raise InvalidInput(field="after", message="This is no cursor: take the `next` of the page before.") from None
