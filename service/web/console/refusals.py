"""Errors as people see them: a page in the console's look, a note for htmx, or the way to sign in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from service.errors import BodyTooLarge, InvalidInput, MethodNotAllowed, ReasonNeeded, RouteUnknown, Unauthenticated
from service.web.console.guard import PASSWORD_PATH, PasswordDue, RequestGuard
from service.web.console.visit import SIGN_IN_PATH, HttpRequest, Visit, page_response
from service.web.console.words import problem_text_of
from service.web.http import problems
from service.web.http.negotiation import choose_media_type

log = structlog.get_logger()

PAGES_FOR_MACHINES = ("/v1/", "/health/", "/mcp")
"""What begins like this is not for people: its errors stay problems in JSON."""

_KINDS_OF_REFUSAL = ("application/problem+json", "text/html")

PageRefusal = Callable[[HttpRequest, Any], Response[Any]]


def refusal_of(guard: RequestGuard) -> PageRefusal:
    """The answer to an error on its way out of the console's own handlers."""

    def refuse(request: HttpRequest, error: Exception) -> Response[Any]:
        visit, error = guard.visit_of(request), router_error(error)
        if isinstance(error, PasswordDue):
            return visit.redirect(PASSWORD_PATH)
        if isinstance(error, ReasonNeeded):
            return visit.redirect(f"/console/customers/{error.customer_id}/reason?back={quote(_shown_path(request))}")
        if isinstance(error, Unauthenticated):
            return _ask_to_sign_in(request, visit)
        return problem_page(visit, error)

    return refuse


def refusal_for_browsers(guard: RequestGuard) -> PageRefusal:
    """The answer to what the router refuses: a page if a browser asks for one, else a problem in JSON."""

    def refuse(request: HttpRequest, raised: Exception) -> Response[Any]:
        error = router_error(raised)
        if request.url.path.startswith(PAGES_FOR_MACHINES):
            return problem_answer(error)
        visit = guard.visit_of(request)
        return problem_page(visit, error) if visit.is_partial or _wants_page(request) else problem_answer(error)

    return refuse


def problem_answer(error: Exception) -> Response[bytes]:
    """The problem of an error in JSON, as Litestar sends it."""
    _log_unexpected(error)
    answer = problems.problem_response(error)
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return Response(answer.body, status_code=answer.status, media_type=answer.content_type.decode(), headers=headers)


def router_error(error: Exception) -> Exception:
    """The error of ours that says what Litestar refuses; any other error as it is."""
    if isinstance(error, NotFoundException):
        return RouteUnknown()
    if isinstance(error, MethodNotAllowedException):
        allowed = (error.headers or {}).get("allow", "")
        return MethodNotAllowed(allowed_methods(allowed))
    if isinstance(error, HTTPException) and error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
        return BodyTooLarge()
    if isinstance(error, HTTPException):
        return InvalidInput("The request line or a header is not valid.")
    return error


def allowed_methods(known_to_router: str) -> str:
    """The methods of a path as Allow names them: what answers GET answers HEAD, too."""
    methods = set(known_to_router.split(", "))
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


def _wants_page(request: HttpRequest) -> bool:
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and choose_media_type(accepted, _KINDS_OF_REFUSAL) == _KINDS_OF_REFUSAL[1]


def _log_unexpected(error: Exception) -> None:
    if problems.problem_of(type(error)).status == problems.INTERNAL_ERROR_STATUS:
        log.error("request_failed", exc_info=error)


def _ask_to_sign_in(request: HttpRequest, visit: Visit) -> Response[Any]:
    """Lead to the sign-in page; htmx gets a box beside what is being written, which stays."""
    if visit.is_partial:
        html = visit.html("session_ended.html", problem=None, name="")
        return page_response(html, status=401, headers={"hx-retarget": "#session", "hx-reswap": "innerHTML"})
    if request.method in {"GET", "HEAD"}:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return visit.redirect(f"{SIGN_IN_PATH}?next={quote(path, safe='/')}")
    return visit.page("sign_in.html", status=401, next="/console", problem=None, name="")


def _shown_path(request: HttpRequest) -> str:
    """The page that was asked for; empty if it was a part of one, or a form."""
    if request.method != "GET" or request.headers.get("hx-request"):
        return ""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def problem_page(visit: Visit, error: Exception, page: str = "problem.html") -> Response[Any]:
    """What went wrong, as a `page` of its own or a note for htmx."""
    _log_unexpected(error)
    problem = problems.problem_of(type(error))
    headers = {name.decode(): value.decode() for name, value in problems.problem_response(error).headers}
    template = "problem_note.html" if visit.is_partial else page
    html = visit.html(template, text=problem_text_of(error), status=problem.status, slug=problem.slug)
    return visit.respond(html, status=problem.status, headers=headers)
