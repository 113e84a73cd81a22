"""What a condition may cost at most, by its text: walks over lists, and patterns; a condition is evaluated often."""

import re
from collections.abc import Iterator
from math import prod

from service.errors import InvalidInput
from service.insight.condition_fields import WALKS, Token, tokens_of

MAX_WALKS = 6
"""Walks over lists (`exists`, `all`, `map`, `filter`) and patterns (`matches`) in a condition."""
MAX_NESTED_WALKS = 2
"""Walks within each other: each multiplies the steps of the one around it, and a view's list has 25 entries."""
MAX_PATTERN_SIZE = 250
"""Parts of a pattern: it is built anew for each text, a wide class such as `\\w` for 0.2 ms."""
MATCHES = "matches"
_WIDE_CLASS_CHARS = 10
_WIDE_CLASS = re.compile(r"\\[A-Za-z]")
_TIMES = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_SPACED_MODE = re.compile(r"\(\?[A-Za-z-]*x")
_CODED_CHARACTER = re.compile(r"(?<!\\)(?:\\\\)*\\[^\\\"'nt]")


def check_cost(text: str, field: str) -> None:
    """InvalidInput for more walks over lists than a condition may take, deeper ones, or a pattern that is too large."""
    tokens = [one for one in tokens_of(text) if one.kind != "space"]
    depths = list(_depths_of_walks(tokens))
    if len(depths) > MAX_WALKS or max(depths, default=0) > MAX_NESTED_WALKS:
        limits = f"{MAX_WALKS} walks over lists, {MAX_NESTED_WALKS} within each other; `{MATCHES}` counts as one"
        raise InvalidInput(field=field, message=f"A condition has at most {limits}.")
    if not all(_is_small_pattern(tokens, place) for place in range(len(tokens)) if _calls(tokens, place, {MATCHES})):
        message = f"`{MATCHES}` takes one text in quotes, as in `x.matches('^R-[0-9]+$')`, of {MAX_PATTERN_SIZE} parts."
        raise InvalidInput(field=field, message=message)


def _calls(tokens: list[Token], place: int, names: set[str] | frozenset[str]) -> bool:
    """Whether one of these functions is called here."""
    return tokens[place].text in names and place + 1 < len(tokens) and tokens[place + 1].text == "("


def _depths_of_walks(tokens: list[Token]) -> Iterator[int]:
    """How many walks each walk stands in, itself among them."""
    open_parentheses: list[bool] = []
    for place, token in enumerate(tokens):
        if token.text == "(":
            open_parentheses.append(place > 0 and _calls(tokens, place - 1, WALKS | {MATCHES}))
            if open_parentheses[-1]:
                yield sum(open_parentheses)
        elif token.text == ")" and open_parentheses:
            open_parentheses.pop()


def _is_small_pattern(tokens: list[Token], place: int) -> bool:
    """Whether the call has a pattern that is known here, and not too large when its repetitions are written out."""
    if place + 3 >= len(tokens) or tokens[place + 2].kind != "quoted" or tokens[place + 3].text != ")":
        return False
    pattern = _pattern_of(tokens[place + 2].text)
    if pattern is None or _SPACED_MODE.search(pattern):
        return False
    times = prod(max(1, *(int(one) for one in found.groups() if one)) for found in _TIMES.finditer(pattern))
    return (len(pattern) + _WIDE_CLASS_CHARS * len(_WIDE_CLASS.findall(pattern))) * times <= MAX_PATTERN_SIZE


def _pattern_of(literal: str) -> str | None:
    """The pattern of a text in quotes; None if characters of it are written as codes."""
    marks = literal[: len(literal) - len(literal.lstrip("rRbB"))]
    if marks.lower() == "r":
        return literal[1:]
    return None if _CODED_CHARACTER.search(literal) else literal.replace("\\\\", "\\")
