"""Languages of texts: which tags are taken, and which text a reader gets."""

from collections.abc import Iterable
from functools import cache

from babel import Locale

from service.errors import InvalidInput
from service.model.languages import primary_language

MAX_LANGUAGES = 50
"""Languages of one text: twice as many as the European Union has."""
_ENGLISH = "en"


def check_languages(tags: Iterable[str], field: str) -> None:
    """InvalidInput for a tag of a language that there is not, or for two tags that differ in their case alone."""
    seen: set[str] = set()
    for tag in tags:
        if primary_language(tag) not in _known_languages():
            raise InvalidInput(field=field, message="A language tag such as `de` or `pt-BR` is expected.")
        if tag.lower() in seen:
            raise InvalidInput(field=field, message="Each language is named once.")
        seen.add(tag.lower())


def best_language(available: Iterable[str], wanted: str | None, default: str) -> str | None:
    """Which of these languages a reader gets; None if there is none.

    For `en-GB`: itself, else `en`, else another English, else the same steps for the default of the company, else any.
    """
    tags = sorted(available)
    for asked in (wanted, default):
        found = None if asked is None else _closest(tags, asked)
        if found is not None:
            return found
    return next(iter(tags), None)


def _closest(tags: list[str], asked: str) -> str | None:
    by_name = {tag.lower(): tag for tag in tags}
    parts = asked.lower().split("-")
    for length in range(len(parts), 0, -1):
        if (found := by_name.get("-".join(parts[:length]))) is not None:
            return found
    return next((tag for tag in tags if primary_language(tag) == parts[0]), None)


@cache
def _known_languages() -> frozenset[str]:
    """The codes of ISO 639 that the Unicode CLDR names."""
    return frozenset(Locale(_ENGLISH).languages)
