"""What a customer's own record and facts state for the golden record, and what facts follow it; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from msgspec import DecodeError, Raw, Struct
from msgspec.json import decode

from service.identity.golden.model import OWN_SOURCE, Candidate, Value
from service.identity.golden.spelling import ADDRESS_PARTS, NAMES
from service.identity.golden.survive import Choice

_FIELDS_OF_FACTS = {
    "given-name": "given",
    "family-name": "family",
    "name": "full",
    "bday": "birth_date",
    "tel": "phone",
    "email": "email",
}
"""HTML's autocomplete tokens, by which facts of people are named."""
GOLDEN_FACTS = (*_FIELDS_OF_FACTS, *ADDRESS_PARTS)
_KNOWN_FIELDS = {field: name for name, field in _FIELDS_OF_FACTS.items() if field != "full"}


class MemberStatement(Struct, frozen=True, kw_only=True):
    """What the own record of a member of a merge set says of the person."""

    customer_id: UUID
    name: str | None
    language: str | None
    since: datetime
    name_at: datetime | None = None
    """When the name was stated by hand, if it was."""
    language_at: datetime | None = None


class FactStatement(Struct, frozen=True, kw_only=True):
    """A fact that one member of the merge set stated; several members may know a fact of one name."""

    name: str
    value: Raw
    source: str
    at: datetime
    verified: bool
    vouched: bool = False
    """Whether a person of the company corrected or verified it; then it stands above later values."""
    customer_id: UUID | None = None
    """The member, where that is read."""


def own_candidates(
    members: Iterable[MemberStatement], facts: Iterable[FactStatement], stated: Iterable[Candidate]
) -> Iterator[Candidate]:
    """What the customers of a merge set and their facts state beside what is `stated` by sources.

    A name or language that was not given by hand came with an interaction or out of a record: it counts for as long as
    sources state none.
    """
    fields = {"full" if one.field in NAMES else one.field for one in stated}
    for member in members:
        for field, value, stated_at in (
            ("full", member.name, member.name_at),
            ("language", member.language, member.language_at),
        ):
            if value and (stated_at or field not in fields):
                yield Candidate(
                    field=field,
                    value=value,
                    normal="",
                    source=OWN_SOURCE,
                    external_id=None,
                    stated_at=stated_at or member.since,
                    verified=False,
                )
    addresses: dict[tuple[str, datetime], list[FactStatement]] = defaultdict(list)
    for fact in facts:
        if fact.name in ADDRESS_PARTS:
            addresses[fact.source, fact.at].append(fact)
        elif fact.name in _FIELDS_OF_FACTS and (text := _text_of_fact(fact)):
            yield _candidate(_FIELDS_OF_FACTS[fact.name], text, [fact])
    for block in addresses.values():
        if parts := {fact.name: text for fact in block if (text := _text_of_fact(fact))}:
            yield _candidate("address", parts, block)


def known_values(choices: Mapping[str, Choice]) -> Iterator[tuple[str, str | None, Candidate]]:
    """Facts that follow the golden record: name, value and statement; None where an address does not say a part.

    A value that is a fact already is not among them: it stands as it was said.
    """
    for field, choice in choices.items():
        best = choice.values[0].best
        if best.fact is not None:
            continue
        if isinstance(best.value, dict):
            yield from ((part, best.value.get(part, "").strip() or None, best) for part in ADDRESS_PARTS)
        elif field in _KNOWN_FIELDS:
            yield _KNOWN_FIELDS[field], best.value, best


def _candidate(field: str, value: Value, facts: list[FactStatement]) -> Candidate:
    return Candidate(
        field=field,
        value=value,
        normal="" if isinstance(value, dict) else _usable_form(field, value),
        source=facts[0].source,
        external_id=None,
        stated_at=facts[0].at,
        verified=all(fact.verified for fact in facts),
        vouched=any(fact.vouched for fact in facts),
        fact=facts[0].name,
    )


_MIN_PHONE_DIGITS = 6


def _usable_form(field: str, text: str) -> str:
    """Something by which a value that can be used at all is recognised; "" for others."""
    match field:
        case "phone":
            return text if sum(map(str.isdigit, text)) >= _MIN_PHONE_DIGITS else ""
        case "email":
            return text if "@" in text.strip("@") else ""
        case _:
            return text


def _text_of_fact(fact: FactStatement) -> str:
    """The value of a fact that is a text or number; "" for anything else."""
    try:
        value = decode(bytes(fact.value))
    except DecodeError:
        return ""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
