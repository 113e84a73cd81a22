"""What the routes of segments' journeys read from a query."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Meta

from service.errors import InvalidInput
from service.insight.flow.filters import DEFAULT_DAYS, DEFAULT_THRESHOLD, MAX_PAUSE_MIN, FlowFilter, MatterPlace
from service.insight.flow.model import LAST_STEP, FlowEnding
from service.model.decode import convert_decoded
from service.model.interaction import Timestamp
from service.model.vocabulary import Channel
from service.web.http.parameters import enum_parameter, integer_parameter, text_parameter
from service.web.http.request import Request
from service.web.http.route import Parameter

Number = TypeVar("Number", int, float)

ALL_CUSTOMERS = "*"
NO_CONTACT = "none"
WAY_SEPARATOR = ">"
FILTERS = (
    Parameter(name="segment", required=True, description="Name of the segment, stated of customers or by rule."),
    Parameter(name="queue", description="Only matters that were handed to this queue, or called back by it."),
    Parameter(name="channel", shape=Channel, description="Only matters with an own contact in this channel."),
    Parameter(name="subject", description="Only matters of this subject, whatever its case and spaces."),
    Parameter(
        name="from",
        description="A day (2026-11-01) or an RFC 3339 time from which matters began; 30 days before `to` unless told.",
    ),
    Parameter(name="to", description="Day or time before which matters began; now unless told."),
    Parameter(
        name="threshold",
        shape=Annotated[float, Meta(ge=0, le=1)],
        description="Ways with a lower share are hidden; 0.01 unless told.",
    ),
    Parameter(
        name="pause",
        shape=Annotated[int, Meta(ge=0, le=MAX_PAUSE_MIN)],
        description="Messages of one channel that follow within so many minutes are one contact; 0, the default, "
        "counts each.",
    ),
)
COMPARE = Parameter(name="compare", description="A second segment, on the same scale.")
PLACE = (
    Parameter(
        name="step",
        shape=Annotated[int, Meta(ge=1, le=LAST_STEP)],
        description="Only matters that came to this contact.",
    ),
    Parameter(name="step_channel", shape=Channel, description="Channel of the contact `step`."),
    Parameter(name="came_from", shape=Channel, description="Channel of the contact before `step`."),
    Parameter(
        name="way",
        description="Only matters on this whole way, such as `chatbot>phone`; `none`: without an own contact.",
    ),
    Parameter(name="ending", shape=FlowEnding, description="Only matters that ended so, and at `step` if it is given."),
    Parameter(
        name="asked_again",
        shape=bool,
        description="`true`: only matters in which the customer was asked again, and at `step` if it is given.",
    ),
    Parameter(name="hidden", shape=bool, description="`true`: only matters on ways below the threshold."),
)


def flow_filter(request: Request, *, gave_up_days: int, zone: ZoneInfo, compare: bool = True) -> FlowFilter | None:
    """Which matters the query wants; None if it names no segment, or all customers as one."""
    segments = [text_parameter(request, name) for name in ("segment", *(["compare"] if compare else []))]
    if segments[0] is None or ALL_CUSTOMERS in segments:
        return None
    end = _moment(request, "to", zone) or request.now
    return FlowFilter(
        segments=tuple(dict.fromkeys(name for name in segments if name)),
        opened_from=_period_start(_moment(request, "from", zone), end),
        opened_to=end,
        now=request.now,
        gave_up_days=gave_up_days,
        subject=text_parameter(request, "subject"),
        queue=text_parameter(request, "queue"),
        channel=enum_parameter(request, "channel", Channel),
        pause=timedelta(minutes=_in_range("pause", integer_parameter(request, "pause") or 0, 0, MAX_PAUSE_MIN)),
        threshold=_threshold(request),
    )


def matter_place(request: Request) -> MatterPlace:
    """Which of these matters the query wants to see."""
    step = integer_parameter(request, "step")
    place = MatterPlace(
        step=None if step is None else _in_range("step", step, 1, LAST_STEP),
        channel=enum_parameter(request, "step_channel", Channel),
        came_from=enum_parameter(request, "came_from", Channel),
        way=_way(text_parameter(request, "way")),
        ending=enum_parameter(request, "ending", FlowEnding),
        asked_again=_flag(request, "asked_again"),
        hidden=_flag(request, "hidden"),
    )
    if step is None and (place.channel or place.came_from):
        raise _invalid("step", "Say of which contact this is the channel, from 1 to 5.")
    return place


def _period_start(start: datetime | None, end: datetime) -> datetime:
    if start is None:
        first = datetime.min.replace(tzinfo=UTC)
        return end - min(timedelta(days=DEFAULT_DAYS), end - first)
    if start >= end:
        raise _invalid("from", "A day or time before `to` is expected.")
    return start


def _moment(request: Request, name: str, zone: ZoneInfo) -> datetime | None:
    """A time, or the beginning of a day of the company."""
    text = text_parameter(request, name)
    if text is None:
        return None
    try:
        if len(text) <= len("2026-11-01"):
            return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
        return convert_decoded(text.replace(" ", "+"), Timestamp).astimezone(UTC)  # a plus sign stands for a space
    except (ValueError, OverflowError, InvalidInput):
        message = "A day such as 2026-11-01 or an RFC 3339 time with its offset is expected."
        raise _invalid(name, message) from None


def _threshold(request: Request) -> float:
    text = text_parameter(request, "threshold")
    try:
        return DEFAULT_THRESHOLD if text is None else _in_range("threshold", float(text), 0, 1)
    except ValueError:
        raise _invalid("threshold", "A number from 0 to 1 is expected.") from None


def _way(text: str | None) -> tuple[Channel, ...] | None:
    if text is None or text == NO_CONTACT:
        return None if text is None else ()
    try:
        return tuple(Channel(part.strip()) for part in text.split(WAY_SEPARATOR))
    except ValueError:
        raise _invalid("way", f"Channels are expected, as in chatbot>phone, of {', '.join(Channel)}.") from None


def _flag(request: Request, name: str) -> bool:
    text = text_parameter(request, name)
    if text not in {None, "true", "false"}:
        raise _invalid(name, "true or false is expected.")
    return text == "true"


def _in_range(name: str, value: Number, lowest: Number, highest: Number) -> Number:
    if not lowest <= value <= highest:
        raise _invalid(name, f"A number from {lowest} to {highest} is expected.")
    return value


def _invalid(name: str, message: str) -> InvalidInput:
    return InvalidInput(f"{name}: {message}", field=name, message=message)
