"""Which journeys a page is of, and behind which number the matters are, as addresses say it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict

from service.errors import InvalidInput
from service.insight.flow.filters import MAX_PAUSE_MIN, FlowFilter, MatterPlace
from service.insight.flow.model import LAST_STEP, FlowEnding
from service.model.vocabulary import Channel

Shape = TypeVar("Shape", bound=Struct)
Name = Annotated[str, Meta(max_length=200)]
NO_CONTACT = "none"
MAX_WAY_CHARS = 100


class FlowChoice(Struct, frozen=True, kw_only=True):
    """The journeys of a page; what is empty is not narrowed."""

    segment: Name = ""
    compare: Name = ""
    subject: Name = ""
    queue: Name = ""
    channel: Channel | None = None
    days: Annotated[int, Meta(ge=1, le=3660)] = 30
    threshold: Annotated[float, Meta(ge=0, le=1)] = 0.01
    pause: Annotated[int, Meta(ge=0, le=MAX_PAUSE_MIN)] = 0

    def query(self, **changes: object) -> str:
        """The choice as the query of an address, with these changes; empty values are left out."""
        return _query(asdict(self) | changes)

    def as_filter(self, *, gave_up_days: int, now: datetime) -> FlowFilter:
        """What is counted for it."""
        return FlowFilter(
            segments=tuple(dict.fromkeys(filter(None, (self.segment, self.compare)))),
            opened_from=now - timedelta(days=self.days),
            opened_to=now,
            now=now,
            gave_up_days=gave_up_days,
            subject=self.subject or None,
            queue=self.queue or None,
            channel=self.channel,
            pause=timedelta(minutes=self.pause),
            threshold=self.threshold,
        )


class PlaceChoice(Struct, frozen=True, kw_only=True):
    """The matters behind a number of the page."""

    step: Annotated[int, Meta(ge=1, le=LAST_STEP)] | None = None
    step_channel: Channel | None = None
    came_from: Channel | None = None
    way: Annotated[str, Meta(max_length=MAX_WAY_CHARS)] = ""
    ending: FlowEnding | None = None
    asked_again: bool = False
    hidden: bool = False

    def query(self) -> str:
        """The place as a part of an address."""
        flags = {name: str(value).lower() for name, value in asdict(self).items() if value is True}
        return _query({name: value for name, value in asdict(self).items() if value is not False} | flags)

    def channels(self) -> tuple[Channel, ...] | None:
        """The whole way; None for any. InvalidInput for what is no way."""
        if self.way in {"", NO_CONTACT}:
            return () if self.way else None
        try:
            return tuple(Channel(part) for part in self.way.split(">"))
        except ValueError:
            raise InvalidInput(field="way", message="Channels are expected, as in chatbot>phone.") from None

    def as_place(self) -> MatterPlace:
        """Which of the counted matters are listed. InvalidInput for a channel of no contact."""
        if self.step is None and (self.step_channel or self.came_from):
            raise InvalidInput(field="step", message="The number of the contact is expected with its channel.")
        return MatterPlace(
            step=self.step,
            channel=self.step_channel,
            came_from=self.came_from,
            way=self.channels(),
            ending=self.ending,
            asked_again=self.asked_again,
            hidden=self.hidden,
        )


def choice_of(given: Mapping[str, str], shape: type[Shape]) -> Shape:
    """The choice that a query says. InvalidInput for a value that it cannot have."""
    filled = {name: value for name, value in given.items() if value and name in shape.__struct_fields__}
    try:
        return msgspec.convert(filled, shape, strict=False)
    except msgspec.ValidationError as error:
        message, _separator, place = str(error).partition(" - at `$.")
        raise InvalidInput(field=place.rstrip("`") or "query", message=message) from None


def _query(values: Mapping[str, object]) -> str:
    return urlencode({name: str(value) for name, value in values.items() if value is not None and value != ""})
