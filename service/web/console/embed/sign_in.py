"""Signing in and out inside the card: by password, or by a link that is pasted."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from msgspec import Struct

from service.access.accounts.sessions import Sessions
from service.access.cards.sessions import end_card
from service.errors import Conflict, SignInPaused, SignInRefused
from service.web.console.embed.card import CARD_PATH, CardGuard, CardVisit
from service.web.console.guard import OPEN
from service.web.console.visit import HttpRequest
from service.web.console.words import _, problem_text_of
from service.web.http import problems

_LINK_OVER = _("This link was used already, or is too old. An administrator gives you a new one.")
_LINK_IS_FOR_PASSWORD = _("Open this link in a tab of its own and choose a password. Then sign in here with it.")


class CardSignInForm(Struct, kw_only=True):
    """A name with its password, or a link that signs in once; and the customer whose card was asked for."""

    name: str = ""
    password: str = ""
    link: str = ""
    customer_id: str = ""


class CardSignIn(Controller):
    """The way into the card, and out of it."""

    @post("/embed/signin", opt=OPEN, include_in_schema=False)
    async def sign_in_to_card(
        self,
        request: HttpRequest,
        visit: NamedDependency[CardVisit],
        card_guard: NamedDependency[CardGuard],
        sessions: NamedDependency[Sessions],
        data: URLEncodedBody[CardSignInForm],
    ) -> Response[str]:
        """A new session of this frame alone."""
        address = request.client.host if request.client else ""
        try:
            if data.link:
                opened = await sessions.sign_in_by_link(token_of_link(data.link), sets_passwords=False)
            else:
                opened = await sessions.sign_in(data.name, data.password, address)
        except (SignInRefused, SignInPaused, Conflict) as error:
            return _refused(visit, error, data)
        response = visit.redirect(_path_of(data.customer_id))
        response.headers |= card_guard.card_cookie(opened.session_id)
        return response

    @post("/embed/signout", include_in_schema=False)
    async def sign_out_of_card(
        self,
        request: HttpRequest,
        visit: NamedDependency[CardVisit],
        card_guard: NamedDependency[CardGuard],
        sessions: NamedDependency[Sessions],
    ) -> Response[str]:
        """End the session of the card."""
        session_id = card_guard.session_id(request)
        await sessions.sign_out(session_id)
        await end_card(card_guard.database, session_id, visit.now)
        response = visit.redirect(CARD_PATH)
        response.headers |= card_guard.card_cookie("")
        return response


def token_of_link(text: str) -> str:
    """The token of a link that was pasted whole, or alone."""
    try:
        query = urlsplit(text.strip()).query
    except ValueError:
        query = ""
    return next(iter(parse_qs(query).get("token", [])), text.strip())


def _path_of(customer_id: str) -> str:
    try:
        return f"{CARD_PATH}?customer_id={UUID(customer_id)}"
    except ValueError:
        return CARD_PATH


def _refused(visit: CardVisit, error: Exception, data: CardSignInForm) -> Response[str]:
    """The forms once more, and why."""
    text = problem_text_of(error)
    if data.link:
        text = _LINK_IS_FOR_PASSWORD if isinstance(error, Conflict) else _LINK_OVER
    status = problems.problem_of(type(error)).status
    response = visit.sign_in(status=status, problem=text, name=data.name, customer_id=data.customer_id)
    if isinstance(error, SignInPaused):
        response.headers["retry-after"] = str(error.retry_after_s)
    return response
