"""The pages lead where they say, and speak of what is there."""

import re
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from service.cli.main import main
from tests.house.place import ROOT, name, text, tracked

PAGES = sorted(path for path in tracked() if path.suffix == ".md")
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
ROOMS = {path.relative_to(ROOT / "service").parts[0] for path in tracked() if path.is_relative_to(ROOT / "service")}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_within_the_repository_leads_somewhere(page):
    prose = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", prose) if "://" not in target]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_to_a_section_leads_to_a_heading(page):
    wanted = [link for link in links(page) if link.fragment and link.target.suffix == ".md"]
    assert [link for link in wanted if link.fragment not in anchors(link.target)] == []


def test_every_page_can_be_reached_from_the_index():
    index = ROOT / "docs" / "index.md"
    reached, ahead = set(), {index}
    while ahead:
        page = ahead.pop()
        reached.add(page)
        for target in (link.target for link in links(page)):
            ahead |= {target} if target.suffix == ".md" else set(target.glob("*.md")) if target.is_dir() else set()
        ahead -= reached
    assert [name(page) for page in PAGES if page not in reached] == []


def test_the_readme_and_the_help_of_the_command_point_to_the_index():
    assert ROOT / "docs" / "index.md" in {link.target for link in links(ROOT / "README.md")}
    assert "docs/index.md" in CliRunner().invoke(main, ["--help"]).output


class Link(NamedTuple):
    """A link within the repository: the file or folder, and the heading if it names one."""

    target: Path
    fragment: str


def links(page: Path) -> list[Link]:
    """Every link of a page to a place within the repository."""
    prose = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    parts = [href.partition("#") for href in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in href]
    return [Link((page.parent / path).resolve() if path else page, fragment) for path, _, fragment in parts]


def anchors(page: Path) -> set[str]:
    """The fragments of a page's headings, as GitHub makes them."""
    prose = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_of_the_code_that_a_page_names_is_there(page):
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|sql|lua))`", page.read_text("utf-8")))
    assert [file for file in named if not ((ROOT / file).exists() or (ROOT / "service" / file).exists())] == []


def test_every_page_that_the_code_names_is_there():
    named = {
        target
        for path in tracked()
        if path.suffix in {".py", ".sql", ".lua"}
        for target in re.findall(r"(?<![/\w])docs/[\w/.-]*\w", path.read_text("utf-8"))
    }
    assert any(target.startswith("docs/adr/") for target in named)
    assert [target for target in sorted(named) if not list(ROOT.glob(f"{target}*"))] == []


def test_decisions_are_numbered_without_a_gap():
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for _, number in zip(DECISIONS, count(1))]


@pytest.mark.parametrize("decision", DECISIONS, ids=name)
def test_a_decision_fits_on_a_screen_and_says_when_to_revisit_it(decision):
    page = decision.read_text("utf-8")
    assert re.findall(r"^\*\*([\w ]+)\.\*\*", page, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
        "When to revisit",
    ]
    assert len(page.splitlines()) <= 50


def test_the_architecture_names_every_room():
    described = set(re.findall(r"^\| `(\w+)` \|", text("docs/architecture.md"), re.MULTILINE))
    assert described == {room.removesuffix(".py") for room in ROOMS} - {"__init__", "py.typed"}


def test_the_changelog_begins_with_what_is_not_released_yet():
    assert re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.MULTILINE)[0] == "[Unreleased]"
