"""Which content a customer needs here and now, and why; pure.

A content is left out if it is for other languages, channels or segments, for another phase, if it is about other
subjects than the open matters, or if it was tried and did not help. What is left is ranked by what it has in common
with the customer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from service.context.guidance.texts import ContentReason, ReasonCode
from service.insight.content.model import ContentItem, ContentNeeds
from service.insight.purposes import MARKETING
from service.journey.model import Phase
from service.model.languages import primary_language
from service.model.letters import plain_letters
from service.model.vocabulary import Channel

MAX_RANKED = 5
WEIGHTS = {
    ReasonCode.SUBJECT: 32,
    ReasonCode.TITLE: 16,
    ReasonCode.PHASE: 8,
    ReasonCode.SEGMENT: 4,
    ReasonCode.LANGUAGE: 1,
    ReasonCode.CHANNEL: 1,
}
"""A reason outweighs all weaker ones together."""
_DECIDING = frozenset({ReasonCode.SUBJECT, ReasonCode.TITLE, ReasonCode.PHASE, ReasonCode.SEGMENT})
"""Language and channel alone are no need."""
_MIN_WORD_CHARS = 4
"""Shorter words of a title say little; a subject is compared with every word."""
_KEY_CHARS = 4
"""Words that count as one have this beginning in common."""
_LONGEST_ENDING = 3
"""A word counts as another one with an ending: router, routers; Rechnung, Rechnungen."""
_COMMON_WORDS = frozenset(
    plain_letters(
        "about after again aber alle also auch been before bitte dass dein deine diese does dont eine einem "
        "einen einer from have haben hallo hello help hilfe into ihre ihren just kann mein meine mich more "
        "nach nicht noch only oder over please really seit sich sind that their them then there they this "
        "unsere werden what when where which will wird wurde with would your"
    ).split()
)


class IndexedContent(NamedTuple):
    """A content with the words of each subject, and those of its title that say something."""

    item: ContentItem
    subjects: tuple[tuple[str, frozenset[str]], ...]
    title: frozenset[str]


class AskedWords:
    """The words of a question, found by their beginnings."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = words_of(" ".join(texts))
        self.by_beginning: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self.by_beginning[word[:_KEY_CHARS]].append(word)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._words)

    def has_all(self, asked: Iterable[str]) -> bool:
        """Whether each of these is among them, perhaps with another ending."""
        return all(
            one in self._words
            or any(_is_same_word(one, other) for other in self.by_beginning.get(one[:_KEY_CHARS], ()))
            for one in asked
        )


class ContentIndex:
    """Contents, found by the beginnings of their words, and by phase and segment: each question meets few of many."""

    def __init__(self, items: Iterable[ContentItem]) -> None:
        self._by_beginning: dict[str, list[IndexedContent]] = defaultdict(list)
        self._by_place: dict[tuple[ReasonCode, str], list[IndexedContent]] = defaultdict(list)
        for entry in map(_entry, items):
            for beginning in _beginnings(entry):
                self._by_beginning[beginning].append(entry)
            for place in _places(entry.item.phases, entry.item.segments):
                self._by_place[place].append(entry)

    def __bool__(self) -> bool:
        """Whether there is any content that can be found."""
        return bool(self._by_beginning or self._by_place)

    def rank(self, needs: ContentNeeds, channel: Channel | None, *, limit: int = MAX_RANKED) -> tuple[ContentItem, ...]:
        """What fits the needs, the best first, each with the reasons; among equals in the order of titles."""
        words = AskedWords(needs.subjects)
        failed = [plain_letters(one) for one in needs.failed]
        found: list[ContentItem] = []
        for entry in self._candidates(needs, words):
            if is_for(entry.item, needs, channel) and not _did_not_help(entry.item, failed):
                reasons = tuple(_reasons(entry, needs, words, channel))
                if _fits(entry, reasons, words):
                    found.append(replace(entry.item, because=reasons))
        found.sort(key=lambda item: (-sum(WEIGHTS[one.code] for one in item.because), item.title, item.id))
        return tuple(found[:limit])

    def answers(self, needs: ContentNeeds, channel: Channel | None) -> bool:
        """Whether a content is meant for such a customer, and about what was asked."""
        words = AskedWords(needs.subjects)
        return any(
            is_for(entry.item, needs, channel)
            and (matching_subject(entry, words) is not None or bool(matching_title(entry, words)))
            for entry in self._near(words)
        )

    def _candidates(self, needs: ContentNeeds, words: AskedWords) -> Iterable[IndexedContent]:
        """What is about the matters, and what is for the phase or a segment of the customer."""
        placed = (
            entry
            for place in _places(() if needs.phase is None else (needs.phase,), needs.segments)
            for entry in self._by_place.get(place, ())
            if not (words and entry.subjects)
        )
        return {entry.item.id: entry for entry in (*self._near(words), *placed)}.values()

    def _near(self, words: AskedWords) -> Iterable[IndexedContent]:
        near = (entry for one in words.by_beginning for entry in self._by_beginning.get(one, ()))
        return {entry.item.id: entry for entry in near}.values()


