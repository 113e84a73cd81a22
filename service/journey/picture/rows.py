"""Pure: what stands below the picture in each column: what the customer wants and says, frictions, owner, changes."""

from collections.abc import Sequence

from msgspec import Struct

from service.journey.model import Journey, JourneyFriction, JourneyNote, JourneyTouchpoint, NoteKind
from service.journey.picture.columns import Column

MOST_QUOTES = 2


class Cells(Struct, frozen=True, kw_only=True):
    """The cells of one column, from top to bottom."""

    wants: tuple[JourneyNote, ...]
    says: tuple[str, ...]
    """The customer's own words at the worst moments of the phase, in the order of time."""
    frictions: tuple[JourneyFriction, ...]
    owner: tuple[JourneyNote, ...]
    change: tuple[JourneyNote, ...]


def cells_of(journey: Journey, column: Column) -> Cells:
    """The cells of a column; notes stand at their phase, however often the customer came to it."""
    touchpoints = column.of(journey.touchpoints)
    names = {span.name for span in column.spans} if len(column.spans) == 1 else set()
    notes = {kind: tuple(n for n in journey.notes if n.kind is kind and n.phase in names) for kind in NoteKind}
    return Cells(
        wants=notes[NoteKind.WANTS],
        says=tuple(_quotes(touchpoints)),
        frictions=tuple(friction for one in touchpoints for friction in one.frictions),
        owner=notes[NoteKind.OWNER],
        change=notes[NoteKind.CHANGE],
    )


def _quotes(touchpoints: Sequence[JourneyTouchpoint]) -> list[str]:
    speaking = [(one.mood if one.mood is not None else 0.0, place) for place, one in enumerate(touchpoints) if one.says]
    chosen = sorted(place for _, place in sorted(speaking)[:MOST_QUOTES])
    return [says for place in chosen if (says := touchpoints[place].says)]
