"""Signing in by password or by a link, choosing a password, signing out."""

from contextlib import suppress

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from msgspec import Struct

from service.access.accounts.links import LINK_PATH
from service.access.accounts.model import OpenedSession
from service.access.accounts.sessions import Sessions
from service.errors import InvalidInput, SignInPaused, SignInRefused, Unavailable
from service.web.console.csrf import fresh_token
from service.web.console.guard import OPEN, PASSWORD_PATH, RequestGuard
from service.web.console.presence.streams import ConsoleStreams
from service.web.console.visit import HOME_PATH, SIGN_IN_PATH, HttpRequest, Visit, own_path, page_response
from service.web.console.words import _, problem_text_of
from service.web.http import problems

_LINK_OVER = _("This link was used already, or is too old. An administrator gives you a new one.")
_PASSWORD_RULE = _("This password is not taken: it has 12 to 256 characters, and is not the name.")
_NOT_REPEATED = _("The two passwords are not the same.")


class SignInForm(Struct, kw_only=True):
    """What a person types; `page_agent` is the agent of the page on which a session ended."""

    name: str = ""
    password: str = ""
    next: str = ""
    page_agent: str = ""


class LinkForm(Struct, kw_only=True):
    """A link that signs in once."""

    token: str = ""


class PasswordForm(Struct, kw_only=True):
    """A new password, typed twice, and the present one unless a link asked for the new one."""

    current: str = ""
    password: str = ""
    repeated: str = ""
    name: str = ""
    csrf_token: str = ""


class SignInPages(Controller):
    """The way into the console, and out of it."""

    @get(SIGN_IN_PATH, opt=OPEN, include_in_schema=False)
    async def show_sign_in(self, visit: NamedDependency[Visit], next: FromQuery[str] = "") -> Response[str]:
        """The form; an agent who is signed in goes on at once."""
        if visit.is_signed_in:
            return visit.redirect(own_path(next))
        return visit.page("sign_in.html", next=own_path(next), problem=None, name="")

    @post(SIGN_IN_PATH, opt=OPEN, include_in_schema=False)
    async def sign_in(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        sessions: NamedDependency[Sessions],
        data: URLEncodedBody[SignInForm],
    ) -> Response[str]:
        """A new session for the right password; htmx asks so in the middle of a page, which stays."""
        try:
            opened = await sessions.sign_in(data.name, data.password, _address_of(request))
        except (SignInRefused, SignInPaused) as error:
            return _refused(visit, error, problem_text_of(error), next=own_path(data.next), name=data.name)
        if not visit.is_partial:
            response = visit.redirect(own_path(data.next))
        elif data.page_agent in {"", opened.agent.name}:
            response = _signed_in_again(visit, opened)
        else:
            response = visit.redirect(HOME_PATH)  # the page is of another agent
        response.set_cookie(guard.session_cookie(opened.session_id))
        return response

    @get(LINK_PATH, opt=OPEN, include_in_schema=False)
    async def show_link(self, visit: NamedDependency[Visit], token: FromQuery[str] = "") -> Response[str]:
        """A page whose form uses the link: programs that look at links in messages do not use it up."""
        return visit.page("link.html", token=token)

    @post(LINK_PATH, opt=OPEN, include_in_schema=False)
    async def sign_in_by_link(
        self,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        sessions: NamedDependency[Sessions],
        data: URLEncodedBody[LinkForm],
    ) -> Response[str]:
        """A new session, once."""
        try:
            opened = await sessions.sign_in_by_link(data.token)
        except SignInRefused as error:
            return _refused(visit, error, _LINK_OVER, next=HOME_PATH, name="")
        response = visit.redirect(PASSWORD_PATH if opened.agent.must_set_password else HOME_PATH)
        response.set_cookie(guard.session_cookie(opened.session_id))
        return response

    @get(PASSWORD_PATH, include_in_schema=False)
    async def show_password(self, visit: NamedDependency[Visit]) -> Response[str]:
        """The form for a new password."""
        return visit.page("password.html", problem=None)

    @post(PASSWORD_PATH, include_in_schema=False)
    async def set_password(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        sessions: NamedDependency[Sessions],
        data: URLEncodedBody[PasswordForm],
    ) -> Response[str]:
        """Keep the new password, and go on."""
        if data.password != data.repeated:
            return visit.page("password.html", status=422, problem=_NOT_REPEATED)
        session_id, address = guard.session_id(request), _address_of(request)
        try:
            await sessions.set_password(session_id, data.password, current=data.current, address=address)
        except InvalidInput:
            return visit.page("password.html", status=422, problem=_PASSWORD_RULE)
        except (SignInRefused, SignInPaused) as error:
            return visit.page("password.html", status=422, problem=problem_text_of(error))
        return visit.redirect(HOME_PATH)

    @post("/signout", include_in_schema=False)
    async def sign_out(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        sessions: NamedDependency[Sessions],
        streams: NamedDependency[ConsoleStreams],
    ) -> Response[str]:
        """End the session, here and in every tab; after the last one the agent is not available any more."""
        await sessions.sign_out(guard.session_id(request))
        with suppress(Unavailable):
            await streams.leave_if_over(visit.session)
        response = visit.redirect(SIGN_IN_PATH)
        response.set_cookie(guard.session_cookie(""))
        return response


def _signed_in_again(visit: Visit, opened: OpenedSession) -> Response[str]:
    """A note in the place of the form; script puts the new session's token where the old one was."""
    event = msgspec.json.encode({"askonce:signed-in": {"token": fresh_token(opened.csrf_token)}}).decode()
    return page_response(visit.html("signed_in_again.html"), headers={"hx-trigger": event})


def _refused(visit: Visit, error: SignInRefused | SignInPaused, text: str, *, next: str, name: str) -> Response[str]:
    """The form once more, and why; after too many wrong passwords also how long to wait."""
    problem = problems.problem_of(type(error))
    template = "session_ended.html" if visit.is_partial else "sign_in.html"
    response = visit.page(template, status=problem.status, next=next, name=name, problem=text)
    if isinstance(error, SignInPaused):
        response.headers["retry-after"] = str(error.retry_after_s)
    return response


def _address_of(request: HttpRequest) -> str:
    return request.client.host if request.client else ""
