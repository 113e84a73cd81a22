"""The page of next actions says what is there."""

import re

import msgspec

from service.insight.advice.compiled import compile_rule
from service.insight.advice.model import RuleInput
from service.insight.advice.prepared import PREPARED
from service.insight.advice.shipped import SHIPPED_RULES
from tests.house.place import text

PAGE = text("docs/next-actions.md")


def test_every_shipped_rule_stands_there_with_its_priority_and_audiences():
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| ([\w, ]+) \|", PAGE, re.MULTILINE)
    rules = [(name, str(one.priority), ", ".join(one.audiences)) for name, one in SHIPPED_RULES.items()]
    assert sorted(rows) == sorted(rules)


def test_every_prepared_fact_stands_there():
    assert set(re.findall(r"^\| `(\w+)` \| `", PAGE, re.MULTILINE)) == PREPARED


def test_the_rule_of_the_page_can_be_stored():
    (example,) = re.findall(r'```json\n(\{"title".*?)\n```', PAGE, re.DOTALL)
    assert compile_rule("example", msgspec.json.decode(example, type=RuleInput)).rule.priority == 60
