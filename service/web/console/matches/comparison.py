"""Two customers side by side: what each has of a sort, where that differs, and what would stand of both; pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from msgspec import Struct, convert
from msgspec.structs import replace

from service.identity.golden.model import OWN_SOURCE, GoldenField, GoldenOther, GoldenRecord, Value
from service.identity.normal.addresses import normal_address
from service.identity.normal.dates import normal_date
from service.identity.normal.folding import folded
from service.identity.sources.model import StatedAddress
from service.model.vocabulary import IdentityKind
from service.web.console.codes import FACTS, FOUND_IDENTITIES
from service.web.console.customer.sheet import CustomerSheet, shown_value
from service.web.console.golden.words import ADDRESS_PARTS, GOLDEN_FIELDS, field_place, golden_text
from service.web.console.matches.differences import MAX_COMPARED, Pieces, TextPiece, likeness, mark_differences

_TELLING_DIGITS = 8
_OF_SYSTEMS = {IdentityKind.EXTERNAL, IdentityKind.DEVICE}
"""Identities that each system has of its own: that they differ says nothing."""
MAX_VALUES = 12
"""Values of one field that a side shows; the golden one is the first."""
CONTACT_FACTS = {"name", "given-name", "family-name", "bday", "tel", "phone", "email", "language", *ADDRESS_PARTS}
"""Facts that the golden record has by its own names."""


class SideValue(Struct, frozen=True, kw_only=True):
    """A value of one side, in pieces of which those that the other side lacks are marked; `stands` if it is golden.

    Values with one `key` say the same in two spellings.
    """

    pieces: Pieces
    key: str
    sources: tuple[str, ...] = ()
    verified: bool = False
    stands: bool = False

    @property
    def text(self) -> str:
        """The value as it is."""
        return "".join(piece.text for piece in self.pieces)


class ComparedLine(Struct, frozen=True, kw_only=True):
    """What both have of one sort: `word` is what people call it, in English; one without is shown by `name`.

    `together` is what stands once the two are one customer. It differs if both have something, and share nothing of it.
    """

    word: str | None
    name: str
    here: tuple[SideValue, ...]
    there: tuple[SideValue, ...]
    together: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether this speaks against one person."""
        return bool(self.here and self.there and not _shared(self))

    @property
    def same(self) -> bool:
        """Whether this speaks for one person."""
        return bool(_shared(self))


def compared_fields(here: GoldenRecord, there: GoldenRecord, together: GoldenRecord) -> Iterator[ComparedLine]:
    """The fields of the golden records with all their values, in the order of GOLDEN_FIELDS."""
    known = dict.fromkeys(chain(here.fields, there.fields))
    for name in sorted(known, key=field_place):
        mine, others, both = (_field_values(name, record.fields.get(name)) for record in (here, there, together))
        yield _line(GOLDEN_FIELDS.get(name), name, mine, others, tuple(one.text for one in both if one.stands))


def compared_lines(here: CustomerSheet, there: CustomerSheet, fields: Iterable[ComparedLine]) -> Iterator[ComparedLine]:
    """What the fields of golden records do not have: identities by their kinds, then other facts."""
    lines = list(fields)
    known = {one.key for line in lines for one in line.here}, {one.key for line in lines for one in line.there}
    for kind, word in FOUND_IDENTITIES.items():
        if kind not in _OF_SYSTEMS:
            yield from _filled_line(word, kind, _identities(here, kind, known[0]), _identities(there, kind, known[1]))
    for name in sorted((here.view.known.keys() | there.view.known.keys()) - CONTACT_FACTS):
        yield from _filled_line(FACTS.get(name), name, _facts(here, name), _facts(there, name))


def sources_of(one: GoldenOther) -> tuple[str, ...]:
    """The source, if it is not the house itself."""
    return () if one.source == OWN_SOURCE else (one.source,)


def _field_values(name: str, field: GoldenField | None) -> tuple[SideValue, ...]:
    """The value that stands, then the others; with the rule `all`, those stand as well. Equal texts are one."""
    if field is None:
        return ()
    found: dict[str, SideValue] = {}
    for one in islice((field, *field.others), MAX_VALUES):
        text = golden_text(one.value)
        value = SideValue(
            pieces=_plain(text),
            key=_value_key(name, one.value),
            sources=sources_of(one),
            verified=one.verified,
            stands=one is field or field.rule == "all",
        )
        before = found.get(text)
        found[text] = value if before is None else _joined(before, value)
    return tuple(found.values())


def _spoken(name: str, text: str) -> SideValue:
    return SideValue(pieces=_plain(text), key=_key(name, text))


def _value_key(name: str, value: Value) -> str:
    """What the value of a field says in any spelling: a date in any order, an address in its normal form."""
    text = golden_text(value)
    match name, value:
        case "birth_date", str():
            return normal_date(value) or _key(name, text)
        case "given" | "family" | "full", str():
            return " ".join(sorted(folded(value).split())) or _key(name, text)
        case "address", dict():
            normal = normal_address(convert(value, StatedAddress), "")
            return _key(name, text) if normal is None else repr(replace(normal, country=""))
        case _:
            return _key(name, text)


def _key(name: str, text: str) -> str:
    """What the value says in any order of its words; of a telephone number its last digits."""
    if name == IdentityKind.PHONE:
        return re.sub(r"\D", "", text)[-_TELLING_DIGITS:]
    return " ".join(sorted(re.findall(r"\w+", text[:MAX_COMPARED].casefold())))


def _joined(one: SideValue, other: SideValue) -> SideValue:
    sources = tuple(dict.fromkeys(one.sources + other.sources))
    return replace(one, sources=sources, verified=one.verified or other.verified)


def _filled_line(word: str | None, name: str, here: Iterable[str], there: Iterable[str]) -> Iterator[ComparedLine]:
    sides = [tuple(_spoken(name, text) for text in islice(texts, MAX_VALUES)) for texts in (here, there)]
    if any(sides):
        yield _line(word, name, sides[0], sides[1], ())


def _line(
    word: str | None, name: str, here: tuple[SideValue, ...], there: tuple[SideValue, ...], together: tuple[str, ...]
) -> ComparedLine:
    marked = tuple(_marked(one, there) for one in here), tuple(_marked(one, here) for one in there)
    return ComparedLine(word=word, name=name, here=marked[0], there=marked[1], together=together)


def _marked(value: SideValue, others: tuple[SideValue, ...]) -> SideValue:
    """The value with what the most similar one of the other side lacks; nothing if there is none, or an equal one."""
    if not others or any(one.key == value.key for one in others):
        return value
    nearest = max((one.text for one in others), key=lambda text: likeness(value.text, text))
    return replace(value, pieces=mark_differences(value.text, nearest)[0])


def _plain(text: str) -> Pieces:
    return (TextPiece(text=text, differs=False),)


def _shared(line: ComparedLine) -> set[str]:
    return {one.key for one in line.here} & {one.key for one in line.there}


def _identities(sheet: CustomerSheet, kind: IdentityKind, known: set[str]) -> Iterator[str]:
    """Those that are not among the values that are shown."""
    values = (one.value for one in sheet.view.identities if one.kind is kind)
    return (value for value in values if _key(kind, value) not in known)


def _facts(sheet: CustomerSheet, name: str) -> Iterator[str]:
    fact = sheet.view.known.get(name)
    return iter(() if fact is None else (shown_value(fact.value),))
