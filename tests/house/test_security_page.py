"""What the page of security names as a proof is there, and it leaves out no requirement."""

import re

from tests.house.place import ROOT, text

PAGE = text("docs/security.md")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
ENDS = ("Held", "Partly: ", "Operator", "None here", "**Not held**")
OF_LEVEL_1, OF_LEVEL_2 = 70, 183
"""How many requirements ASVS 5.0.0 has of each level, by its own CSV."""


def test_every_test_that_the_page_names_exists():
    tests = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tests.update(re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE))
    assert sorted(set(re.findall(r"`(test_\w+)`", PAGE)) - tests) == []


def test_every_requirement_of_levels_1_and_2_is_answered_once():
    levels = [level for _, level, _ in ROWS]
    assert (levels.count("1"), levels.count("2")) == (OF_LEVEL_1, OF_LEVEL_2)
    assert len({number for number, _, _ in ROWS}) == len(ROWS)


def test_every_answer_begins_with_what_it_is():
    assert [number for number, _, how in ROWS if not how.startswith(ENDS)] == []


def test_the_ten_risks_of_apis_are_answered():
    assert re.findall(r"^\| API(\d+) ", PAGE, re.MULTILINE) == [str(number) for number in range(1, 11)]
