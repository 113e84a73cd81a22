"""The columns that a CSV file may have: the fields of a shape of the API, with a dot for each step down."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Protocol

import msgspec

from service.errors import InvalidInput
from service.model.decode import decode_json
from service.model.vocabulary import IdentityKind

_LIST_COLUMNS = frozenset({"asks", "segments"})
_NUMBER_COLUMNS = frozenset({"mood", "rating.scale", "rating.value"})
_FREE_PREFIXES = ("fact.", "data.")
_COLUMNS_WITH_LINES = frozenset({"text", "data", "communication_style", "attempt.what"})
_BLANKS = re.compile(r"\s+")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class FileColumns(Protocol):
    """What the columns of a kind of file are called, and what a row of them means."""

    def is_known(self, header: str) -> bool:
        """Whether there is this column, however its header is spelled."""
        ...

    def parse_header(self, cells: Sequence[str]) -> list[str]:
        """The names of the columns, each another one. InvalidInput if one cannot be used."""
        ...

    def may_have_lines(self, column: str) -> bool:
        """Whether a cell may go on over the end of a line."""
        ...

    def to_json(self, row: dict[str, str]) -> dict[str, Any]:
        """A row of cells as the JSON it stands for."""
        ...


class Columns:
    """The columns of one shape, such as the body of `POST /v1/customers`."""

    def __init__(self, shape: type[msgspec.Struct]) -> None:
        self._names = frozenset(_column_names(shape))
        self._has_facts = "fact.*" in self._names

    def is_known(self, header: str) -> bool:
        """Whether the shape has this column, however its header is spelled."""
        name = _plain_name(header)
        return name in self._names or (self._has_facts and name.startswith(_FREE_PREFIXES) and len(name) > len("fact."))

    def parse_header(self, cells: Sequence[str]) -> list[str]:
        """The names of the columns. InvalidInput if one is unknown or stands twice."""
        header = [_plain_name(cell) for cell in cells]
        while header and not header[-1]:
            header.pop()
        for place, name in enumerate(header):
            if name and not self.is_known(name):
                raise InvalidInput(field=cells[place].strip(), message=self._unknown(name))
            if name and name in header[:place]:
                places = f"columns {header.index(name) + 1} and {place + 1}"
                raise InvalidInput(field=name, message=f"The column stands twice ({places}): rename or remove one.")
        if not any(header):
            raise InvalidInput("The first row names no column.")
        return header

    def _unknown(self, name: str) -> str:
        names = sorted(self._names)
        ends = [one for one in names if one.rpartition(".")[2] == name]
        close = ends or get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(close)}?" if close else f"there are {', '.join(names)}."
        return f"No such column; {hint}"

    @staticmethod
    def may_have_lines(column: str) -> bool:
        """Whether a cell may go on over the end of a line."""
        return column in _COLUMNS_WITH_LINES or column.startswith(_FREE_PREFIXES)

    @staticmethod
    def to_json(row: dict[str, str]) -> dict[str, Any]:
        """A row of cells as the JSON shape it stands for."""
        record: dict[str, Any] = {}
        for column, cell in row.items():
            if cell.strip():
                _set_field(record, column, cell)
        return record


def _column_names(shape: type[msgspec.Struct]) -> Iterator[str]:
    for field in msgspec.inspect.type_info(shape).fields:  # type: ignore[attr-defined]
        parts = _nested_struct(field.type)
        if field.name == "identities":
            for kind in IdentityKind:
                yield f"identity.{kind}"
                yield f"identity.{kind}.verified"
        elif field.name == "facts":
            yield "fact.*"
        elif parts is not None:
            yield from (f"{field.name}.{part.name}" for part in parts.fields)
        else:
            yield field.name


def _nested_struct(kind: msgspec.inspect.Type) -> msgspec.inspect.StructType | None:
    if isinstance(kind, msgspec.inspect.Metadata):
        return _nested_struct(kind.type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return next((found for found in map(_nested_struct, kind.types) if found), None)
    return kind if isinstance(kind, msgspec.inspect.StructType) else None


def _plain_name(header: str) -> str:
    """A header without blanks around, with `_` for those within, in lower case; the name of a fact keeps its case."""
    name = _BLANKS.sub("_", re.sub(r"\s*\.\s*", ".", header.strip().removeprefix("\ufeff")))
    if name == name.upper():
        return name.lower()
    head, dot, rest = name.partition(".")
    return head.lower() + dot + (rest if f"{head.lower()}." in _FREE_PREFIXES else rest.lower())


def _set_field(record: dict[str, Any], column: str, cell: str) -> None:
    head, _, rest = column.partition(".")
    if head == "identity":
        kind, _, attribute = rest.partition(".")
        identity = _identity_entry(record, kind)
        if attribute:
            identity["verified"] = _TRUTH.get(cell.strip().lower(), cell)
        else:
            identity["value"] = cell
    elif head == "fact":
        record.setdefault("facts", {})[rest] = cell
    elif rest:
        record.setdefault(head, {})[rest] = _parse_cell(column, cell)
    else:
        record[head] = _parse_cell(column, cell)


def _identity_entry(record: dict[str, Any], kind: str) -> dict[str, Any]:
    identities: list[dict[str, Any]] = record.setdefault("identities", [])
    for identity in identities:
        if identity["kind"] == kind:
            return identity
    identities.append({"kind": kind})
    return identities[-1]


def _parse_cell(column: str, cell: str) -> object:
    if column == "answered":
        return _TRUTH.get(cell.strip().lower(), cell)
    if column in _LIST_COLUMNS:
        return [part.strip() for part in cell.split(";") if part.strip()]
    if column in _NUMBER_COLUMNS or column == "data":
        if _DECIMAL_COMMA.fullmatch(cell.strip()):
            cell = cell.replace(",", ".")
        try:
            return decode_json(cell.encode(), float if column in _NUMBER_COLUMNS else dict[str, Any])
        except InvalidInput:
            return cell  # the shape refuses it by its field
    return cell.strip() if column != "text" else cell
