"""The period that numbers are asked for."""

from datetime import datetime, timedelta

from msgspec import Struct, ValidationError, convert

from service.errors import InvalidInput
from service.model.interaction import Timestamp

DEFAULT_PERIOD = timedelta(days=30)


class Period(Struct, frozen=True, kw_only=True):
    """From `start` to before `end`."""

    start: datetime
    end: datetime


def period_of(start: str | None, end: str | None, now: datetime) -> Period:
    """The period between two RFC 3339 times; the last 30 days unless told. InvalidInput names `from` or `to`."""
    until = now if end is None else _moment("to", end)
    since = until - DEFAULT_PERIOD if start is None else _moment("from", start)
    if since >= until:
        raise InvalidInput(field="from", message="The period begins before it ends: `from` lies before `to`.")
    return Period(start=since, end=until)


def _moment(field: str, text: str) -> datetime:
    try:
        moment = convert(text, Timestamp)
        return moment if 1970 <= moment.year <= 2199 else convert(None, Timestamp)  # noqa: PLR2004 (as registration has it)
    except ValidationError:
        raise InvalidInput(field=field, message="An RFC 3339 time with its offset is expected.") from None
