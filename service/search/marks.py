"""The matched parts of what was found, as segments that a page can escape one by one. Pure."""

import re

from service.model.names import name_key
from service.search.model import TextSegment

START, END = "\ue000", "\ue001"
"""What PostgreSQL sets around matched words: characters of private use, which it takes out of the text before."""
_WORD = re.compile(r"\S+")


def marked_segments(headline: str) -> list[TextSegment]:
    """The segments of a text in which PostgreSQL marked the matched words."""
    segments = []
    for number, part in enumerate(re.split(f"{START}|{END}", headline)):
        if part:
            segments.append(TextSegment(text=part, match=number % 2 == 1))
    return segments


def marked_value(value: str, sought: str) -> list[TextSegment]:
    """A number with the part marked that has the letters and digits of what was sought; all of it if none has."""
    wanted = [letter for letter in sought.casefold() if letter.isalnum()]
    places = [place for place, letter in enumerate(value) if letter.isalnum()]
    plain = "".join(value[place].casefold()[:1] for place in places)
    first = plain.find("".join(wanted))
    if first < 0:
        first, wanted = _shared_end(plain, wanted)
    if len(wanted) in {0, len(plain)}:
        return [TextSegment(text=value, match=True)]
    start, end = places[first], places[first + len(wanted) - 1] + 1
    parts = ((value[:start], False), (value[start:end], True), (value[end:], False))
    return [TextSegment(text=text, match=match) for text, match in parts if text]


def _shared_end(plain: str, wanted: list[str]) -> tuple[int, list[str]]:
    """Where the longest end of what was sought stands: 171123 of 0171 123 in +49 171 1234567."""
    for cut in range(1, min(4, len(wanted))):
        first = plain.find("".join(wanted[cut:]))
        if first >= 0:
            return first, wanted[cut:]
    return 0, []


def marked_name(name: str, key_words: tuple[str, ...]) -> list[TextSegment]:
    """A name with the words marked that begin like a word of the query, however they are spelt."""
    segments: list[TextSegment] = []
    done = 0
    for word in _WORD.finditer(name):
        if name_key(word[0]).startswith(key_words):
            if word.start() > done:
                segments.append(TextSegment(text=name[done : word.start()], match=False))
            segments.append(TextSegment(text=word[0], match=True))
            done = word.end()
    return segments + ([TextSegment(text=name[done:], match=False)] if done < len(name) else [])