def is_for(item: ContentItem, needs: ContentNeeds, channel: Channel | None) -> bool:
    """Whether the content is meant for such a customer on this channel; what is not known of either limits nothing."""
    return (
        (needs.language is None or not item.languages or _in_language(item, needs.language) is not None)
        and (channel is None or not item.channels or channel in item.channels)
        and (not item.segments or not needs.segments.isdisjoint(item.segments))
        and (needs.phase is None or not item.phases or needs.phase in item.phases)
        and not (needs.without_marketing and item.purpose == MARKETING)
    )


def words_of(text: str) -> frozenset[str]:
    """The words of a text in plain letters."""
    return frozenset(plain_letters(text).split())


def matching_subject(entry: IndexedContent, words: AskedWords) -> str | None:
    """The first subject of the content that has all its words among these."""
    return next((subject for subject, asked in entry.subjects if words.has_all(asked)), None)


def matching_title(entry: IndexedContent, words: AskedWords) -> tuple[str, ...]:
    """The telling words of the title that are among these."""
    return tuple(sorted(one for one in entry.title if words.has_all((one,))))


def _beginnings(entry: IndexedContent) -> set[str]:
    words = {word for _subject, asked in entry.subjects for word in asked}
    return {word[:_KEY_CHARS] for word in words | entry.title}


def _places(phases: Iterable[Phase], segments: Iterable[str]) -> Iterator[tuple[ReasonCode, str]]:
    yield from ((ReasonCode.PHASE, one) for one in phases)
    yield from ((ReasonCode.SEGMENT, one) for one in segments)


def _entry(item: ContentItem) -> IndexedContent:
    telling = {one for one in words_of(item.title) if len(one) >= _MIN_WORD_CHARS} - _COMMON_WORDS
    subjects = tuple((one, asked) for one in item.subjects if (asked := words_of(one)))
    return IndexedContent(item, subjects, frozenset(telling))


def _reasons(
    entry: IndexedContent, needs: ContentNeeds, words: AskedWords, channel: Channel | None
) -> Iterator[ContentReason]:
    item, subject, title = entry.item, matching_subject(entry, words), matching_title(entry, words)
    segments = sorted(needs.segments.intersection(item.segments))
    language = None if needs.language is None else _in_language(item, needs.language)
    values = {
        ReasonCode.SUBJECT: subject,
        ReasonCode.TITLE: ", ".join(title),
        ReasonCode.PHASE: needs.phase if needs.phase in item.phases else None,
        ReasonCode.SEGMENT: segments[0] if segments else None,
        ReasonCode.LANGUAGE: language,
        ReasonCode.CHANNEL: channel if channel in item.channels else None,
    }
    return (ContentReason(code=code, value=value) for code, value in values.items() if value)


def _fits(entry: IndexedContent, reasons: tuple[ContentReason, ...], words: AskedWords) -> bool:
    """Whether there is a need: of a content with subjects the matter decides, as long as there is a matter."""
    codes = {one.code for one in reasons}
    if entry.subjects and words:
        return not codes.isdisjoint({ReasonCode.SUBJECT, ReasonCode.TITLE})
    return not codes.isdisjoint(_DECIDING)


def _in_language(item: ContentItem, language: str) -> str | None:
    return next((one for one in item.languages if primary_language(one) == primary_language(language)), None)


def _did_not_help(item: ContentItem, failed: list[str]) -> bool:
    """Whether an attempt that failed names the content by its title, its address or its id."""
    names = [plain for one in (item.title, item.url, item.id) if one and (plain := plain_letters(one))]
    return any(f" {name} " in f" {tried} " for tried in failed for name in names)


def _is_same_word(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return (
        len(shorter) >= _MIN_WORD_CHARS and len(longer) - len(shorter) <= _LONGEST_ENDING and longer.startswith(shorter)
    )
