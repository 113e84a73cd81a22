"""Customers' own words for readers who need not know who said them: cut, without names and numbers; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.model.vocabulary import Channel

LEFT_OUT = "[…]"
MAX_CHARS = 200
SHORTEST = 12
"""Characters from which a text says something by itself."""
_ADDRESS = re.compile(r"\S+@\S+|\bhttps?://\S+|\bwww\.\S+|(?<!\w)@\w+", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d(?:[\s./-]?\d){3,}|\b[A-Z]{1,4}-?\d{3,}\w*")
_SIGNED = re.compile(
    r"(?i:\b(my name is|i am|this is|ich bin|ich heiße|mein name ist|hier ist))(\s+[A-ZÄÖÜ][\w-]+){1,3}"
)
_GREETED = re.compile(
    r"(?im)^[^\S\n]*((?:(?:kind|best|warm)[^\S\n]+)?regards|(?:viele|liebe|beste|freundliche) grüße|mfg|lg)\b.*",
    re.DOTALL,
)
_QUESTION = re.compile(r"(?:\A|(?<=[.!?？؟\n]))[^.!?？؟\n]{8,}+[?？؟]")
_WORD = re.compile(r"\w+")


class SaidText(Struct, frozen=True, kw_only=True):
    """What a customer wrote or said, and the name to be left out of it."""

    customer_id: UUID
    name: str | None
    channel: Channel
    at: datetime
    mood: float | None
    text: str


class AskedQuestion(Struct, frozen=True, kw_only=True):
    """A question with how many customers asked it in the same words."""

    said: SaidText
    text: str
    customers: int


def without_person(text: str, name: str | None) -> str:
    """The text without addresses, long numbers, the customer's name and the signature, on one line."""
    left = _GREETED.sub("", text)
    left = _NUMBER.sub(LEFT_OUT, _ADDRESS.sub(LEFT_OUT, left))
    left = _SIGNED.sub(lambda match: f"{match[1]} {LEFT_OUT}", left)
    for part in _WORD.findall(name or ""):
        if len(part) > 1:
            left = re.sub(rf"(?i)(?<!\w){re.escape(part)}(?:['’]?s)?(?!\w)", LEFT_OUT, left)
    return " ".join(left.split())


def cut(text: str) -> str:
    """At most MAX_CHARS, ending in a whole word."""
    if len(text) <= MAX_CHARS:
        return text
    return text[:MAX_CHARS].rpartition(" ")[0] + " …"


def chosen_quotes(said: Sequence[SaidText], *, most: int) -> list[SaidText]:
    """The saddest and the happiest texts in turn, then the newest; each of another customer, in other words."""
    felt = sorted((one for one in said if one.mood is not None), key=lambda one: (one.mood or 0.0, -one.at.timestamp()))
    in_turn = [one for pair in zip(felt, reversed(felt), strict=True) for one in pair]
    chosen: dict[UUID, SaidText] = {}
    texts: set[str] = set()
    for one in [*in_turn, *said]:
        is_new = one.customer_id not in chosen and one.text.casefold() not in texts
        if is_new and len(chosen) < most and len(one.text) >= SHORTEST:
            chosen[one.customer_id] = one
            texts.add(one.text.casefold())
    return list(chosen.values())


def asked_questions(said: Iterable[SaidText], *, most: int) -> list[AskedQuestion]:
    """The questions that most customers asked, the newest first of those that as many asked."""
    asked: Counter[str] = Counter()
    first: dict[str, AskedQuestion] = {}
    seen: set[tuple[UUID, str]] = set()
    for one in said:
        for question in _questions_of(one):
            key = " ".join(_WORD.findall(question.lower()))
            if (one.customer_id, key) in seen:
                continue
            seen.add((one.customer_id, key))
            asked[key] += 1
            first.setdefault(key, AskedQuestion(said=one, text=question, customers=1))
    return [
        AskedQuestion(said=first[key].said, text=first[key].text, customers=count)
        for key, count in asked.most_common(most)
    ]


def _questions_of(said: SaidText) -> Iterator[str]:
    for found in _QUESTION.finditer(without_person(said.text, said.name)):
        yield found[0].strip(" ,;:–-")
