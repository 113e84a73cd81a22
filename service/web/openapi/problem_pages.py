"""The page of each problem, under the address that its `type` names."""

from html import escape

from service.errors import RouteUnknown
from service.web.http.problems import PROBLEMS_BY_SLUG, Problem
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import PUBLIC, MediaType, Route, route
from service.web.openapi.page import html_page


def problem_routes() -> list[Route]:
    """`GET /problems/{slug}`: what a problem means and what to do."""
    pages = {slug: html_page(problem.title, _problem_html(problem)) for slug, problem in PROBLEMS_BY_SLUG.items()}

    @route(
        "GET",
        "/problems/{slug}",
        roles=PUBLIC,
        summary="What a problem means and what to do",
        answers={200: MediaType("text/html")},
        problems=(RouteUnknown,),
    )
    async def show_problem(request: Request) -> Response:
        """Explains the problem that an answer's `type` names, and what the caller can do about it."""
        found = pages.get(request.path_values["slug"])
        if found is None:
            raise RouteUnknown
        return found

    return [show_problem]


def _problem_html(problem: Problem) -> str:
    return f"""<main class="alone">
<h1>{escape(problem.title)}</h1>
<p>{escape(problem.meaning)}</p>
<dl>
<dt>Status</dt><dd>{problem.status}</dd>
<dt>Type</dt><dd><code>{escape(problem.type)}</code></dd>
<dt>What to do</dt><dd>{escape(problem.remedy)}</dd>
</dl>
</main>"""
