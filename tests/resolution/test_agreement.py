"""What a rule of the operator calls one person: two records that agree in every field it names."""

import pytest
from msgspec.structs import replace

from service.identity.matching.model import NormalAddress, NormalPhone, NormalRecord
from service.identity.matching.profile import profile
from service.resolution.agreement import agrees
from service.resolution.merging_settings import MergeRule, RuleField

ANNA = NormalRecord(
    given="anna",
    family="mueller",
    birth_date="19800201",
    addresses=(NormalAddress("DE", "80331", "muenchen", "hauptstr", "7"),),
    phones=(NormalPhone("491715550100", True),),
    emails=("anna@example.de", "am@example.de"),
)
MAILBOX = (RuleField.EMAIL, RuleField.BIRTH_DATE, RuleField.FAMILY)


@pytest.mark.parametrize(
    ("fields", "other", "agree"),
    [
        (MAILBOX, {}, True),
        (MAILBOX, {"family": "muller", "given": "ann", "emails": ("am@example.de",)}, True),
        (MAILBOX, {"birth_date": "19800102"}, False),
        (MAILBOX, {"birth_date": ""}, False),
        (MAILBOX, {"emails": ("anna@example.com",)}, False),
        (MAILBOX, {"generation": "jun"}, False),
        (MAILBOX, {"organisation": "mueller gmbh"}, False),
        ((RuleField.PHONE,), {"family": "koch"}, True),
        ((RuleField.ADDRESS, RuleField.GIVEN), {"family": "koch"}, True),
        ((RuleField.ADDRESS,), {"addresses": (NormalAddress("DE", "80331", "", "hauptstr", ""),)}, False),
        ((RuleField.GIVEN, RuleField.FAMILY), {"given": ""}, False),
    ],
)
def test_two_records_agree_in_all_fields_of_a_rule(fields, other, agree):
    rule = MergeRule(name="rule", equal=fields)
    one, two = profile(ANNA), profile(replace(ANNA, **other))
    assert agrees(rule, [one], [two]) is agrees(rule, [two], [one]) is agree


def test_what_no_record_says_agrees_with_nothing():
    rule = MergeRule(name="rule", equal=(RuleField.FAMILY, RuleField.BIRTH_DATE))
    assert not agrees(rule, [profile(NormalRecord())], [profile(NormalRecord())])
    assert not agrees(rule, [profile(replace(ANNA, birth_date="")), profile(replace(ANNA, family=""))], [profile(ANNA)])
