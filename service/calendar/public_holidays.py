"""Public holidays by country and subdivision, from the library `holidays`.

The library is imported with the first country that is asked for, and each country by itself: all of them take 0.1 s.
"""

from collections.abc import Container, Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from service.errors import CalendarInvalid

if TYPE_CHECKING:
    from holidays.holiday_base import HolidayBase


def load_countries(countries: Iterable[str | None]) -> None:
    """Import the tables of these countries now, rather than within the request that needs one first."""
    for country in filter(None, countries):
        if country in _modules():
            _entity(country)


def check_region(country: str | None, subdivision: str | None) -> None:
    """Raise CalendarInvalid, saying what is allowed, if there is no such country or subdivision."""
    if country is None:
        if subdivision is not None:
            message = f"'{subdivision}' needs its country: give country and subdivision, like DE and BW, or neither."
            raise CalendarInvalid(field="calendar.subdivision", message=message)
        return
    if country not in _modules():
        message = (
            f"'{country}' is not a country whose holidays are known: give a code of two capital letters, like DE, "
            "or leave country out, and no holiday closes."
        )
        raise CalendarInvalid(field="calendar.country", message=message)
    known: tuple[str, ...] = _entity(country).subdivisions
    if subdivision is not None and subdivision not in known:
        allowed = f"use one of {', '.join(known)}, or leave it out" if known else "leave it out, it has none"
        message = f"'{subdivision}' is not a subdivision of {country}: {allowed}."
        raise CalendarInvalid(field="calendar.subdivision", message=message)


@lru_cache(maxsize=1_024)
def holidays_of(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """The names of a year's public holidays, in English with the country's own name: Epiphany (Heilige Drei Könige).

    Without a subdivision: those of the country, and those that all its subdivisions have. Australia's observed holidays
    are such: each of its states declares them.
    """
    days = _named_holidays(country, subdivision, year)
    subdivisions: tuple[str, ...] = () if subdivision else _entity(country).subdivisions
    if subdivisions:
        common = _named_holidays(country, subdivisions[0], year)
        for other in subdivisions[1:]:
            common = {day: name for day, name in common.items() if day in _days_off(country, other, year)}
            if common.keys() <= days.keys():
                break
        days = common | days
    return MappingProxyType(days)


def _named_holidays(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    entity = _entity(country)
    own = entity.default_language
    english = next((language for language in entity.supported_languages if language.startswith("en")), own)
    # The language is always named: by default the library asks the environment for it.
    names, own_names = (
        entity(subdiv=subdivision, years=year, expand=False, language=language) for language in (english, own)
    )
    return {day: name if name == own_names[day] else f"{name} ({own_names[day]})" for day, name in names.items()}


def _days_off(country: str, subdivision: str, year: int) -> Container[date]:
    entity = _entity(country)
    return entity(subdiv=subdivision, years=year, expand=False, language=entity.default_language)


@cache
def _entity(country: str) -> "type[HolidayBase]":
    module = import_module(f"holidays.countries.{_modules()[country]}")
    entity: type[HolidayBase] = getattr(module, country)
    return entity


@cache
def _modules() -> dict[str, str]:
    """The module of each country, by its code of two letters."""
    from holidays.registry import COUNTRIES

    return {alpha_2: module for module, (_, alpha_2, *_) in COUNTRIES.items()}
