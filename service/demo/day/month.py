"""The month before the day of the demo, from `month.toml`: which customers came when, by which ways; pure."""

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from itertools import count

import msgspec
from msgspec import Struct, field

from service.demo.day.script import Fields

GAPS_H = (0, 5, 27, 46)
"""When the contacts of a matter come, after the first one."""
SOLVED_RATINGS = (5, 4, 5, 3)
_KINDS = {"phone": "call", "store": "visit", "web": "concern"}
_FIRST_DAYS = {"gave_up": (18, 11), "solved": (4, 23), "open": (4, 4)}
"""How many days ago matters of an ending began at the least, and over how many days."""


class MonthSegment(Struct, frozen=True, kw_only=True):
    """A segment of the company."""

    name: str
    title: str
    rule: str | None = None


class Topic(Struct, frozen=True, kw_only=True):
    """What matters are about."""

    subject: str
    facts: tuple[str, str]
    attempt: str
    says: list[str]
    thanks: list[str]


class MonthWay(Struct, frozen=True, kw_only=True):
    """Matters of one segment that went one way; in some of them customers were asked again, or handed off."""

    segment: str
    topic: str
    channels: list[str]
    count: int
    ending: str
    asked_again: int = 0
    dropped: int = 0
    handoffs: int = 0


class Month(Struct, frozen=True, kw_only=True):
    """The whole month."""

    first_names: list[str]
    last_names: list[str]
    styles: list[str]
    segments: list[MonthSegment] = field(name="segment")
    topics: dict[str, Topic] = field(name="topic")
    ways: list[MonthWay] = field(name="way")
    contents: list[Fields] = field(name="content")
    notices: list[Fields] = field(name="notice")

    def matters(self) -> Iterator["MonthMatter"]:
        """Every matter, in the order of the ways."""
        numbers = count()
        for way in self.ways:
            for place in range(way.count):
                yield MonthMatter(month=self, way=way, place=place, number=next(numbers))


class MonthMatter(Struct, frozen=True, kw_only=True):
    """One customer's matter: the `place`th of its way."""

    month: Month
    way: MonthWay
    place: int
    number: int

    @property
    def topic(self) -> Topic:
        """What it is about."""
        return self.month.topics[self.way.topic]

    @property
    def identity(self) -> Fields:
        """The customer's address."""
        first, last = self._name()
        return {"kind": "email", "value": f"{first}.{last}{self.number}@example.com".lower(), "verified": True}

    @property
    def customer(self) -> Fields:
        """The customer's record."""
        return {
            "identities": [self.identity],
            "name": " ".join(self._name()),
            "language": "en",
            "preferred_channel": self.way.channels[0],
            "communication_style": self.month.styles[self.number % len(self.month.styles)],
            "segments": [self.way.segment],
        }

    @property
    def begun(self) -> timedelta:
        """How long ago it began."""
        least, days = _FIRST_DAYS[self.way.ending]
        return timedelta(days=least + self.number * 7 % days, minutes=self.number * 11 % 90)

    @property
    def ended(self) -> timedelta:
        """How long ago it was solved, if it was."""
        return self._contact_ago(len(self.way.channels) - 1) - timedelta(hours=1 + self.number % 19)

    @property
    def is_handed_off(self) -> bool:
        """Whether the bot gave it to a desk."""
        return self.place < self.way.handoffs

    def interactions(self) -> Iterator[tuple[timedelta, Fields]]:
        """How long ago each happened, and what is registered."""
        for step, channel in enumerate(self.way.channels):
            ago = self._contact_ago(step)
            yield ago, self._registered(ago, step, "customer", channel, self._said(step, channel))
            if answer := self._answer(step):
                later = ago - timedelta(minutes=3)
                by = "bot" if channel == "chatbot" else "agent"
                yield later, self._registered(later, step, by, channel, answer | {"direction": "outbound"})

    def _said(self, step: int, channel: str) -> Fields:
        is_last = step == len(self.way.channels) - 1
        said: Fields = {"kind": _KINDS.get(channel, "message"), "text": self._text(step), "mood": self._mood(step)}
        if step == 0:
            said["facts"] = {name: f"{name[0].upper()}-{10500 + self.number}" for name in self.topic.facts}
        if channel == "web":
            said["answered"] = self.way.ending == "solved"
        if channel == "phone":
            is_dropped = step == 1 and self.place >= self.way.count - self.way.dropped
            said["outcome"] = "abandoned" if is_dropped else "answered"
        if is_last and self.number % 3 == 0:
            value = SOLVED_RATINGS[self.number % len(SOLVED_RATINGS)] if self.way.ending == "solved" else 1
            said["rating"] = {"scale": 5, "value": value}
        return said

    def _answer(self, step: int) -> Fields | None:
        """What we did then; None if nothing that is worth a line."""
        is_last = step == len(self.way.channels) - 1
        if is_last and self.way.ending == "solved":
            return {"kind": "attempt", "attempt": {"what": "Answered and settled", "outcome": "worked"}}
        if step == 1 and self.place < self.way.asked_again:
            return {"kind": "message", "asks": self.topic.facts[: 1 + self.number % 2]}
        if step != 1 and not is_last:
            return {"kind": "attempt", "attempt": {"what": f"{self.topic.attempt} ({step + 1})", "outcome": "failed"}}
        return None

    def _registered(self, ago: timedelta, step: int, by: str, channel: str, fields: Fields) -> Fields:
        return {
            "source": "demo",
            "source_event_id": f"month-{self.number}-{step}-{by}",
            "occurred_at": ago,
            "channel": channel,
            "direction": "inbound",
            "participant": {"role": by},
            "identities": [self.identity],
            "conversation": {"ref": f"month-{self.number}", "subject": self.topic.subject},
        } | fields

    def _contact_ago(self, step: int) -> timedelta:
        return self.begun - timedelta(hours=GAPS_H[step], minutes=step * self.number * 13 % 50)

    def _text(self, step: int) -> str:
        is_settled = step == len(self.way.channels) - 1 > 0 and self.way.ending == "solved"
        texts = self.topic.thanks if is_settled else self.topic.says
        return texts[(self.number + step) % len(texts)]

    def _mood(self, step: int) -> float:
        if step == len(self.way.channels) - 1 and self.way.ending == "solved":
            return 0.2 + self.number % 6 / 10
        return max(-0.9, 0.1 - 0.3 * step - self.number % 4 / 10)

    def _name(self) -> tuple[str, str]:
        first, last = self.month.first_names, self.month.last_names
        return first[self.number % len(first)], last[(self.number * 7 + self.number // len(first)) % len(last)]


def load_month() -> Month:
    """The month as it is written."""
    text = files("service.demo.day").joinpath("month.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Month)
