"""Where the numbers of the page lead: to the matters behind them; pure."""

from service.insight.flow.model import DifferenceKind, FlowDifference, FlowEnding, SegmentFlow
from service.web.console.journeys.filters import FlowChoice
from service.web.console.navigation import JOURNEYS_PATH

_ENDING_OF = {DifferenceKind.SOLVED: FlowEnding.SOLVED, DifferenceKind.GAVE_UP: FlowEnding.GAVE_UP}


class MattersLinks:
    """The addresses of the matters behind the numbers of one page."""

    def __init__(self, choice: FlowChoice) -> None:
        self._choice = choice

    def __call__(self, segment: SegmentFlow, **place: object) -> str:
        """The matters of a segment at a place, which is told in the fields of PlaceChoice."""
        return f"{JOURNEYS_PATH}/matters?{self._choice.query(segment=segment.name, compare='', **place)}"

    def difference(self, segment: SegmentFlow, one: FlowDifference) -> str:
        """The matters that a difference counts in one of the two segments."""
        return self(
            segment,
            step=one.step,
            step_channel=one.channel,
            came_from=one.came_from,
            ending=_ENDING_OF.get(one.what),
            asked_again="true" if one.what is DifferenceKind.ASKED_AGAIN else "",
        )
