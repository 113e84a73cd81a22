"""A journey in one sentence of numbers, in English or German; pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from service.journey.model import DecisionKind, JourneyDecision, JourneyTotals
from service.model.languages import primary_language


class _Words(NamedTuple):
    """The words of one language; a pair is for one and for several."""

    empty: str
    sentence: str
    spans: Mapping[str, tuple[str, str]]
    numbers: tuple[str, ...]
    contacts: tuple[str, str]
    frictions: tuple[str, str]
    no_frictions: str
    ends: Mapping[DecisionKind, str]
    thousands: str


_ENGLISH = _Words(
    empty="No contact yet",
    sentence="{span} with us: {contacts}, {frictions}{end}",
    spans={"day": ("day", "days"), "week": ("week", "weeks"), "month": ("month", "months"), "year": ("year", "years")},
    numbers=("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
    contacts=("1 contact", "{} contacts"),
    frictions=("1 friction", "{} frictions"),
    no_frictions="no friction",
    ends={
        DecisionKind.STAYS: ", and the customer stayed",
        DecisionKind.CANCELS: ", and the customer cancelled",
        DecisionKind.THREATENS_TO_LEAVE: ", and the customer may leave",
    },
    thousands=",",
)
_GERMAN = _Words(
    empty="Noch kein Kontakt",
    sentence="{span} mit uns: {contacts}, {frictions}{end}",
    spans={
        "day": ("Tag", "Tage"),
        "week": ("Woche", "Wochen"),
        "month": ("Monat", "Monate"),
        "year": ("Jahr", "Jahre"),
    },
    numbers=("Ein", "Zwei", "Drei", "Vier", "Fünf", "Sechs", "Sieben", "Acht", "Neun", "Zehn", "Elf", "Zwölf"),
    contacts=("1 Kontakt", "{} Kontakte"),
    frictions=("1 Reibung", "{} Reibungen"),
    no_frictions="keine Reibung",
    ends={
        DecisionKind.STAYS: ", und am Ende geblieben",
        DecisionKind.CANCELS: ", und am Ende gekündigt",
        DecisionKind.THREATENS_TO_LEAVE: ", und die Kündigung droht",
    },
    thousands=".",
)
_FEW_DAYS, _FEW_WEEKS, _FEW_MONTHS = 14, 9, 24
_DAYS_OF = (("week", 7.0, _FEW_WEEKS), ("month", 30.44, _FEW_MONTHS), ("year", 365.25, None))


def journey_title(totals: JourneyTotals, decisions: Sequence[JourneyDecision], *, language: str) -> str:
    """The sentence in the language of this tag: German for `de` and its variants, else English."""
    words = _GERMAN if primary_language(language) == "de" else _ENGLISH
    if not totals.contacts:
        return words.empty
    last = next((one.kind for one in reversed(decisions) if one.kind in words.ends), None)
    return words.sentence.format(
        span=_span(totals.days, words),
        contacts=_count(totals.contacts, words.contacts, words),
        frictions=_count(totals.frictions, words.frictions, words) if totals.frictions else words.no_frictions,
        end=words.ends[last] if last is not None else "",
    )


def _span(days: int, words: _Words) -> str:
    number, unit = days, "day"
    if days >= _FEW_DAYS:
        for unit, length, few in _DAYS_OF:  # noqa: B007 (the unit at which it ends is the one)
            number = round(days / length)
            if few is None or number < few:
                break
    one, several = words.spans[unit]
    word = words.numbers[number - 1] if number <= len(words.numbers) else str(number)
    return f"{word} {one if number == 1 else several}"


def _count(number: int, forms: tuple[str, str], words: _Words) -> str:
    return forms[0] if number == 1 else forms[1].format(f"{number:,}".replace(",", words.thousands))
