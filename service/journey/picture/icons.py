"""Pure: the icons of the picture, as symbols that lie in it."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from service.journey.model import HandoffEnd, JourneyFriction
from service.journey.picture.condense import Mark
from service.model.vocabulary import Channel, InteractionKind

CHANNELS = {
    Channel.CHATBOT: "robot",
    Channel.PHONE: "phone",
    Channel.EMAIL: "mail",
    Channel.STORE: "building-store",
    Channel.WEB: "world",
    Channel.SOCIAL: "message-circle",
}
KINDS = {
    InteractionKind.PURCHASE: "shopping-cart",
    InteractionKind.FORM: "forms",
    InteractionKind.FEEDBACK: "star",
    InteractionKind.CONCERN: "flag",
}
"""Of contacts that say more by their kind than by their channel."""
FRICTIONS = {
    JourneyFriction.ASKED_AGAIN: "repeat",
    JourneyFriction.LATE: "clock",
    JourneyFriction.DID_NOT_HELP: "x",
    JourneyFriction.DROPPED: "phone-off",
    JourneyFriction.PROMISE_BROKEN: "clock-x",
    JourneyFriction.MAY_LEAVE: "door-exit",
}
HANDOFFS = {
    HandoffEnd.TAKEN: "headset",
    HandoffEnd.NO_ANSWER: "phone-off",
    HandoffEnd.CLOSED: "calendar-time",
    HandoffEnd.RETURNED: "chevron-left",
    HandoffEnd.FAILED: "x",
    HandoffEnd.OPEN: "clock",
}
PROMISE, PROMISE_BROKEN = "phone-outgoing", "clock-x"
_SPRITE = files("service.journey.picture").joinpath("icons.svg")
_SYMBOL = re.compile(r'<symbol id="i-([a-z-]+)".*?</symbol>')


@cache
def symbols() -> dict[str, str]:
    """Every icon that is there, by its name."""
    return {found[1]: found[0] for found in _SYMBOL.finditer(_SPRITE.read_text("utf-8"))}


def definitions(names: Iterable[str]) -> str:
    """The symbols of these icons."""
    return f"<defs>{''.join(symbols()[name] for name in sorted(set(names)))}</defs>"


def icon(name: str, x: float, y: float, size: float) -> str:
    """An icon with its upper left corner at a place."""
    return f'<use href="#i-{name}" x="{x:.1f}" y="{y:.1f}" width="{size}" height="{size}"/>'


def mark_icon(mark: Mark) -> str:
    """What a mark of one touchpoint shows."""
    if mark.channel is Channel.PHONE and not mark.inbound:
        return PROMISE
    return KINDS.get(mark.kind) or CHANNELS[mark.channel]
