"""Problems: every error has one, every one is documented, and each page says what to do."""

import inspect
import re
from pathlib import Path

import pytest

from service import errors
from service.errors import AskonceError, InvalidInput
from service.web.http import problems
from service.web.http.problems import PROBLEMS, PROBLEMS_BY_SLUG
from tests.web.front import answering, application, caller

DOCUMENT = Path(__file__).parents[2] / "docs" / "problems.md"
_ROW = re.compile(
    r"^\| `/problems/(?P<slug>[a-z-]+)` \| (?P<status>\d{3}) \| (?P<meaning>.+) \| (?P<remedy>.+) \|$", re.MULTILINE
)
CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, AskonceError)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_of_the_tree_has_a_problem_of_its_own(kind):
    assert kind in PROBLEMS


def test_no_two_errors_share_a_type():
    assert len(PROBLEMS_BY_SLUG) == len(PROBLEMS)


def drawn(kind: type[AskonceError], indent: str = "") -> list[str]:
    """The errors below one, as lines of a tree."""
    *others, last = [one for one in kind.__subclasses__() if one in CLASSES] or [None]
    if last is None:
        return []
    lines = [line for one in others for line in (f"{indent}├── {one.__name__}", *drawn(one, f"{indent}│   "))]
    return [*lines, f"{indent}└── {last.__name__}", *drawn(last, f"{indent}    ")]


def test_the_documentation_draws_the_tree():
    (block,) = re.findall(r"^```text\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert block.splitlines() == ["AskonceError", *drawn(AskonceError)]


def test_the_documentation_lists_exactly_the_problems_there_are():
    documented = {row["slug"]: row.groupdict() for row in _ROW.finditer(DOCUMENT.read_text("utf-8"))}
    assert set(documented) == set(PROBLEMS_BY_SLUG)
    for slug, row in documented.items():
        problem = PROBLEMS_BY_SLUG[slug]
        assert (row["status"], row["meaning"], row["remedy"]) == (str(problem.status), problem.meaning, problem.remedy)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
async def test_an_error_is_answered_with_its_problem(kind):
    async def refuse(_request):
        raise kind

    async with caller(application(answering(refuse))) as client:
        answer = await client.get("/v1/thing")
    problem = PROBLEMS[kind]
    assert answer.status_code == problem.status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {name.encode(): value.encode() for name, value in answer.headers.items()}.items() >= set(problem.headers)
    assert answer.json() == {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.meaning,
    }


def test_an_error_unknown_to_the_table_is_what_its_parent_is():
    class CustomerGone(errors.CustomerUnknown):
        """Gone."""

    assert problems.problem_of(CustomerGone).slug == "customer-unknown"


def test_an_error_that_is_not_ours_says_nothing_about_itself():
    assert b"Canary" not in problems.problem_response(ValueError("Canary")).body


def test_a_field_is_named_where_one_is_wrong():
    details = problems.problem_details(InvalidInput(field="text", message="Too short."))
    assert [(error.field, error.message) for error in details.errors] == [("text", "Too short.")]


@pytest.mark.parametrize("slug", PROBLEMS_BY_SLUG)
async def test_every_problem_has_a_page_under_its_type(slug):
    async with caller(application(), None) as client:
        page = await client.get(f"/problems/{slug}")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert PROBLEMS_BY_SLUG[slug].title in page.text


async def test_a_problem_there_is_not_has_no_page():
    async with caller(application(), None) as client:
        assert (await client.get("/problems/boredom")).status_code == 404
