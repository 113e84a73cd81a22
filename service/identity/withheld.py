"""What telephone systems send in place of a number that the caller withholds."""

import phonenumbers

_WORDS = frozenset({"anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld"})
_KEYPAD_DIGITS = frozenset(phonenumbers.convert_alpha_characters_in_number(word) for word in _WORDS)
_NUMBERS = frozenset(f"+{country}{digits}" for country in ("", "1") for digits in _KEYPAD_DIGITS)
_MIN_DIGITS_WITHOUT_PLUS = 8
"""The words as they are typed on a telephone, which Twilio sends as if they were E.164: +266696687 is ANONYMOUS.

One of them, +17378742833 (RESTRICTED), could be a line in Texas: that line cannot be an identity.
"""


def is_withheld(number: str) -> bool:
    """Whether this is a word for a withheld number, in any case, or such a word in digits.

    Seven digits without a plus are a line of a town or of a small country (Iceland: 865 6696), and no word.
    """
    if number.isdecimal() and len(number) >= _MIN_DIGITS_WITHOUT_PLUS:
        return f"+{number}" in _NUMBERS
    return number in _NUMBERS or number.strip(" +").lower() in _WORDS
