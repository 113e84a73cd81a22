"""Finds out how a CSV file is written: its encoding and what separates its cells; either can be stated instead."""

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from msgspec import Struct

from service.errors import InvalidInput

SEPARATORS = ",;\t|"
FALLBACK_ENCODING = "cp1252"
"""What programs of Windows write in western Europe unless they are told otherwise; a superset of Latin-1's letters."""

_BLOCK_BYTES = 1 << 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_BROKEN = re.compile(r"[\udc80-\udcff]")
# Letters of another alphabet in a row, or a sign within a word: not what a file in FALLBACK_ENCODING holds.
_IMPLAUSIBLE = re.compile(r"[À-ÿ]{4}|[a-zA-ZÀ-ÿ][¡-©«-±²³µ¶¸¹»-¿×÷‚„…†‡ˆ‰‹“”•˜™›]+[a-zA-ZÀ-ÿ]")
_WORD = re.compile(r"\w*[^\x00-\x7f]\w*")


class CsvFormat(Struct, frozen=True):
    """How a CSV file is written; `example` is a word of it that shows whether a guessed encoding is right."""

    encoding: str
    separator: str
    skip_lines: int = 0
    """Lines before the header: 1 if the first one states the separator, as Excel reads it."""
    example: str | None = None

    def describe(self) -> str:
        """In a sentence, for people."""
        separator = {"\t": "tabs", ",": "commas", ";": "semicolons"}.get(self.separator, f"`{self.separator}`")
        known = f"Read as {self.encoding.removesuffix('-sig')}, separated by {separator}."
        if self.example is None:
            return known
        return f"{known} The encoding is a guess: if `{self.example}` is not how it is spelled, say --encoding."


def detect_format(
    path: Path, is_column: Callable[[str], bool], *, encoding: str | None = None, separator: str | None = None
) -> CsvFormat:
    """How this file is written, as far as it is not stated. InvalidInput if it cannot be told."""
    example = None
    if encoding is None:
        encoding, example = _detect_encoding(path)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        try:
            first = file.readline(_BLOCK_BYTES)
            stated = _SEPARATOR_LINE.match(first)
            header = file.readline(_BLOCK_BYTES) if stated else first
        except UnicodeError as error:
            raise InvalidInput(f"{path.name} is not written in {encoding}; say --encoding.") from error
    separator = separator or (stated[1] if stated else _likeliest_separator(header, is_column))
    return CsvFormat(encoding, separator, 1 if stated else 0, example)


def _likeliest_separator(header: str, is_column: Callable[[str], bool]) -> str:
    """The one with which the header names the most columns that are known, else the most columns."""

    def score(separator: str) -> tuple[int, int]:
        names = next(csv.reader([header], delimiter=separator), [])
        return sum(map(is_column, names)), len(names)

    return max(SEPARATORS, key=score)


def _detect_encoding(path: Path) -> tuple[str, str | None]:
    """The encoding, and an example of its letters if it is a guess."""
    with path.open("rb") as file:
        start = file.read(4096)
        for mark, encoding in _BYTE_ORDER_MARKS:
            if start.startswith(mark):
                return encoding, None
        if b"\0" in start:  # of text without a mark, UTF-16 alone has bytes 0: the upper ones of ASCII letters
            return ("utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"), None
        file.seek(0)
        letters = broken = 0
        for text in _blocks(file, "utf-8"):
            broken += len(_BROKEN.findall(text))
            letters += len(_FOREIGN.findall(text))
        if letters - broken >= broken:  # some broken bytes do not make it another encoding: their rows are refused
            return "utf-8", None
        file.seek(0)
        return FALLBACK_ENCODING, _example_of_fallback(file, path.name)


def _example_of_fallback(file: IO[bytes], name: str) -> str | None:
    example = None
    for text in _blocks(file, FALLBACK_ENCODING):
        if _IMPLAUSIBLE.search(text):
            raise InvalidInput(
                f"{name} is neither UTF-8 nor {FALLBACK_ENCODING}, and its encoding cannot be told: say --encoding, "
                "such as windows-1251, iso-8859-2, cp850, shift_jis."
            )
        word = None if example else _WORD.search(text)
        example = word[0] if word else example
    return example


def _blocks(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
    while block := file.read(_BLOCK_BYTES):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)
