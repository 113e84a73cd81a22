"""What is compared of a record, prepared once: names with their words and sounds, mailboxes with what they spell."""

import re
from functools import lru_cache

from msgspec import Struct
from rapidfuzz.distance import JaroWinkler

from service.identity.matching.model import NormalAddress, NormalRecord
from service.identity.normal.emails import is_role

_MAX_NAME_LETTERS = 60
_MAX_VALUES = 8
_UMLAUT = re.compile("(?<=[aou])e(?![aou])")
_NO_LETTERS = re.compile("[^a-z]+")
_SPELLS_THE_NAME = 0.93


class ComparedMailbox(Struct, frozen=True, array_like=True, gc=False):
    """An e-mail address in its parts."""

    local: str
    domain: str
    is_the_name: bool
    """Its local part says no more than the name of the record, or than info@ does."""


class Profile(Struct, frozen=True, array_like=True):
    """A record as it is compared with others. It can be stored by msgspec; a list of these is what a customer is."""

    given: str
    family: str
    generation: str
    birth_date: str
    addresses: tuple[NormalAddress, ...]
    phones: tuple[str, ...]
    mobiles: tuple[str, ...]
    """Those of the phones that are mobile."""
    mailboxes: tuple[ComparedMailbox, ...]
    organisation: str
    identities: tuple[str, ...]
    former: str
    of_many: tuple[str, ...] = ()
    """Values left out of the others, since too many share them to be evidence; never stored."""


def profile(record: NormalRecord) -> Profile:
    """The record as it is compared; lengths and numbers of values are bounded."""
    given, family = plain(record.given), plain(record.family)
    phones = record.phones[:_MAX_VALUES]
    return Profile(
        given,
        family,
        record.generation,
        record.birth_date,
        record.addresses[:_MAX_VALUES],
        tuple(phone.number for phone in phones),
        tuple(phone.number for phone in phones if phone.is_mobile),
        tuple(_mailbox(email, given, family) for email in record.emails[:_MAX_VALUES]),
        plain(record.organisation),
        record.identities[:_MAX_VALUES],
        plain(record.former),
    )


@lru_cache(maxsize=1 << 17)
def plain(name: str) -> str:
    """A name with one spelling of umlauts: "mueller" gives "muller"."""
    return _UMLAUT.sub("", name[:_MAX_NAME_LETTERS])


def _mailbox(email: str, given: str, family: str) -> ComparedMailbox:
    local, _, domain = email.partition("@")
    return ComparedMailbox(local, domain, _spells(local, given, family) or is_role(email))


def _spells(local: str, given: str, family: str) -> bool:
    """True for anna.mueller, mueller, a.mueller and muellera of Anna Müller."""
    if any(character.isdigit() for character in local):
        return False
    text, whole = plain(_NO_LETTERS.sub("", local)), family.replace(" ", "")
    firsts = {given.replace(" ", ""), given.partition(" ")[0]} - {""}
    if not whole or not firsts:
        return text != "" and text in {whole, *firsts}
    spelled = {form for first in firsts for form in _forms(first, whole)}
    return text in spelled or any(
        JaroWinkler.normalized_similarity(text, form) >= _SPELLS_THE_NAME
        for first in firsts
        for form in (first + whole, whole + first)
    )


def _forms(first: str, family: str) -> tuple[str, ...]:
    return first, family, first + family, family + first, first[0] + family, family + first[0], first + family[0]
