"""What is thought of what sources state: judged beside the value, never changed."""

from datetime import date

import pytest

from service.identity.sources.model import StatedAddress
from service.identity.sources.quality.addresses import judge_address
from service.identity.sources.quality.birth_dates import judge_birth_date
from service.identity.sources.quality.emails import judge_email
from service.identity.sources.quality.names import judge_name
from service.identity.sources.quality.phones import judge_phone

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "region", "verdict"),
    [
        ("0171 3920012", "DE", "mobile"),
        ("+49 711 2345678", "DE", "line"),
        ("0664 1234321", "AT", "mobile"),
        ("044 668 18 00", "CH", "line"),
        ("0900 1234567", "DE", "premium"),
        ("12", "DE", "impossible"),
        ("+49 171 39200121111111", "DE", "impossible"),
        ("keine", "DE", "unreadable"),
        ("+49 (0) 179 8605835 privat", "DE", "mobile"),
        ("Büro 0711 2345678", "DE", "line"),
        ("4917112345678", "DE", "mobile"),
        ("0711 2345678 oder 0900 1234567", "DE", "premium"),
        ("0000000000", "DE", "placeholder"),
        ("0", "DE", "placeholder"),
        ("+49 123 4567890", "DE", "placeholder"),
        ("+1 555 0100200", "DE", "invalid"),
    ],
)
def test_a_telephone_number_is_judged_by_its_country(text, region, verdict):
    assert judge_phone(text, region).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict", "hint"),
    [
        ("anna@example.de", "valid", None),
        ("Anna.M@Web.de", "valid", None),
        ("anna@gmial.com", "typo_suspected", "gmail.com"),
        ("anna@hotmial.de", "typo_suspected", "hotmail.de"),
        ("anna@gmx.dee", "typo_suspected", "gmx.de"),
        ("anna@mailinator.com", "disposable", ""),
        ("info@example.de", "role", ""),
        ("noreply@example.de", "placeholder", ""),
        ("a..b@gmx.de", "valid", None),
        ("anna(at)web", "invalid", ""),
        ("anna", "invalid", ""),
    ],
)
def test_an_address_is_judged_without_the_network(text, verdict, hint):
    judgement = judge_email(text)
    assert judgement.verdict == verdict
    assert judgement.hint is None if hint is None else hint in judgement.hint


def address(*parts: str | None) -> StatedAddress:
    return StatedAddress(
        **dict(zip(("street_address", "postal_code", "address_level2", "country"), parts, strict=True))
    )


@pytest.mark.parametrize(
    ("stated", "verdict", "part"),
    [
        (address("Lindenweg 12", "70173", "Stuttgart", "DE"), "valid", ""),
        (address("Lindenweg 12", "D-70173", "Stuttgart", None), "valid", ""),
        (address("Ring 1", "1010", "Wien", "Österreich"), "valid", ""),
        (address("Ring 1", "A 1010", "Wien", "AT"), "valid", ""),
        (address("10 Downing Street", "SW1A 2AA", "London", "GB"), "valid", ""),
        (address("Lindenweg 12", "7017", "Stuttgart", "DE"), "postal_code_invalid", "postal-code"),
        (address("Lindenweg 12", "70173", None, "DE"), "incomplete", ""),
        (address("Lindenweg 12", "70173", "Stuttgart", "Absurdistan"), "country_unknown", "country"),
        (address("Lindenweg 12", "70173", "Stuttgart", "QQ"), "country_unknown", "country"),
    ],
)
def test_a_postal_address_is_judged_by_the_structure_of_its_country(stated, verdict, part):
    judgement = judge_address(stated, "DE").judgement
    assert (judgement.verdict, judgement.part) == (verdict, part)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("1984-03-07", "valid"),
        ("7.3.84", "valid"),
        ("31.02.1984", "impossible"),
        ("99.99.1984", "impossible"),
        ("2031-01-05", "future"),
        ("9999-12-31", "future"),
        ("0001-01-01", "default_date"),
        ("1.1.1900", "default_date"),
        ("1970-01-01", "default_date"),
        ("5.5.1888", "too_old"),
        ("00.00.0000", "default_date"),
        ("1984", "unreadable"),
        ("unbekannt", "unreadable"),
    ],
)
def test_a_date_of_birth_is_judged(text, verdict):
    assert judge_birth_date(text, TODAY).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Müller", "valid"),
        ("von der Heide", "valid"),
        ("O'Brien", "valid"),
        ("Иванова", "valid"),
        ("c\u030culina", "valid"),
        ("A.", "valid"),
        ("unbekannt", "empty_word"),
        ("k.A.", "empty_word"),
        ("-", "empty_word"),
        ("anna@example.de", "email_in_name"),
        ("Anna 2", "digits"),
        ("MÃ¼ller", "mojibake"),
        ("Müller GmbH", "organisation"),
    ],
)
def test_what_is_no_name_is_seen(text, verdict):
    assert judge_name(text).verdict == verdict
