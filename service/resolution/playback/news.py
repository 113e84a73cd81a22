"""What a record of a source has to learn from the golden record; pure.

A source is told of a value once. So a source that states what it was told hears nothing more, and nothing comes back to
the source that a value came from. Where a value goes that it was told, such as when a merge is undone, it is told too:
it may have taken the value over.
"""

from collections.abc import Mapping
from hashlib import blake2b

from service.identity.golden.survive import Choice, SameValue

Told = dict[str, list[str]]
"""Field -> digests of the values that stand there and the record lacks; none where only others stood before."""
RecordName = tuple[str, str | None]
_PARTS_OF_NAME = frozenset({"given", "family"})
_DIGEST_BYTES = 9


def compare_record(record: RecordName, golden: Mapping[str, Choice], told: Told) -> tuple[Told, bool]:
    """What this record has to learn of the golden record, and whether the source was not told some of it yet."""
    missing = _missing_values(record, golden)
    gone = {field for field, digests in told.items() if not _standing_digests(golden, field).issuperset(digests)}
    untold = any(
        _digests(value).isdisjoint(told.get(field, ())) for field, values in missing.items() for value in values
    )
    settled: Told = {field: [] for field, digests in told.items() if field in gone or not digests}
    lacking = {field: sorted(min(_digests(value), default="") for value in values) for field, values in missing.items()}
    return settled | lacking, untold or bool(gone)


def _missing_values(record: RecordName, golden: Mapping[str, Choice]) -> dict[str, list[SameValue]]:
    missing = {
        field: lacking
        for field, choice in golden.items()
        if (lacking := [value for value in choice.standing if not value.is_stated_by(record)])
    }
    if "full" in golden and "full" not in missing:  # who states the whole name knows its parts, and the other way round
        return {field: values for field, values in missing.items() if field not in _PARTS_OF_NAME}
    if not _PARTS_OF_NAME & missing.keys() and _PARTS_OF_NAME & golden.keys():
        missing.pop("full", None)
    return missing


def _standing_digests(golden: Mapping[str, Choice], field: str) -> set[str]:
    standing = golden[field].standing if field in golden else ()
    return {digest for value in standing for digest in _digests(value)}


def _digests(value: SameValue) -> set[str]:
    """One of each spelling: a value stays the same while others spell it in another way, too."""
    spellings = value.keys()
    return {blake2b(key.encode(), digest_size=_DIGEST_BYTES).hexdigest() for key in spellings}
