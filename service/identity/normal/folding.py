"""Text as it is compared: repaired after wrong encodings, and folded to words of a to z."""

import html
import re
import unicodedata
from functools import lru_cache

from service.model.letters import ascii_letters, plain_letters

MAX_CHARS = 200
"""What stands behind is not read: no name, street or town is longer."""
_WRONG_CODECS = ("cp1252", "latin-1", "mac_roman", "cp850")
"""What UTF-8 was read as, the most frequent first."""
_BROKEN = re.compile("[ÃÂÄÅÎÐØÙ√┬├Ôï][\x80-\xff‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸº∂∫╝╣║ß¶ñ®©£§¬Ω¿½|]")
"""How two bytes of UTF-8 look in the codecs above."""
_MAX_REPAIRS = 2
_OTHER_UMLAUTS = re.compile("(?<=[A-Za-z])[„”\x81\x84\x94Ÿ§](?=[a-z])|(?<=[a-z])§")
_UMLAUTS_OF_OTHERS = {"„": "ä", "\x84": "ä", "”": "ö", "\x94": "ö", "\x81": "ü", "Ÿ": "ü", "§": "ß"}
"""What code page 850 and Mac Roman have in place of umlauts, read as Windows-1252."""
_QUOTED_PRINTABLE = re.compile(r"=([C-F][0-9A-F])(?![0-9])")
_LOST_SHARP_S = re.compile(r"(?<=[aeiouäöüyAEIOU])(?:\?|\ufffd|Ã)(?![^\W\d_]*[?\ufffd]{2})(?=[a-z]|\b|$|\s)")
_LOST_UMLAUT = re.compile(r"(?:(?<=[A-Za-z])|(?<![^\s-]))[?\ufffd](?=[A-Za-z])|(?<=[b-df-hj-np-tv-z])Ã(?=[a-z])")
_SHARP_S_AS_B = re.compile(r"(?<=[a-zäöü])B(?=[a-zäöü]|\b)")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UMLAUT_E = re.compile("(?<=[aou])e(?![aou])")
_ARABIC_NAMES = {
    "محمد": "mohammed",
    "احمد": "ahmed",
    "محمود": "mahmoud",
    "علي": "ali",
    "حسن": "hassan",
    "حسين": "hussein",
    "عمر": "omar",
    "خالد": "khaled",
    "يوسف": "yusuf",
    "ابراهيم": "ibrahim",
    "مصطفى": "mustafa",
    "مصطفي": "mustafa",
    "فاطمة": "fatima",
    "فاطمه": "fatima",
    "عائشة": "aisha",
    "مريم": "maryam",
    "زينب": "zainab",
    "نور": "nour",
    "سارة": "sara",
    "ساره": "sara",
    "ليلى": "leila",
    "ليلي": "leila",
}
_TRANSCRIBED = """
اa أa إi آa بb تt ثth جj حh خkh دd ذdh رr زz سs شsh صs ضd طt ظz عa غgh فf قq كk لl مm نn هh وw يy ةa ىa ئ ؤw ء پp
چch ژzh گg אa בb גg דd הh וv זz חch טt יy כk לl מm נn סs ע פp צts קk רr שsh תt
"""
"""Arabic and Hebrew, consonant by consonant; vowels are not written."""
_TRANSCRIPTION = str.maketrans({pair[0]: pair[1:] for pair in _TRANSCRIBED.split()})


LETTERS_OF_DIGITS = {"0": "o", "1": "l", "5": "s", "8": "ß"}
"""What a scanner reads in place of letters within a word."""
_FIRST_LETTERS_OF_DIGITS = LETTERS_OF_DIGITS | {"8": "b"}
_FIRST_DIGIT = re.compile(r"\b[058](?=[^\W\d_]{2})")
_DIGIT_IN_WORD = re.compile(r"(?<=[^\W\d_])[0158](?=[^\W\d_]|$)")


def listed(text: str) -> tuple[str, ...]:
    """The words of a list that stands in the code as a text."""
    return tuple(text.split())


@lru_cache(maxsize=131_072)
def folded(text: str) -> str:
    """Words in lower case, parted by blanks, without marks: "Müller-Groß", "MUELLER gross" give "muller gross".

    An e that stands for an umlaut is left out wherever it can be one. Signs of scripts that are not transcribed become
    codes of a to z and 0 to 9.
    """
    plain = plain_letters(text)
    if not plain.isascii():
        plain = " ".join(_ARABIC_NAMES.get(word) or word.translate(_TRANSCRIPTION) for word in plain.split())
        plain = ascii_letters(plain)
    return _UMLAUT_E.sub("", plain)


def repaired(text: str) -> str:
    """The text as it was before wrong encodings: "MÃ¼ller", "M&uuml;ller" and "Mu¨ller" give "Müller".

    A letter that is lost (?) becomes ß after a vowel and u elsewhere, which is the most frequent case of each. At most
    MAX_CHARS characters.
    """
    text = text[:MAX_CHARS]
    if "=" in text:
        text = _QUOTED_PRINTABLE.sub(lambda found: chr(int(found[1], 16)), text)
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = _decoded(text)
    text = _CONTROLS.sub(" ", text)
    if "?" in text or "\ufffd" in text or "Ã" in text:
        text = _LOST_UMLAUT.sub("u", _LOST_SHARP_S.sub("ss", text))
    if "B" in text and not text.isupper():
        text = _SHARP_S_AS_B.sub("ss", text)
    return text.strip()


def letters_for_digits(text: str) -> str:
    """The text with letters where a scanner saw digits: "Niko1aus", "Gra8wieser" give "Nikolaus", "Graßwieser"."""
    text = _FIRST_DIGIT.sub(lambda found: _FIRST_LETTERS_OF_DIGITS[found[0]], text)
    return _DIGIT_IN_WORD.sub(lambda found: LETTERS_OF_DIGITS[found[0]], text)


def _decoded(text: str) -> str:
    for _ in range(_MAX_REPAIRS):
        if _BROKEN.search(text) is None:
            break
        text = _decoded_once(text)
    text = _OTHER_UMLAUTS.sub(lambda found: _UMLAUTS_OF_OTHERS[found[0]], text)
    return unicodedata.normalize("NFC", text.replace("¨", "\u0308"))


def _decoded_once(text: str) -> str:
    for codec in _WRONG_CODECS:
        try:
            return text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return text
