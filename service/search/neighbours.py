"""What a number may have been before one letter of it was mistaken. Pure.

Every spelling with one letter replaced, left out, added, or swapped with its neighbour: some hundred texts, each one a
probe of an index that is there anyway, which takes a few milliseconds and no index of its own.
"""

from string import ascii_lowercase, ascii_uppercase, digits

MIN_CHARS = 5
"""Shorter numbers have too many neighbours that exist."""
MAX_CHARS = 40
_SIGNS_OF_ADDRESSES = "-._@"


def neighbours(text: str) -> set[str]:
    """The texts that differ from this one in one place; empty if it is too short or too long for a number."""
    if not MIN_CHARS <= len(text) <= MAX_CHARS:
        return set()
    letters = _letters_of(text)
    cuts = [(text[:place], text[place:]) for place in range(len(text) + 1)]
    found = {before + letter + after for before, after in cuts for letter in letters}
    found |= {before + letter + after[1:] for before, after in cuts if after for letter in letters}
    found |= {before + after[1:] for before, after in cuts if after}
    found |= {before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1}
    return found - {text}


def _letters_of(text: str) -> str:
    """The letters that a text like this one may have: digits, and letters of its case if it has any."""
    letters = digits
    if any(map(str.isupper, text)):
        letters += ascii_uppercase
    if any(map(str.islower, text)):
        letters += ascii_lowercase
    return letters + _SIGNS_OF_ADDRESSES if "@" in text else letters
