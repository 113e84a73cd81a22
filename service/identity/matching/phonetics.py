"""Kölner Phonetik: how a German reader says a word (Postel, 1969), as digits."""

from functools import lru_cache

_ALONE = {**dict.fromkeys("aeijouy", "0"), "h": "", "b": "1", **dict.fromkeys("fvw", "3"), **dict.fromkeys("gkq", "4")}
_ALONE |= {"l": "5", "m": "6", "n": "6", "r": "7", "s": "8", "z": "8", "p": "1", "d": "2", "t": "2", "x": "48"}
"""What a letter is if its neighbours do not matter."""
_HARD_C_FIRST = frozenset("ahkloqrux")
_HARD_C = frozenset("ahkoqux")


@lru_cache(maxsize=1 << 17)
def cologne(word: str) -> str:
    """The code of one word of letters a to z: "mueller" gives 657, "mila" 65; empty if no letter has a sound."""
    digits: list[str] = []
    before = ""
    for letter, after in zip(word, f"{word} "[1:], strict=True):
        for digit in _sound(before, letter, after):
            if not digits or digits[-1] != digit:
                digits.append(digit)
        before = letter
    return "".join(digits[:1] + [digit for digit in digits[1:] if digit != "0"])


def _sound(before: str, letter: str, after: str) -> str:
    if letter == "c":
        return _sound_of_c(before, after)
    if letter in "dt" and after in "csz":
        return "8"
    if letter == "p" and after == "h":
        return "3"
    if letter == "x" and before and before in "ckq":
        return "8"
    return _ALONE.get(letter, "")


def _sound_of_c(before: str, after: str) -> str:
    if not before:
        return "4" if after in _HARD_C_FIRST else "8"
    return "4" if after in _HARD_C and before not in "sz" else "8"
