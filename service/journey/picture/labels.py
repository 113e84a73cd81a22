"""Pure: the parts of a journey in words: for readers who hear the picture, and for the page beside it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf

from service.journey.model import HandoffEnd, Journey, JourneyDecision, JourneyFriction, JourneyHandoff, JourneyPromise
from service.journey.picture.columns import Column
from service.journey.picture.condense import Mark
from service.journey.picture.text import cut, isolated, width_of
from service.journey.picture.words import CHANNELS, DECISIONS, FRICTIONS, HANDOFFS, PictureWords

_TITLE = 150.0
"""Pixels of the title of a desk, or of a decision in the words of a person."""
SOLVED_IN_DAYS_FROM_H = 72
"""Up to here the time until a problem was solved is told in hours."""


def column_title(column: Column, words: PictureWords) -> str:
    """The name of its phase, or how many phases it stands for."""
    if len(column.spans) > 1:
        return words.text("earlier", len(column.spans))
    return words.phase(column.spans[0].name)


def column_days(journey: Journey, column: Column, words: PictureWords, *, room: float = inf) -> str:
    """Such as 27–30 Oct · 4 contacts; the number alone where there is no room for the word."""
    first, last = journey.touchpoints[column.first], journey.touchpoints[column.last]
    days = words.days(first.at, last.at)
    whole = f"{days} · {words.contacts(column.count)}"
    return whole if width_of(whole) <= room else cut(f"{days} · {words.number(column.count)}", room)


def mark_label(journey: Journey, mark: Mark, words: PictureWords) -> str:
    """Such as 15. Phone, customer came to us, 19 Nov 10:52, dropped, mood −0.8."""
    first, last = journey.touchpoints[mark.first], journey.touchpoints[mark.last]
    if mark.count == 1:
        who = words.text("came" if mark.inbound else "turned")
        parts = [f"{mark.first + 1}. {words.of(CHANNELS[mark.channel])}", who, words.moment(first.at)]
        if first.answered is not None:
            parts.append(words.text("answered" if first.answered else "not answered"))
    else:
        numbers = f"{mark.first + 1}–{mark.last + 1}. {words.of(CHANNELS[mark.channel])}"
        parts = [numbers, words.contacts(mark.count), words.days(first.at, last.at)]
    parts += friction_words(mark.frictions, words)
    if mark.mood is not None:
        parts.append(f"{words.text('mood')} {words.decimal(mark.mood)}")
    return ", ".join(parts)


def friction_words(frictions: Sequence[JourneyFriction], words: PictureWords) -> list[str]:
    """Each friction with how often, the worst last."""
    found = Counter(frictions)
    return [
        f"{number} × {words.of(FRICTIONS[friction])}" if number > 1 else words.of(FRICTIONS[friction])
        for friction in JourneyFriction
        if (number := found[friction])
    ]


def handoff_label(handoff: JourneyHandoff, words: PictureWords) -> str:
    """Such as Technicians: no answer."""
    end = words.of(HANDOFFS[handoff.end])
    if handoff.end is HandoffEnd.TAKEN:
        end = end.format(words.duration(handoff.seconds or 0))
    elif handoff.end is HandoffEnd.CLOSED:
        promised = words.clock(handoff.promised_from) if handoff.promised_from else ""
        end = " ".join(end.format(promised).split())
    return f"{isolated(cut(handoff.queue_title, _TITLE))}: {end}"


def promise_label(promise: JourneyPromise, words: PictureWords) -> str:
    """Such as callback missed; with its window while it is open."""
    if promise.kept is None:
        return words.text("promised", words.window(promise.promised_from, promise.promised_to))
    if promise.kept and promise.late_s:
        return words.text("late", words.duration(promise.late_s))
    return words.text("kept" if promise.kept else "missed")


def decision_label(decision: JourneyDecision, words: PictureWords) -> str:
    """What was decided, in the words of the person who set it."""
    return isolated(cut(decision.text, _TITLE)) if decision.text else words.of(DECISIONS[decision.kind])


def numbers_of(journey: Journey, words: PictureWords) -> list[str]:
    """The totals in words."""
    totals = journey.totals
    numbers = [words.contacts(totals.contacts), words.frictions(totals.frictions)]
    if totals.asked_again:
        numbers.append(words.text("asked again", totals.asked_again))
    if totals.until_solved_s is not None:
        numbers.append(words.text("until solved", words.duration(totals.until_solved_s, SOLVED_IN_DAYS_FROM_H)))
    if totals.handoffs:
        numbers.append(words.text("worked", totals.handoffs_worked, totals.handoffs))
    if totals.longest_wait_s is not None:
        numbers.append(words.text("longest wait", words.duration(totals.longest_wait_s)))
    if journey.earlier:
        numbers.append(words.text("left out", words.number(journey.earlier)))
    return numbers


def description(
    journey: Journey, columns: Sequence[Column], marks: Sequence[Mark], words: PictureWords
) -> Iterator[str]:
    """The whole picture in sentences, in the order of time."""
    yield "; ".join(numbers_of(journey, words))
    if not marks:
        yield words.text("nothing")
    beside = _beside(journey, words)
    for number, column in enumerate(columns):
        yield f"{column_title(column, words)}: {column_days(journey, column, words)}"
        for mark in marks:
            if mark.column == number:
                yield ". ".join([mark_label(journey, mark, words), *beside.get(mark.first, ())])


def _beside(journey: Journey, words: PictureWords) -> dict[int, list[str]]:
    """What happened at each touchpoint beside the contact itself, by its index."""
    beside: dict[int, list[str]] = {}
    for wait in journey.waits:
        beside.setdefault(wait.before, []).append(f"{words.text('folded')}: {words.duration(wait.seconds)}")
    for decision in journey.decisions:
        label = f"{words.text('decision')}: {decision_label(decision, words)}"
        beside.setdefault(decision.touchpoint, []).append(label)
    for handoff in journey.handoffs:
        name = words.text("handoff" if handoff.end in WORKED else "handoff failed")
        beside.setdefault(handoff.touchpoint, []).append(f"{name}: {handoff_label(handoff, words)}")
    for promise in journey.promises:
        label = f"{words.text('behind the scenes')}: {promise_label(promise, words)}"
        beside.setdefault(promise.touchpoint, []).append(label)
    return beside


WORKED = {HandoffEnd.TAKEN, HandoffEnd.OPEN}
"""The ends of handoffs that are not drawn as failed."""
