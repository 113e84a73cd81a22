"""The strip of a customer's contacts: one mark for each, in the order of time, with what went wrong there; pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from service.context.content import ContextCallback
from service.context.handed_over import is_broken
from service.journey.model import JourneyFriction
from service.journey.touchpoints import Contact, contacts_in_order, frictions_of
from service.model.vocabulary import Channel, Direction, InteractionKind
from service.timeline.history import TimelineItem

MAX_READ = 24
"""The newest interactions that the strip is made of."""
HEIGHT, MIDDLE, EDGE, STEP, FOLD = 56, 22, 24, 52, 24
"""Pixels: of the strip, to the line of the marks, to the first mark, from mark to mark, and for days between them."""
LONG_GAP = timedelta(days=1)
"""A longer time without a contact is folded."""


class StripContact(Contact, kw_only=True):
    """A contact before it has a place; a promised call that was not made has a `callback_id`, and no interaction."""

    item: TimelineItem | None = None
    place: int = 0
    """How many newer interactions there are."""
    callback_id: UUID | None = None

    @property
    def inbound(self) -> bool:
        """Whether the customer came to us."""
        return self.direction is Direction.INBOUND


class StripMark(Struct, frozen=True, kw_only=True):
    """A contact at `x`; where days were folded before it, `fold_x` is the fold, and the day is written below it."""

    contact: StripContact
    x: int
    fold_x: int | None
    names_day: bool

    @property
    def worst(self) -> JourneyFriction | None:
        """The friction that the badge shows."""
        return max(self.contact.frictions, key=list(JourneyFriction).index, default=None)


class JourneyStrip(Struct, frozen=True, kw_only=True):
    """The marks, the oldest first; `earlier` interactions came before them."""

    marks: tuple[StripMark, ...]
    earlier: int

    @property
    def width(self) -> int:
        """The width of the picture in pixels."""
        return self.marks[-1].x + EDGE

    @property
    def days(self) -> int:
        """Over how many days the contacts go: 1 for those of one day."""
        return max((self.marks[-1].contact.at - self.marks[0].contact.at).days, 1)

    @property
    def frictions(self) -> int:
        """How much went wrong in all of them."""
        return sum(len(one.contact.frictions) for one in self.marks)


def journey_strip(
    newest_first: Sequence[TimelineItem], callbacks: Iterable[ContextCallback], *, total: int, now: datetime
) -> JourneyStrip | None:
    """The strip of these interactions, of `total`, and of the broken promises since; None without a contact."""
    begins = min((one.occurred_at for one in newest_first), default=now)
    broken = [_broken_promise(one) for one in callbacks if is_broken(one) and one.promised_to >= begins]
    contacts = contacts_in_order([*_touches(newest_first), *broken])
    if not contacts:
        return None
    return JourneyStrip(marks=tuple(_placed(contacts)), earlier=total - len(newest_first))


def _touches(newest_first: Sequence[TimelineItem]) -> Iterator[StripContact]:
    for place, item in enumerate(newest_first):
        yield StripContact(
            at=item.occurred_at,
            channel=item.channel,
            direction=item.direction,
            kind=item.kind,
            frictions=list(frictions_of(item)),
            item=item,
            place=place,
        )


def _broken_promise(callback: ContextCallback) -> StripContact:
    return StripContact(
        at=callback.promised_to,
        channel=Channel.PHONE,
        direction=Direction.OUTBOUND,
        kind=InteractionKind.CALL,
        frictions=[JourneyFriction.PROMISE_BROKEN],
        callback_id=callback.id,
    )


def _placed(contacts: Sequence[StripContact]) -> Iterator[StripMark]:
    x = EDGE
    for before, one in zip([None, *contacts], contacts, strict=False):
        is_far = before is not None and one.at - before.at > LONG_GAP
        if before is not None:
            x += STEP + FOLD * is_far
        fold_x = x - (STEP + FOLD) // 2 if is_far else None
        yield StripMark(contact=one, x=x, fold_x=fold_x, names_day=before is None or is_far)
