"""Telephone numbers that are canonical already are known as such without the library, and only those."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from service.errors import InvalidInput
from service.identity.canonical import _e164, _is_e164, _parse, canonical_value
from service.model.vocabulary import IdentityKind

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@settings(max_examples=500)
@given(some.sampled_from(CODES), some.from_regex(r"[0-9]{4,12}", fullmatch=True))
def test_what_is_taken_as_it_stands_is_what_the_library_gives(code, national):
    number = f"+{code}{national}"
    if _is_e164(number):
        parsed = _parse(number, "DE")
        assert phonenumbers.is_possible_number(parsed)
        assert _e164(parsed) == number


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_regions_mobile_number_is_canonical_either_way(region):
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is not None and example.national_number >= 10**5:
        assert canonical_value(IdentityKind.PHONE, _e164(example), "DE") == _e164(example)


def test_the_usual_numbers_are_taken_as_they_stand():
    assert _is_e164("+4915112345678")
    assert _is_e164("+12025550123")
    assert not _is_e164("+49015112345678")  # the zero is for calls within the country
    with pytest.raises(InvalidInput):
        canonical_value(IdentityKind.PHONE, "+49112", "DE")
