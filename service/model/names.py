"""Names as people say them: the key under which every spelling is found, and initials."""

import re

from service.model.letters import ascii_letters, has_signs, initial_letters, plain_letters

_COMMAS = re.compile("[,،，、;]")
_TITLES = frozenset(
    plain_letters(
        "Herr Herrn Frau Fräulein Hr Fr Familie Fam Firma Dr Drs Doktor Prof Professor Professorin Dipl Ing Mag Med Rer"
        " Nat Phil Jur hc habil Univ PD Mr Mrs Ms Miss Mx Sir Madam Doctor Mme Mlle Madame Mademoiselle Monsieur"
        " Docteur Señor Señora Señorita Sr Sra Srta Don Doña Senhor Senhora Doutor Doutora Dra"
        " Signor Signora Signorina Sig Sigra Dott Dottor Dottssa Dottoressa Avv Dhr Mevr Mevrouw Meneer Mw Heer"
        " Pan Pani Mgr Inż Bay Bayan Sayın Fru Fröken Frk Господин Госпожа Пан Пані Κύριος Κυρία κος κα"
        " السيد السيدة دكتور الدكتور الدكتورة الأستاذ الآنسة מר גברת גב ד״ר श्री श्रीमती"
    ).split()
)
"""Salutations and degrees before a name, in the languages of shops."""
_TITLES_AFTER = frozenset(["jr", "jun", "sen", "phd", "mba", "msc", "bsc", "esq", "bey", "hanim"])
_BEFORE_TITLES = frozenset(["and", "de", "e", "el", "et", "il", "la", "le", "o", "und", "y"])
_UNPARTED_TITLE = re.compile(r"^(?:(?:นางสาว|นาย|นาง|คุณ)\s*|g (?:n|zha) )(?=\S)")
"""A Thai title, with or without a space, and г-н and г-жа as they are after their transcription."""
_EAST_ASIAN_TITLE = re.compile(r"(?<=\S)\s*(?:先生|女士|小姐|太太|様|さま|さん|씨|님)$")
_PHONETIC_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("(?<=[aou])e", ""),  # Mueller, Müller, Muller
        ("[ae][iy]", "ei"),  # Maier, Mayer, Meier, Meyer
        ("y", "i"),
        ("ph", "f"),
        ("th|dt", "t"),
        ("ck|c(?!h)", "k"),
        ("tz", "z"),
        (r"([a-z])\1+", r"\1"),  # Hoffmann, Hofmann
    )
)
_MAX_INITIALS = 4


def name_key(name: str) -> str:
    """One spelling for all of a name as it sounds: "Anna Mayer" and "Meier, Frau Dr. ANA" give "ana meier".

    ASCII words in lower case without marks, titles and punctuation, the given name first; "" if the name has no letter
    or digit. The key is for finding, never for showing.
    """
    parts = [name] if has_signs(name) else reversed(_COMMAS.split(name))
    plain = _EAST_ASIAN_TITLE.sub("", _UNPARTED_TITLE.sub("", plain_letters(" ".join(parts))))
    key = " ".join(_without_titles(plain.split()))
    for letters, sound in _PHONETIC_RULES:
        key = letters.sub(sound, key)
    return ascii_letters(key)


def initials(name: str) -> str:
    """The first letter of each word, at most four of them: "Anna-Lena Müller" gives "A. L. M."."""
    return " ".join(f"{letter}." for letter in initial_letters(name)[:_MAX_INITIALS])


def masked_phone(number: str) -> str:
    """A telephone number with all but its country's beginning and its last two digits hidden: +49 ••• 67."""
    return f"{number[:3]} ••• {number[-2:]}"


def _without_titles(words: list[str]) -> list[str]:
    """The words of a name after its titles and before its degrees; the last one that is left stays."""
    while len(words) > 1 and (words[0] in _TITLES or (words[0] in _BEFORE_TITLES and words[1] in _TITLES)):
        words = words[1:]
    while len(words) > 1 and words[-1] in _TITLES_AFTER:
        words = words[:-1]
    return words
