"""Judges names: what stands in a name field that is no name. Nothing is concluded about the person."""

from functools import lru_cache
from unicodedata import normalize

from service.identity.normal.folding import folded, listed, repaired
from service.identity.normal.organisations import is_organisation
from service.identity.sources.quality.model import Judgement, Verdict

_EMPTY_WORDS = frozenset(
    listed("""
unbekannt unbek unknown none null nil na n/a k.a. keine-angabe keiner niemand nn n.n. test tester xxx xx x asdf dummy
anonym anonymous kunde neukunde barverkauf diverse leer fehlt
""")
)
_EMPTY_FORMS = frozenset(folded(word) for word in _EMPTY_WORDS)


@lru_cache(maxsize=65_536)
def judge_name(text: str) -> Judgement:
    """What is to be thought of a name, or a part of one."""
    if "@" in text:
        return Judgement(Verdict.EMAIL_IN_NAME, "An e-mail address stands in a field for a name.")
    words = folded(text)
    if not words or words in _EMPTY_FORMS or set(words.split()) <= _EMPTY_FORMS:
        return Judgement(Verdict.EMPTY_WORD, "This is a word for nothing, and no name.")
    if _is_broken(text):
        return Judgement(Verdict.MOJIBAKE, "Letters seem to be broken by a wrong encoding.")
    if any(sign.isdigit() for sign in text):
        return Judgement(Verdict.DIGITS, "Digits stand in a field for a name.")
    if is_organisation(text):
        return Judgement(Verdict.ORGANISATION, "An organisation seems to stand in a field for a person's name.")
    return Judgement(Verdict.VALID)


def _is_broken(text: str) -> bool:
    suspicious = "?" in text or "&" in text or not text.isascii()
    return suspicious and repaired(text).split() != normalize("NFC", text).split()
