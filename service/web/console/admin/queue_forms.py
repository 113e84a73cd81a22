"""A queue as fields of a form, and the form as a queue, under the limits of the API."""

import re
from datetime import datetime

from msgspec import Struct

from service.calendar.parsed_calendar import parse_calendar
from service.calendar.rules import COVERED_FROM, COVERED_UNTIL
from service.calendar.wall_clock import wall_clock_to_utc
from service.errors import InvalidInput, QueueUnknown
from service.handoff.model import QueueName
from service.handoff.queues.model import Queue, QueueInput
from service.handoff.queues.repository import definition_tag
from service.web.console.desk_forms import as_request

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


class QueueForm(Struct, kw_only=True):
    """What is typed; a date a line in `closed`, a date with its hours a line in `exceptions`.

    `seen` is the tag of the definition that the page showed; `seen_since` of the one that a refused page showed after.
    """

    name: str = ""
    title: str = ""
    time_zone: str = ""
    hours: str = ""
    country: str = ""
    subdivision: str = ""
    closed: str = ""
    exceptions: str = ""
    offer_timeout_s: str = "60"
    max_offers: str = "3"
    fallback: str = ""
    partner: str = ""
    at: str = ""
    seen: str = ""
    seen_since: str = ""
    csrf_token: str = ""


class _Named(Struct, frozen=True):
    name: QueueName


def form_of(queue: Queue) -> QueueForm:
    """The fields of a queue as it is stored."""
    calendar = queue.calendar
    return QueueForm(
        name=queue.name,
        title=queue.title,
        time_zone=calendar.time_zone,
        hours=calendar.hours,
        country=calendar.country or "",
        subdivision=calendar.subdivision or "",
        closed="\n".join(on.isoformat() for on in calendar.closed),
        exceptions="\n".join(f"{special.on.isoformat()} {special.hours}" for special in calendar.exceptions),
        offer_timeout_s=str(queue.offer_timeout_s),
        max_offers=str(queue.max_offers),
        fallback=queue.fallback.queue or "",
        partner=queue.partner or "",
        seen=definition_tag(queue),
    )


def known_name(text: str) -> str:
    """The name of a queue in a path. QueueUnknown for a text that can name none."""
    try:
        return as_request({"name": text}, _Named).name
    except InvalidInput:
        raise QueueUnknown from None


def name_of(form: QueueForm) -> str:
    """The name of a new queue. InvalidInput for one that cannot stand in a path."""
    return as_request({"name": form.name.strip()}, _Named).name


def definition_of(form: QueueForm) -> QueueInput:
    """What the form defines. InvalidInput names what cannot be taken."""
    calendar = {
        "time_zone": form.time_zone.strip(),
        "hours": form.hours.strip(),
        "country": form.country.strip().upper() or None,
        "subdivision": form.subdivision.strip().upper() or None,
        "closed": [_date(line) for line in _lines(form.closed)],
        "exceptions": [_special_hours(line) for line in _lines(form.exceptions)],
    }
    given = {
        "title": form.title.strip(),
        "calendar": calendar,
        "offer_timeout_s": _number(form.offer_timeout_s),
        "max_offers": _number(form.max_offers),
        "fallback": {"queue": form.fallback} if form.fallback else {"callback": True},
        "partner": form.partner.strip() or None,
    }
    return as_request(given, QueueInput)


def moment_of(form: QueueForm, definition: QueueInput, now: datetime) -> datetime:
    """The moment that was chosen, on the wall clock of the queue; now if none was, or none that a calendar covers."""
    try:
        wall = datetime.fromisoformat(form.at).replace(tzinfo=None)
    except ValueError:
        return now
    if not COVERED_FROM.year < wall.year < COVERED_UNTIL.year - 1:
        return now
    return wall_clock_to_utc(wall, parse_calendar(definition.calendar).zone)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _special_hours(line: str) -> dict[str, str]:
    on, _, hours = line.partition(" ")
    return {"on": _date(on.rstrip(":")), "hours": hours.strip()}


def _date(text: str) -> str:
    """A date as the API takes it, from 2026-12-24 or 24.12.2026."""
    found = _DAY_FIRST.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _number(text: str) -> int | str:
    """The number, or the text as it is: the shape then says what it expects."""
    text = text.strip()
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else text
