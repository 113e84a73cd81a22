"""Signing in with the account of the company, by its OpenID provider."""

from litestar import Controller, Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from service.access.accounts.oidc import PRE_SESSION_S, OpenIdSignIn
from service.access.accounts.provider import CALLBACK_PATH
from service.errors import RouteUnknown, SignInRefused
from service.web.console.guard import OPEN, RequestGuard
from service.web.console.visit import HOME_PATH, SIGN_IN_PATH, HttpRequest, Visit
from service.web.console.words import _

BEGIN_PATH = f"{SIGN_IN_PATH}/company"
PRE_SESSION_COOKIE = "askonce_pre_session"
_NOT_SIGNED_IN = _(
    "Your company account did not sign you in here. Begin once more, or ask an administrator for a role."
)


class ProviderPages(Controller):
    """The way to the provider, and back; no page without one."""

    opt = OPEN

    @get(BEGIN_PATH, include_in_schema=False)
    async def begin(
        self,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        provider: NamedDependency[OpenIdSignIn | None],
    ) -> Response[str]:
        """Lead to the provider; a cookie of this browser alone makes its answer worth something."""
        if provider is None:
            raise RouteUnknown
        begun = await provider.begin()
        response = visit.redirect(begun.url)
        response.set_cookie(_pre_session_cookie(begun.pre_session, secure=guard.is_secure))
        return response

    @get(CALLBACK_PATH, include_in_schema=False)
    async def finish(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        provider: NamedDependency[OpenIdSignIn | None],
    ) -> Response[str]:
        """A new session for the account that the provider's answer leads to, once."""
        if provider is None:
            raise RouteUnknown
        try:
            opened = await provider.finish(
                dict(request.query_params.items()), request.cookies.get(PRE_SESSION_COOKIE, "")
            )
        except SignInRefused:
            return visit.page("sign_in.html", status=401, next=HOME_PATH, problem=_NOT_SIGNED_IN, name="")
        response = visit.redirect(HOME_PATH)
        response.set_cookie(guard.session_cookie(opened.session_id))
        response.set_cookie(_pre_session_cookie("", secure=guard.is_secure))
        return response


def _pre_session_cookie(pre_session: str, *, secure: bool) -> Cookie:
    return Cookie(
        key=PRE_SESSION_COOKIE,
        value=pre_session,
        path=SIGN_IN_PATH,
        max_age=PRE_SESSION_S if pre_session else 0,
        httponly=True,
        secure=secure,
        samesite="lax",
    )
