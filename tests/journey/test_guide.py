"""The page about the journey says what the rules of the code say."""

from pathlib import Path

from service.journey.model import JourneyFriction, Phase
from service.journey.phases import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "journey.md").read_text("utf-8")


def test_the_page_has_the_table_of_the_rules():
    for rule in RULES:
        origins = ["(none)"] * (None in rule.begins_in) + [one for one in Phase if one in rule.begins_in]
        assert f"| `{rule.code}` | {', '.join(origins)} | {rule.to} | {rule.means} |\n" in PAGE


def test_the_page_names_every_friction():
    assert all(f"| `{one}` | " in PAGE for one in JourneyFriction)
