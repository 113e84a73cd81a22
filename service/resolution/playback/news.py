"""What a record of a source has to learn from the golden record; pure.

A source is told of a field once: again only when another value stands. So a source that states what it was told hears
nothing more, and nothing comes back to the source that a value came from.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from service.identity.golden.survive import Choice, SameValue

Told = dict[str, str]
"""Field -> digest of what stands there."""
RecordName = tuple[str, str | None]
_PARTS_OF_NAME = frozenset({"given", "family"})
_DIGEST_BYTES = 9


def unknown_to(record: RecordName, golden: Mapping[str, Choice]) -> Told:
    """The fields of the golden record that this record states otherwise, or not at all."""
    missing = {field: lacking for field, choice in golden.items() if (lacking := _lacking(record, choice))}
    if "full" in golden and "full" not in missing:  # who states the whole name knows its parts, and the other way round
        missing = {field: values for field, values in missing.items() if field not in _PARTS_OF_NAME}
    elif not _PARTS_OF_NAME & missing.keys() and _PARTS_OF_NAME & golden.keys():
        del missing["full"]
    return {field: _digest(values) for field, values in missing.items()}


def has_news(missing: Told, told: Told) -> bool:
    """Whether something is missing that the source was not told yet."""
    return any(told.get(field) != digest for field, digest in missing.items())


def _lacking(record: RecordName, choice: Choice) -> list[SameValue]:
    return [value for value in choice.standing if not value.is_stated_by(record)]


def _digest(values: Iterable[SameValue]) -> str:
    text = "\n".join(sorted(min(value.keys(), default="") for value in values))
    return blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()
