"""Checks that what a condition names exists: variables, functions, and fields by the types of the console's view."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import UnionType
from typing import Any, NamedTuple

from msgspec import inspect

from service.context.audiences import ConsoleView

WALKS = frozenset({"all", "exists", "exists_one", "filter", "map"})
"""Macros of the language that bind a name to each item of a list in turn."""
FUNCTIONS = WALKS | frozenset(
    [
        "bytes",
        "contains",
        "double",
        "duration",
        "dyn",
        "endsWith",
        "has",
        "int",
        "matches",
        "size",
        "startsWith",
        "string",
        "timestamp",
        "type",
        "uint",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getFullYear",
        "getHours",
        "getMilliseconds",
        "getMinutes",
        "getMonth",
        "getSeconds",
    ]
)
"""Functions and methods of the language."""
NOW = "now"
_LITERALS = frozenset({"true", "false", "null", "in"})
_QUOTED = (
    r"""[bB]?[rR](?:"{3}.*?"{3}|'{3}.*?'{3}|"[^"]*"|'[^']*')"""
    r"""|[bB]?(?:"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
)
"""Texts in quotes as the language reads them: a raw one has no escapes, one in three quotes may have others inside."""
_TOKEN = re.compile(
    rf"(?P<space>\s+|//[^\n]*)|(?P<quoted>{_QUOTED})|(?P<number>\d[\w.]*)|(?P<name>[A-Za-z_]\w*)|(?P<mark>.)", re.DOTALL
)
_CLOSING = frozenset(")]}")
_OPENING = frozenset("([{")

_SAMPLES: tuple[tuple[type[inspect.Type] | UnionType, Any], ...] = (
    (inspect.BoolType, False),
    (inspect.IntType, 0),
    (inspect.FloatType, 0.0),
    (inspect.StrType | inspect.EnumType | inspect.UUIDType, ""),
    (inspect.DateTimeType, datetime(2000, 1, 1, tzinfo=UTC)),
    (inspect.DictType, {}),
    (inspect.CollectionType, []),
)

FieldType = inspect.Type | None
"""What a value is; None if that is not known, such as the value of a fact."""


class UnknownName(NamedTuple):
    """A name that does not exist: where it stands, what was read, and which there are; no names for no fields."""

    position: int
    path: str
    known: tuple[str, ...]


class Token(NamedTuple):
    """A word or mark of a condition: its kind by the groups of the pattern, and where it stands."""

    kind: str
    text: str
    position: int


def tokens_of(text: str) -> Iterator[Token]:
    """The words and marks of a condition in their order, comments and spaces too."""
    return (Token(one.lastgroup or "", one[0], one.start()) for one in _TOKEN.finditer(text))


def first_unknown_name(text: str, prepared: Iterable[str] = ()) -> UnknownName | None:
    """The first name of a condition that does not exist; None if all of them do. The text has been compiled.

    `prepared` are variables beside those of the view; what they hold is not checked.
    """
    return _Reader(text, {**VIEW_TYPES, **dict.fromkeys(prepared)}).read()


def _view_types() -> dict[str, FieldType]:
    """What a condition may read; what rules advise is not known before they are evaluated."""
    fields = _fields_of(inspect.type_info(ConsoleView))
    del fields["next"]
    return {**fields, NOW: inspect.DateTimeType()}


def _fields_of(value: FieldType) -> dict[str, FieldType]:
    """The type of each field of a record, by the public name of the field; empty for what is no record."""
    if not isinstance(value, inspect.StructType):
        return {}
    return {field.encode_name: _plain(field.type) for field in value.fields}


def _plain(value: inspect.Type) -> FieldType:
    """The type without what describes it, and without null."""
    if isinstance(value, inspect.Metadata):
        return _plain(value.type)
    if isinstance(value, inspect.UnionType):
        others = [one for one in value.types if not isinstance(one, inspect.NoneType)]
        return _plain(others[0]) if len(others) == 1 else None
    return None if isinstance(value, inspect.AnyType | inspect.RawType) else value


def _item_of(value: FieldType) -> FieldType:
    """The type of the items of a list, or of the values of a dictionary."""
    if isinstance(value, inspect.ListType | inspect.VarTupleType):
        return _plain(value.item_type)
    return _plain(value.value_type) if isinstance(value, inspect.DictType) else None


class _Reader:
    """Reads the text once, from left to right; every value that is reached gets its type."""

    def __init__(self, text: str, variables: Mapping[str, FieldType]) -> None:
        self._variables = variables
        self._tokens = [one for one in tokens_of(text) if one.kind != "space"]
        self._next = 0
        self._unknown: UnknownName | None = None

    def read(self) -> UnknownName | None:
        while self._next < len(self._tokens):
            self._read_until_closed(self._variables)
            self._next += 1
        return self._unknown

    def _text(self, ahead: int = 0) -> str:
        place = self._next + ahead
        return self._tokens[place].text if place < len(self._tokens) else ""

    def _read_until_closed(self, scope: Mapping[str, FieldType]) -> None:
        """Read up to the bracket that closes what is around, or to the end."""
        while self._next < len(self._tokens) and self._text() not in _CLOSING:
            token = self._tokens[self._next]
            self._next += 1
            if token.kind == "name":
                self._read_chain(token.text, self._read_name(token, scope), scope)
            elif token.text in _OPENING:
                self._read_until_closed(scope)
                self._next += 1
                self._read_chain("(…)", None, scope)
            elif token.kind == "quoted":
                self._read_chain(token.text, None, scope)

    def _read_name(self, token: Token, scope: Mapping[str, FieldType]) -> FieldType:
        """The type of a variable; a function has none."""
        if self._text() == "(":
            self._check_function(token)
        elif token.text not in scope and token.text not in _LITERALS:
            self._report(token, token.text, sorted(self._variables))
        return None if self._text() == "(" else scope.get(token.text)

    def _check_function(self, token: Token) -> None:
        if token.text not in FUNCTIONS:
            self._report(token, f"{token.text}()", sorted(FUNCTIONS))

    def _report(self, token: Token, path: str, known: Iterable[str]) -> None:
        """The first name that is wrong is told."""
        self._unknown = self._unknown or UnknownName(token.position, path, tuple(known))

    def _read_chain(self, path: str, value: FieldType, scope: Mapping[str, FieldType]) -> None:
        """Read the fields, items and calls that follow a value."""
        while self._text() in {".", "[", "("}:
            mark = self._text()
            self._next += 1
            if mark == ".":
                path, value = self._read_member(path, value, scope)
            else:
                self._read_until_closed(scope)
                self._next += 1
                path, value = f"{path}[…]", _item_of(value) if mark == "[" else None

    def _read_member(self, path: str, value: FieldType, scope: Mapping[str, FieldType]) -> tuple[str, FieldType]:
        """Read a field or the call of a method after the dot; gives the path to it and its type."""
        name = self._tokens[self._next]
        self._next += 1
        if self._text() == "(":
            self._check_function(name)
            return f"{path}.{name.text}(…)", self._read_call(name.text, value, scope)
        found = f"{path}.{name.text}"
        if isinstance(value, inspect.DictType):
            return found, _item_of(value)
        fields = _fields_of(value)
        if value is not None and name.text not in fields:
            self._report(name, found, fields)
        return found, fields.get(name.text)

    def _read_call(self, method: str, value: FieldType, scope: Mapping[str, FieldType]) -> FieldType:
        """Read the arguments of a method; the name that a walk binds has the type of the items."""
        self._next += 1
        if method in WALKS and self._text(1) == ",":
            bound = None if isinstance(value, inspect.DictType) else _item_of(value)
            scope = {**scope, self._text(): bound}
            self._next += 2
        self._read_until_closed(scope)
        self._next += 1
        return value if method == "filter" else None


def _sample(value: FieldType) -> Any:
    """A value of this type as conditions read it; None where the type is not known."""
    if isinstance(value, inspect.StructType):
        return {name: _sample(part) for name, part in _fields_of(value).items()}
    return next((sample for kinds, sample in _SAMPLES if isinstance(value, kinds)), None)


VIEW_TYPES = _view_types()
SAMPLE = {name: _sample(value) for name, value in VIEW_TYPES.items()}
"""What conditions read of a customer without any records."""
