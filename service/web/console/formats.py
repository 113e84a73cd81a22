"""Dates, times and numbers as people of a language write them, on the wall clock of the deployment."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from service.model.clock import local_time
from service.model.languages import primary_language

DAYS_OF_WEEK = 7
_MOST_DAYS = 4000
_HOURS_IN_WORDS = 48
_LOCALES = {"en": "en_GB", "de": "de_DE"}
"""English is written with the 24-hour clock and the day first, as the rest of the console is."""


class Formats:
    """What templates call `formats`."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self._tag = _LOCALES.get(language, "en_GB")
        self._locale = Locale.parse(self._tag)
        self._zone = zone

    def time(self, moment: datetime) -> str:
        """Such as 18:00."""
        return _time_text(local_time(moment, self._zone).time().replace(second=0, microsecond=0), self._tag)

    def second(self, moment: datetime) -> str:
        """Such as 10:24:05."""
        return format_time(moment, "medium", tzinfo=self._zone, locale=self._locale)

    def day(self, moment: datetime) -> str:
        """Such as 3 Nov 2026."""
        return _day_text(local_time(moment, self._zone).date(), None, self._tag)

    def date(self, day: date) -> str:
        """Such as 3 Nov 2026, of a day without a time."""
        return _day_text(day, None, self._tag)

    def short_day(self, moment: datetime, *, now: datetime) -> str:
        """Such as 3 Nov; with the year if it is another."""
        day, today = local_time(moment, self._zone).date(), local_time(now, self._zone).date()
        return _day_text(day, "MMMd" if day.year == today.year else None, self._tag)

    def weekday(self, moment: datetime) -> str:
        """Such as Thu."""
        return _day_text(local_time(moment, self._zone).date(), "E", self._tag)

    def moment(self, moment: datetime, *, now: datetime) -> str:
        """The time alone if it is today, with the day of the week within six days, with the year if it is another."""
        day, today = local_time(moment, self._zone).date(), local_time(now, self._zone).date()
        if day == today:
            return self.time(moment)
        if abs((day - today).days) < DAYS_OF_WEEK:
            return f"{self.weekday(moment)} {self.time(moment)}"
        return f"{self.short_day(moment, now=now)} {self.time(moment)}"

    def window(self, start: datetime, end: datetime, *, now: datetime) -> str:
        """Such as Fri 09:00–10:00."""
        same_day = local_time(start, self._zone).date() == local_time(end, self._zone).date()
        return f"{self.moment(start, now=now)}–{self.time(end) if same_day else self.moment(end, now=now)}"

    def field(self, moment: datetime) -> str:
        """As a field for a local date and time takes it, such as 2026-11-26T09:30."""
        return f"{local_time(moment, self._zone):%Y-%m-%dT%H:%M}"

    def language(self, tag: str) -> str:
        """The name of a language, such as German; the tag itself if it has none."""
        return str(self._locale.languages.get(primary_language(tag), tag))

    def year(self, moment: datetime) -> str:
        """Such as 2019."""
        return str(local_time(moment, self._zone).year)

    def number(self, value: float | Decimal) -> str:
        """Such as 5,074 or 5.074."""
        return format_decimal(value, locale=self._locale)

    def percent(self, share: float | Decimal) -> str:
        """Such as 30% or 30 %; the space of German is narrow and does not break.

        A float is a measurement, shown without decimals; a Decimal is what was agreed, shown as exactly as it is.
        """
        text = format_percent(share, locale=self._locale, decimal_quantization=not isinstance(share, Decimal))
        return text.replace("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}")

    def money(self, amount: Decimal, currency: str) -> str:
        """Such as €5.00; the price of a unit may be finer, as in €1.799."""
        return format_currency(amount, currency, locale=self._locale, decimal_quantization=False)

    def duration(self, seconds: float) -> str:
        """Minutes and seconds, such as 4:10; with hours 1:04:10."""
        minutes, rest = divmod(max(int(seconds), 0), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

    def span(self, seconds: float) -> str:
        """Such as 36 min or 1 hr 36 min; from two days on whole days."""
        hours, minutes = divmod(max(int(seconds), 0) // 60, 60)
        if hours >= _HOURS_IN_WORDS:
            return self._units(day=hours // 24)
        return self._units(hour=hours, minute=minutes) if hours else self._units(minute=minutes)

    def _units(self, **units: int) -> str:
        """The units that are not 0, else 0 minutes."""
        shown = {unit: count for unit, count in units.items() if count} or {"minute": 0}
        parts = [
            format_unit(count, f"duration-{unit}", length="short", locale=self._locale) for unit, count in shown.items()
        ]
        return " ".join(parts)


@lru_cache(24 * 60 * len(_LOCALES))
def _time_text(time: time, locale: str) -> str:
    return format_time(time, "short", locale=locale)


@lru_cache(_MOST_DAYS)
def _day_text(day: date, skeleton: str | None, locale: str) -> str:
    """Without a skeleton the whole date."""
    if skeleton is None:
        return format_date(day, "medium", locale=locale)
    return format_skeleton(skeleton, day, locale=locale)
