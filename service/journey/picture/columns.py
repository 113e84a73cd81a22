"""Pure: the phases of a journey as columns of its picture; of very many, the oldest share one column."""

from collections.abc import Sequence

from msgspec import Struct

from service.journey.model import Journey, JourneyTouchpoint, PhaseSpan

MOST_COLUMNS = 12
"""More of them would be narrower than their titles."""


class Column(Struct, frozen=True, kw_only=True):
    """One phase, or the oldest ones together; `first` and `last` are the indexes of its touchpoints."""

    spans: tuple[PhaseSpan, ...]
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many touchpoints it has."""
        return self.last - self.first + 1

    def of(self, touchpoints: Sequence[JourneyTouchpoint]) -> Sequence[JourneyTouchpoint]:
        """Its part of the journey's touchpoints."""
        return touchpoints[self.first : self.last + 1]


def columns_of(journey: Journey) -> list[Column]:
    """The columns in the order of time; a phase without touchpoints has none."""
    spans = {span.index: span for span in journey.phases}
    singles: list[Column] = []
    for place, one in enumerate(journey.touchpoints):
        if singles and singles[-1].spans[0].index == one.phase:
            singles[-1] = Column(spans=singles[-1].spans, first=singles[-1].first, last=place)
        else:
            singles.append(Column(spans=(spans[one.phase],), first=place, last=place))
    old = len(singles) - MOST_COLUMNS + 1
    if old <= 1:
        return singles
    joined = tuple(span for column in singles[:old] for span in column.spans)
    return [Column(spans=joined, first=0, last=singles[old - 1].last), *singles[old:]]
