"""Journeys to draw: the one of 24 touchpoints that the pictures were designed with, and made ones of any length."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from service.journey.model import (
    DecisionKind,
    HandoffEnd,
    Journey,
    JourneyDecision,
    JourneyFriction,
    JourneyHandoff,
    JourneyNote,
    JourneyPromise,
    JourneyTotals,
    JourneyTouchpoint,
    JourneyWait,
    NoteKind,
    Phase,
    PhaseSpan,
)
from service.model.vocabulary import Channel, Direction, InteractionKind

ID = UUID(int=7)
FOLDED_FROM_S = 22 * 3600
_AGAIN, _FAILED, _DROPPED, _LEAVE = (
    JourneyFriction.ASKED_AGAIN,
    JourneyFriction.DID_NOT_HELP,
    JourneyFriction.DROPPED,
    JourneyFriction.MAY_LEAVE,
)
ROWS = (
    ("2026-10-27 19:12", 0, "social", "in", "question", 0.2, None, "Does it work with my line?"),
    ("2026-10-27 21:40", 0, "web", "in", "page", 0.2, None, None),
    ("2026-10-28 20:05", 0, "web", "in", "page", 0.15, None, None),
    ("2026-10-30 12:10", 0, "store", "in", "visit", 0.5, None, None),
    ("2026-11-01 18:30", 1, "web", "in", "purchase", 0.6, None, "Easy."),
    ("2026-11-01 18:31", 1, "email", "out", "message", 0.6, None, None),
    ("2026-11-03 11:00", 1, "email", "out", "message", None, None, None),
    ("2026-11-05 17:40", 2, "web", "in", "form", 0.1, _AGAIN, "You have my address."),
    ("2026-11-07 09:00", 2, "email", "in", "feedback", 0.4, None, None),
    ("2026-11-18 20:14", 3, "chatbot", "in", "message", -0.2, None, "It shows E42"),
    ("2026-11-18 20:16", 3, "chatbot", "out", "message", -0.35, _AGAIN, None),
    ("2026-11-18 20:19", 3, "chatbot", "in", "attempt", -0.45, _FAILED, None),
    ("2026-11-19 10:24", 3, "phone", "in", "call", -0.6, _AGAIN, "This is the third time I explain it."),
    ("2026-11-19 10:41", 3, "phone", "in", "call", -0.65, _FAILED, None),
    ("2026-11-19 10:52", 3, "phone", "in", "call", -0.8, _DROPPED, None),
    ("2026-11-19 10:58", 3, "phone", "in", "call", -0.9, _AGAIN, "Nobody called me back."),
    ("2026-11-19 11:20", 3, "email", "out", "message", -0.7, None, None),
    ("2026-11-20 08:05", 3, "email", "in", "message", -0.8, _FAILED, "Does not help either"),
    ("2026-11-20 10:24", 3, "phone", "in", "call", -0.55, None, None),
    ("2026-11-20 14:00", 3, "phone", "out", "call", 0.15, None, None),
    ("2026-11-21 15:20", 4, "store", "in", "purchase", 0.35, None, None),
    ("2026-11-24 18:45", 4, "email", "in", "feedback", -0.1, None, "Three times the same story."),
    ("2026-11-28 07:50", 4, "web", "in", "page", -0.35, _LEAVE, None),
    ("2026-12-01 10:10", 4, "phone", "out", "call", 0.5, None, None),
)
_NOTES = (
    (Phase.CONSIDER, NoteKind.WANTS, "Find a router that fits the cable line"),
    (Phase.BUY, NoteKind.WANTS, "Have it before Friday"),
    (Phase.GET_HELP, NoteKind.WANTS, "Work from home again, and not explain it twice"),
    (Phase.CONSIDER, NoteKind.OWNER, "Marketing, store 042"),
    (Phase.GET_HELP, NoteKind.OWNER, "Support hotline; technicians"),
    (Phase.USE, NoteKind.CHANGE, "Prefill the form from the order"),
)


def annas_journey() -> Journey:
    """The example of 24 touchpoints."""
    touchpoints = [
        _touchpoint(datetime.fromisoformat(f"{at}+00:00"), phase, channel, direction, kind, mood, friction, says)
        for at, phase, channel, direction, kind, mood, friction, says in ROWS
    ]
    desks = (
        (11, "support", "Support", HandoffEnd.CLOSED, None, touchpoints[12].at),
        (14, "technicians", "Technicians", HandoffEnd.NO_ANSWER, 48.0, None),
        (18, "technicians", "Technicians", HandoffEnd.TAKEN, 40.0, None),
    )
    return journey_of(
        touchpoints,
        title="Five weeks with us: 24 contacts, 10 frictions, and the customer stayed",
        handoffs=tuple(
            JourneyHandoff(
                id=ID,
                at=touchpoints[at].at,
                touchpoint=at,
                queue=queue,
                queue_title=title,
                end=end,
                seconds=seconds,
                promised_from=promised,
            )
            for at, queue, title, end, seconds, promised in desks
        ),
        promises=tuple(
            JourneyPromise(
                id=ID, promised_from=touchpoints[at].at, promised_to=touchpoints[at].at, touchpoint=at, kept=False
            )
            for at in (11, 16)
        ),
        decisions=(
            JourneyDecision(id=None, kind=DecisionKind.BUYS, touchpoint=4),
            JourneyDecision(id=None, kind=DecisionKind.THREATENS_TO_LEAVE, touchpoint=15),
            JourneyDecision(id=None, kind=DecisionKind.STAYS, touchpoint=23),
        ),
        notes=(
            *(JourneyNote(id=ID, phase=phase, kind=kind, text=text, customer_id=ID) for phase, kind, text in _NOTES),
            JourneyNote(
                id=ID,
                phase=Phase.GET_HELP,
                kind=NoteKind.CHANGE,
                text="The technicians' phone forwards after 20 s",
                owner="Petra",
                due=date(2026, 12, 12),
                customer_id=ID,
            ),
        ),
    )


def made_journey(count: int, *, phases: int = 5, seed: int = 5, every_handoff: int = 0) -> Journey:
    """Contacts in bursts with days between them; every so many a desk is asked."""
    choose = random.Random(seed)
    at, touchpoints = datetime(2026, 1, 5, 9, tzinfo=UTC), []
    channel = Channel.WEB
    for number in range(count):
        at += (
            timedelta(days=choose.uniform(1, 9))
            if choose.random() < 0.12
            else timedelta(minutes=choose.uniform(2, 300))
        )
        channel = choose.choice(list(Channel)) if choose.random() < 0.3 else channel
        friction = choose.choice(list(JourneyFriction)) if choose.random() < 0.15 else None
        mood = round(choose.uniform(-0.9, 0.8), 2) if choose.random() < 0.7 else None
        direction = "out" if choose.random() < 0.25 else "in"
        phase = number * phases // count
        touchpoints.append(_touchpoint(at, phase, channel, direction, "message", mood, friction, None))
    asked = range(every_handoff, count, every_handoff) if every_handoff else ()
    ends = list(HandoffEnd)
    return journey_of(
        touchpoints,
        title=f"{count} contacts",
        handoffs=tuple(
            JourneyHandoff(
                id=ID,
                at=touchpoints[place].at,
                touchpoint=place,
                queue="support",
                queue_title="Support",
                end=ends[place % len(ends)],
                seconds=40.0,
            )
            for place in asked
        ),
    )


def journey_of(touchpoints: list[JourneyTouchpoint], *, title: str = "A journey", **parts: object) -> Journey:
    """A journey with the spans, waits and totals of these touchpoints."""
    names = list(Phase)
    spans = []
    for index in sorted({one.phase for one in touchpoints}):
        times = [one.at for one in touchpoints if one.phase == index]
        spans.append(
            PhaseSpan(index=index, name=names[index % len(names)], start=times[0], end=times[-1], rule="first_problem")
        )
    seconds = [(b.at - a.at).total_seconds() for a, b in pairwise(touchpoints)]
    moods = [(one.mood, place) for place, one in enumerate(touchpoints) if one.mood is not None]
    frictions = [friction for one in touchpoints for friction in one.frictions]
    handoffs = parts.get("handoffs", ())
    totals = JourneyTotals(
        days=max((touchpoints[-1].at - touchpoints[0].at).days, 1) if touchpoints else 1,
        contacts=len(touchpoints),
        frictions=len(frictions),
        asked_again=frictions.count(_AGAIN),
        until_solved_s=42 * 3600 if touchpoints else None,
        handoffs=len(handoffs),
        handoffs_worked=sum(one.end is HandoffEnd.TAKEN for one in handoffs),
        lowest=min(moods)[1] if moods else None,
        longest_wait_s=max(seconds, default=None),
    )
    waits = (JourneyWait(before=place + 1, seconds=s) for place, s in enumerate(seconds) if s >= FOLDED_FROM_S)
    given = {"handoffs": (), "promises": (), "decisions": (), "notes": ()} | parts
    return Journey(
        title=title,
        customer_id=ID,
        as_of=datetime(2026, 12, 2, tzinfo=UTC),
        phases=tuple(spans),
        touchpoints=tuple(touchpoints),
        waits=tuple(waits),
        totals=totals,
        **given,
    )


def _touchpoint(at, phase, channel, direction, kind, mood, friction, says) -> JourneyTouchpoint:  # noqa: PLR0917
    return JourneyTouchpoint(
        id=ID,
        at=at,
        channel=Channel(channel),
        direction=Direction.INBOUND if direction == "in" else Direction.OUTBOUND,
        phase=phase,
        phase_name=list(Phase)[phase % len(Phase)],
        kind=InteractionKind(kind),
        conversation_id=ID,
        mood=mood,
        frictions=(friction,) if friction else (),
        says=says,
    )
