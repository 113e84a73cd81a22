"""The notice that a changed calendar drafts: which of the next days are closed or open at other hours; pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from service.calendar import rules
from service.calendar.model import Calendar
from service.calendar.parsed_calendar import parse_calendar
from service.calendar.reasons import MONTH_NAMES
from service.calendar.week import DaySchedule, week_schedule
from service.handoff.queues.model import Queue
from service.insight.notices.model import ClosedOption, NoticeInput, NoticeState

DAYS_AHEAD = 30
SHOWN_BEFORE = timedelta(days=7)
"""So long before the first changed day a drafted notice is shown."""
_MAX_NAMED_DAYS = 7
"""More days than these are told as new opening hours."""
_GERMAN_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
_ENGLISH, _GERMAN = "en", "de"


class CalendarChange(Struct, frozen=True, kw_only=True):
    """The dates of the next 30 days that are other ones by the new calendar, in their order."""

    closed: tuple[date, ...]
    other_hours: tuple[DaySchedule, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """All of them."""
        return tuple(sorted((*self.closed, *(day.on for day in self.other_hours))))


def find_change(before: Calendar, after: Calendar, now: datetime) -> CalendarChange | None:
    """What customers would find changed within 30 days; None if nothing is."""
    was = {day.on: _hours(day, before) for day in week_schedule(before, now, DAYS_AHEAD)}
    changed = [
        day
        for day in week_schedule(after, now, DAYS_AHEAD)
        if day.end > now and was.get(day.on, []) != _hours(day, after)
    ]
    if not changed:
        return None
    return CalendarChange(
        closed=tuple(day.on for day in changed if not day.openings),
        other_hours=tuple(day for day in changed if day.openings),
    )


def draft_notice(queue: Queue, change: CalendarChange, fallbacks: Sequence[Queue], now: datetime) -> NoticeInput:
    """The notice of a change, in English and German; a person reads it before it is published.

    It names what is open meanwhile: the first of the queues that follow by its fallbacks, else the next opening.
    """
    first, last = (_day(queue.calendar, on, now) for on in (change.days[0], change.days[-1]))
    return NoticeInput(
        texts={
            _ENGLISH: " ".join(_english(queue, change)),
            _GERMAN: " ".join(_german(queue, change)),
        },
        starts_at=max(now, first.start - SHOWN_BEFORE),
        ends_at=last.end,
        queues=(queue.name,),
        options_when_closed=(_option(queue, change.closed[0], fallbacks, now),) if change.closed else (),
        state=NoticeState.DRAFT,
    )


def _english(queue: Queue, change: CalendarChange) -> list[str]:
    said = []
    if change.closed:
        said.append(f"{queue.title} is closed on {_listed([_english_date(on) for on in change.closed], 'and')}.")
    if len(change.other_hours) > _MAX_NAMED_DAYS:
        on = _english_date(change.other_hours[0].on)
        said.append(f"{queue.title} has new opening hours from {on}: {queue.calendar.hours}.")
    else:
        said += [
            f"On {_english_date(day.on)} {queue.title} is open {_listed(_hours(day, queue.calendar), 'and')}."
            for day in change.other_hours
        ]
    return said


def _german(queue: Queue, change: CalendarChange) -> list[str]:
    said = []
    if change.closed:
        said.append(
            f"{queue.title} ist am {_listed([_german_date(on) for on in change.closed], 'und am')} geschlossen."
        )
    if len(change.other_hours) > _MAX_NAMED_DAYS:
        on = _german_date(change.other_hours[0].on)
        said.append(f"{queue.title} hat ab {on} neue Öffnungszeiten: {_german_week(queue.calendar.hours)}.")
    else:
        said += [
            f"Am {_german_date(day.on)} ist {queue.title} {_listed(_hours(day, queue.calendar), 'und')} Uhr geöffnet."
            for day in change.other_hours
        ]
    return said


def _option(queue: Queue, on: date, fallbacks: Sequence[Queue], now: datetime) -> ClosedOption:
    """What is left on the first closed day."""
    for other in fallbacks:
        if _day(other.calendar, on, now).openings:
            return ClosedOption(texts={_ENGLISH: f"Urgent: {other.title}.", _GERMAN: f"Dringend: {other.title}."})
    opens = rules.next_interval(queue.calendar, _day(queue.calendar, on, now).end)
    english, german = "", ""
    if opens is not None:
        start = opens.start.astimezone(parse_calendar(queue.calendar).zone)
        english = f" from {_english_date(start)}, {start:%H:%M}"
        german = f" ab dem {_german_date(start)}, {start:%H:%M} Uhr,"
    return ClosedOption(
        texts={
            _ENGLISH: f"Urgent: leave your telephone number, and we call you back{english}.",
            _GERMAN: f"Dringend: Hinterlassen Sie Ihre Telefonnummer, und wir rufen Sie{german} zurück.",
        }
    )


def _day(calendar: Calendar, on: date, now: datetime) -> DaySchedule:
    """A date of the next ones on the wall clock of a calendar."""
    days = week_schedule(calendar, now, DAYS_AHEAD + 2)
    return next((day for day in days if day.on >= on), days[-1])


def _hours(day: DaySchedule, calendar: Calendar) -> list[str]:
    zone = parse_calendar(calendar).zone
    return [
        f"{one.start.astimezone(zone):%H:%M}–{'24:00' if one.end == day.end else f'{one.end.astimezone(zone):%H:%M}'}"
        for one in day.openings
    ]


def _english_date(on: date) -> str:
    return f"{on.day} {MONTH_NAMES[on.month - 1]}"


def _german_date(on: date) -> str:
    return f"{on.day}. {_GERMAN_MONTHS[on.month - 1]}"


def _german_week(hours: str) -> str:
    """Weekly hours with the German short names of days, as people read them."""
    for english, german in (("Tu", "Di"), ("We", "Mi"), ("Th", "Do"), ("Su", "So")):
        hours = hours.replace(english, german)
    return hours


def _listed(words: Sequence[str], joining: str) -> str:
    """Words as a list in a sentence."""
    return f" {joining} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
