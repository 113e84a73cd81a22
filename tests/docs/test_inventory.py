"""Every command that a page shows is typed by a test, but for those of programs and places that a test cannot have."""

import re
from functools import cache

import pytest

from tests.docs.shell import sections
from tests.docs.test_pages import PAGES as PLAYED_TOGETHER
from tests.docs.test_pages import PREPARED
from tests.house.place import ROOT, name, text, tracked

MARKDOWN = sorted(name(path) for path in tracked() if path.suffix == ".md" and path.name != "CHANGELOG.md")
COMMAND = re.compile(r"(?:^|[\s/(|])(?:curl|askonce|psql|pg_\w+|redis-cli|docker|kubectl) ", re.MULTILINE)
UNPLAYED = {
    ("README.md", "docker"): "it needs an engine of containers",
    ("docs/adding-a-channel.md", "acme"): "the door is one that the reader writes",
    ("docs/backup.md", "age --"): "it needs age, a key and a place elsewhere",
    ("docs/backup.md", "gpg --"): "it needs a key and a place elsewhere",
    ("docs/channels/forms.md", "askonce serve"): "tests/forms/test_two_insurances.py runs this site",
    ("docs/channels/mcp.md", "pip install"): "it needs a package index",
    ("docs/install.md", "docker"): "it needs an engine of containers",
    ("docs/guides/operate.md", "kubectl"): "it needs a cluster; tests/deploy/test_kubernetes.py reads what it applies",
    ("docs/guides/operate.md", "pg_basebackup"): "it needs a second machine; tests/faults promotes a standby",
    (
        "docs/matches.md",
        "FIRST SECOND",
    ): "the ids are the reader's; the guide of data stewards types it with its own",
    ("docs/matches.md", "--learn"): "it learns from thousands of pairs; tests/resolution has them",
}
"""The blocks in `bash`, by a word of theirs, and why no test types them."""
LAST_DAY = "2026-11-21"
"""No command names a time of a later day: none is still to come where commands are typed."""


@cache
def players() -> tuple[str, ...]:
    """The tests that type what pages say."""
    sources = [path.read_text("utf-8") for path in tracked() if path.name.startswith("test_") and path.suffix == ".py"]
    return tuple(source for source in sources if "from tests.docs." in source)


def is_played(page: str, title: str) -> bool:
    """Whether a test types this section: all of a page, or the sections that it names."""
    if page.startswith("docs/guides/") or (page, title) == PREPARED:
        return True  # test_guides.py, test_operating.py
    if page in PLAYED_TOGETHER and PLAYED_TOGETHER[page] in {None, title}:
        return True
    titles = [one for one, _ in sections(page) if one]
    chosen = [
        [one for one in titles if f'"{one}"' in source] or [title] for source in players() if f'"{page}"' in source
    ]
    return any(title in of_a_test for of_a_test in chosen)


def commands(page: str, language: str) -> list[tuple[str, str]]:
    """The blocks of commands of a page in this language, each with the heading above."""
    return [
        (title, block.text)
        for title, inside in sections(page)
        for block in inside
        if block.language == language and COMMAND.search(block.text)
    ]


@pytest.mark.parametrize("page", MARKDOWN)
def test_commands_stand_in_blocks_that_say_so(page):
    prose = re.sub(r"^```.*?^```$", "", text(page), flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"^(?:    |\$ )(?:curl|askonce) .*", prose, re.MULTILINE) == []
    bare = [
        told for _, told in commands(page, "") if re.search(r"^(?:\$ |\w+=\S+ )*(?:curl|askonce) ", told, re.MULTILINE)
    ]
    assert bare == []


@pytest.mark.parametrize("page", MARKDOWN)
def test_every_command_of_a_page_is_typed_by_a_test(page):
    assert [told for title, told in commands(page, "sh") if not is_played(page, title)] == []


@pytest.mark.parametrize("page", MARKDOWN)
def test_what_no_test_types_has_a_reason_and_asks_nothing_of_the_service(page):
    left = [told for title, inside in sections(page) for language, told in inside if language == "bash"]
    words = [word for of, word in UNPLAYED if of == page]
    assert [told for told in left if not any(word in told for word in words)] == []
    assert [word for word in words if not any(word in told for told in left)] == []
    assert [told for told in left if re.search(r"\bcurl\b", told)] == []


@pytest.mark.parametrize("page", MARKDOWN)
def test_what_a_command_registers_happens_when_it_is_typed(page):
    typed = [told for _, inside in sections(page) for language, told in inside if language == "sh"]
    assert [told for told in typed if re.search(r'"occurred_at": *"\d', told)] == []


@pytest.mark.parametrize("page", MARKDOWN)
def test_no_command_names_a_day_that_is_still_to_come(page):
    typed = [told for _, inside in sections(page) for language, told in inside if language == "sh"]
    days = {day for told in typed for day in re.findall(r"\b(20\d\d-\d\d-\d\d)T", told)}
    assert sorted(day for day in days if day > LAST_DAY) == []


def test_every_page_that_is_played_behind_the_lines_of_the_index_leads_there():
    using = [page for page in PLAYED_TOGETHER if any("$URL" in told for _, told in commands(page, "sh"))]
    assert [page for page in using if "index.md#try-the-examples" not in text(page)] == []


def test_every_page_of_commands_that_is_played_is_there():
    assert [page for page in PLAYED_TOGETHER if not (ROOT / page).exists() or not commands(page, "sh")] == []
