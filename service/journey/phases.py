"""The rules that divide a journey into phases: one table, and the walk over what happened that follows it; pure.

A sign is what an interaction, a handoff, a resolution or a contract says. A rule begins a phase at a sign, if the
customer is in one of the phases it goes out from. A phase that has settled ends by itself after 72 hours.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from service.journey.model import Phase
from service.journey.records import BorderRecord

SETTLED_AFTER = timedelta(hours=72)
"""So long after a purchase the customer uses what was bought; so long after a resolution help is over."""


class PhaseSign(StrEnum):
    """What something says about the phase; of one touchpoint or moment they count in this order."""

    PURCHASE = "purchase"
    CONTRACT_END = "contract_end"
    LEAVE_PAGE = "leave_page"
    RETENTION = "retention"
    FAILED_ATTEMPT = "failed_attempt"
    PROBLEM = "problem"
    QUESTION = "question"
    HANDOFF = "handoff"
    SOLVED = "solved"
    CONTACT = "contact"
    """Every touchpoint."""
    SETTLED = "settled"
    """72 hours passed."""


class PhaseRule(NamedTuple):
    """At `sign`, a customer who is in one of `begins_in` comes to `to`; None is the time before the first contact."""

    code: str
    sign: PhaseSign
    begins_in: frozenset[Phase | None]
    to: Phase
    means: str


def _in(*phases: Phase | None) -> frozenset[Phase | None]:
    return frozenset(phases)


_BEFORE_HELP = _in(None, Phase.CONSIDER, Phase.BUY, Phase.USE)
_BEFORE_LEAVING = _in(None, Phase.CONSIDER, Phase.BUY, Phase.USE, Phase.GET_HELP)
# fmt: off
RULES = (
    PhaseRule("first_purchase", PhaseSign.PURCHASE, _in(None, Phase.CONSIDER, Phase.GET_HELP), Phase.BUY,
              "The first purchase ends considering."),
    PhaseRule("bought_again", PhaseSign.PURCHASE, _in(Phase.USE, Phase.RENEW_OR_LEAVE), Phase.BUY,
              "A further purchase begins buying again."),
    PhaseRule("contract_end", PhaseSign.CONTRACT_END, _BEFORE_LEAVING, Phase.RENEW_OR_LEAVE,
              "A contract has ended that was not renewed."),
    PhaseRule("cancellation_page", PhaseSign.LEAVE_PAGE, _BEFORE_LEAVING, Phase.RENEW_OR_LEAVE,
              "The customer looked at a page about leaving, or filled in its form."),
    PhaseRule("retention_queue", PhaseSign.RETENTION, _BEFORE_LEAVING, Phase.RENEW_OR_LEAVE,
              "The conversation was handed to a desk that keeps customers."),
    PhaseRule("failed_attempt", PhaseSign.FAILED_ATTEMPT, _BEFORE_HELP, Phase.GET_HELP,
              "The first attempt that failed."),
    PhaseRule("first_problem", PhaseSign.PROBLEM, _BEFORE_HELP, Phase.GET_HELP,
              "The first problem: an error, a low mood or rating, a dropped call or a broken promise."),
    PhaseRule("first_question", PhaseSign.QUESTION, _BEFORE_HELP, Phase.GET_HELP,
              "The first question; that of a customer who buys later belongs to considering."),
    PhaseRule("first_handoff", PhaseSign.HANDOFF, _BEFORE_HELP, Phase.GET_HELP,
              "The first handoff to a desk; that of a customer who buys later belongs to considering."),
    PhaseRule("in_use", PhaseSign.SETTLED, _in(Phase.BUY), Phase.USE,
              "72 hours have passed since the purchase."),
    PhaseRule("solved", PhaseSign.SETTLED, _in(Phase.GET_HELP), Phase.USE,
              "72 hours have passed since every problem was solved; who has not bought yet considers again."),
    PhaseRule("stayed", PhaseSign.SETTLED, _in(Phase.RENEW_OR_LEAVE), Phase.USE,
              "72 hours have passed since the matter of leaving was resolved."),
    PhaseRule("first_contact", PhaseSign.CONTACT, _in(None), Phase.CONSIDER,
              "The first contact, if it is nothing of the above."),
)
# fmt: on
MOVED_BY_HAND = "moved_by_hand"
"""The code of a phase that begins where a person put its border."""
_LEADS_ASK = frozenset({PhaseSign.QUESTION, PhaseSign.HANDOFF})
"""What a customer who buys later does while considering."""
_OPENING_SIGNS = _LEADS_ASK | {PhaseSign.FAILED_ATTEMPT, PhaseSign.PROBLEM, PhaseSign.RETENTION}
"""What opens a matter, which has to be resolved before help, or the matter of leaving, is over."""
_ORDER = list(PhaseSign)


class PhaseEvent(Struct, frozen=True, kw_only=True):
    """A sign of the touchpoint at this place, or of none; `matter` is the conversation that has to be resolved."""

    at: datetime
    sign: PhaseSign
    matter: UUID | None = None
    touchpoint: int | None = None


class PhaseTurn(Struct, frozen=True, kw_only=True):
    """The beginning of a phase. `touchpoint` is the first one of it; None if no touchpoint began it."""

    at: datetime
    phase: Phase
    rule: str
    touchpoint: int | None = None
    moved_by: str | None = None
    border_id: UUID | None = None


class PhaseWalk(Struct, frozen=True, kw_only=True):
    """What the rules say: the turns in the order of time, and of the first problem when it was solved."""

    turns: tuple[PhaseTurn, ...]
    first_problem_at: datetime | None
    first_solved_at: datetime | None


class _Walker:
    """Where the walk stands; `matters` are the conversations to be resolved before the present phase can settle."""

    def __init__(self, first_purchase_at: datetime | None) -> None:
        self._first_purchase_at = first_purchase_at
        self.turns: list[PhaseTurn] = []
        self.phase: Phase | None = None
        self.matters: set[UUID] = set()
        self.settles_at: datetime | None = None
        self.solved_at: datetime | None = None
        self.problem_at: datetime | None = None
        self.helps = 0

    def meet(self, event: PhaseEvent) -> None:
        self.settle(event.at)
        if event.sign in _LEADS_ASK and self.phase is not Phase.GET_HELP and self._buys_later(event.at):
            return
        self._follow_rule(event)
        self._count_matters(event)

    def _buys_later(self, at: datetime) -> bool:
        return self._first_purchase_at is not None and at < self._first_purchase_at

    def settle(self, until: datetime) -> None:
        """End a phase whose 72 hours are over before or at this time."""
        if self.settles_at is None or self.settles_at > until:
            return
        at, self.settles_at = self.settles_at, None
        self._follow_rule(PhaseEvent(at=at, sign=PhaseSign.SETTLED))

    def _follow_rule(self, event: PhaseEvent) -> None:
        rule = next((one for one in RULES if one.sign is event.sign and self.phase in one.begins_in), None)
        if rule is None:
            return
        to = Phase.CONSIDER if rule.code == "solved" and self._buys_later(event.at) else rule.to
        self.phase, self.matters, self.settles_at = to, set(), None
        self.turns.append(PhaseTurn(at=event.at, phase=to, rule=rule.code, touchpoint=event.touchpoint))
        if to is Phase.GET_HELP:
            self.helps += 1
            self.problem_at = self.problem_at or event.at

    def _count_matters(self, event: PhaseEvent) -> None:
        if event.sign is PhaseSign.PURCHASE and self.phase is Phase.BUY:
            self.settles_at = event.at + SETTLED_AFTER
        if self.phase not in {Phase.GET_HELP, Phase.RENEW_OR_LEAVE}:
            return
        if event.sign in _OPENING_SIGNS:
            self.matters |= {event.matter} if event.matter else set()
        elif event.sign is PhaseSign.SOLVED and event.matter in self.matters:
            self.matters.discard(event.matter)
        else:
            return
        self.settles_at = None if self.matters else event.at + SETTLED_AFTER
        if self.helps == 1 and self.phase is Phase.GET_HELP:
            self.solved_at = None if self.matters else event.at


def walk_phases(events: Iterable[PhaseEvent], *, now: datetime) -> PhaseWalk:
    """The phases of these events up to `now`, by the table of rules; events after `now` do not count yet."""
    past = sorted((one for one in events if one.at <= now or one.touchpoint is not None), key=_place)
    purchases = (one.at for one in past if one.sign is PhaseSign.PURCHASE)
    walker = _Walker(min(purchases, default=None))
    for event in past:
        walker.meet(event)
    walker.settle(now)
    return PhaseWalk(turns=tuple(walker.turns), first_problem_at=walker.problem_at, first_solved_at=walker.solved_at)


def _place(event: PhaseEvent) -> tuple[datetime, int, int, int]:
    """The order of events: at one time what no touchpoint says, then the touchpoints, then resolutions."""
    rank = 1 if event.touchpoint is not None else 2 if event.sign is PhaseSign.SOLVED else 0
    return event.at, rank, event.touchpoint or 0, _ORDER.index(event.sign)


def phase_at(turns: Sequence[PhaseTurn], at: datetime) -> Phase | None:
    """The phase that a customer is in at this time; None before the first contact."""
    return next((one.phase for one in reversed(turns) if one.at <= at), None)


def apply_borders(turns: Iterable[PhaseTurn], borders: Iterable[BorderRecord]) -> Sequence[PhaseTurn]:
    """The turns in the order of time with the borders moved, one after the other: what lies between is passed over."""
    moved = list(turns)
    for border in borders:
        first, last = sorted((border.was_at, border.at))
        moved = [one for one in moved if not first <= one.at <= last]
        moved.append(
            PhaseTurn(
                at=border.at,
                phase=border.phase,
                rule=MOVED_BY_HAND,
                moved_by=border.moved_by,
                border_id=border.border_id,
            )
        )
        moved.sort(key=lambda one: one.at)
    return moved


def touchpoint_turns(turns: Sequence[PhaseTurn], touchpoints: Sequence[datetime]) -> Iterator[PhaseTurn]:
    """For each touchpoint, which stand in the order of time, the turn that it belongs to."""
    place = 0
    for index, at in enumerate(touchpoints):
        while place + 1 < len(turns) and _has_begun(turns[place + 1], index, at):
            place += 1
        yield turns[place]


def _has_begun(turn: PhaseTurn, index: int, at: datetime) -> bool:
    return turn.at <= at if turn.touchpoint is None else turn.touchpoint <= index
