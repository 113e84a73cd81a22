"""What happens on the day of the demo, from `day.toml`: times count back from when it is played."""

import re
import tomllib
from datetime import timedelta
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct, field

Fields = dict[str, Any]
"""Fields of a request, as the API has them."""
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class ScriptedQueue(Struct, frozen=True, kw_only=True):
    """A queue of the company."""

    name: str
    title: str
    hours: str | None = None
    """When it is open; None for office hours."""


class ScriptedPromise(Struct, frozen=True, kw_only=True):
    """A callback that was promised for a window."""

    ago: str
    window_from: str = field(name="from")
    window_to: str = field(name="to")
    queue: str
    reason: str


class TakenHandoff(Struct, frozen=True, kw_only=True):
    """A handoff that was taken; it is in the hands of who looks at the demo, unless it was completed."""

    ago: str
    accepted: str
    completed: str | None = None
    """When the colleague who took it had done it."""
    to: str
    summary: str
    reason: Fields


class ScriptedCustomer(Struct, frozen=True, kw_only=True):
    """A customer, with what happened so far."""

    key: str
    identities: list[Fields]
    record: Fields
    conditions: list[Fields] = field(name="condition", default_factory=list)
    contacts: list[Fields] = field(name="contact", default_factory=list)
    handoffs: list[TakenHandoff] = field(name="handoff", default_factory=list)
    callbacks: list[ScriptedPromise] = field(name="callback", default_factory=list)


class ScriptedRecord(Struct, frozen=True, kw_only=True):
    """What another system of the company knows of a person."""

    source: str
    external_id: str
    ago: str
    record: Fields


class Arrival(Struct, frozen=True, kw_only=True):
    """A matter that a bot hands off while the demo runs."""

    customer: str
    subject: str
    reason: Fields
    summary: str


class ScriptedCall(Struct, frozen=True, kw_only=True):
    """A customer who rings while the demo runs, for so many seconds."""

    customer: str
    for_s: float
    answered: bool = False


class Script(Struct, frozen=True, kw_only=True):
    """The whole day."""

    queues: list[ScriptedQueue] = field(name="queue")
    customers: list[ScriptedCustomer] = field(name="customer")
    records: list[ScriptedRecord] = field(name="record")
    arriving: list[Arrival]
    calling: list[ScriptedCall]


def load_script() -> Script:
    """The day as it is written."""
    text = files("service.demo.day").joinpath("day.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Script)


def parse_ago(text: str) -> timedelta:
    """How long ago `2d4h` is; `-40m` is in 40 minutes."""
    sign = -1 if text.startswith("-") else 1
    parts = {_UNITS[unit]: int(count) for count, unit in re.findall(r"(\d+)([dhm])", text)}
    return sign * timedelta(**parts)
