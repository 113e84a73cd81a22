"""How pages look and speak for as long as the browser is open."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from msgspec import Struct

from service.web.console.guard import OPEN, RequestGuard
from service.web.console.visit import (
    KEYS_COOKIE,
    LANGUAGE_COOKIE,
    RING_COOKIE,
    SIGN_IN_PATH,
    THEME_COOKIE,
    Visit,
    choice_cookie,
    own_path,
)


class Preferences(Struct, kw_only=True):
    """What the button that was pressed chooses; `next` is the page that it stood on."""

    next: str = ""
    language: str | None = None
    theme: str | None = None
    keys: str | None = None
    ring: str | None = None
    csrf_token: str = ""


class PreferencePages(Controller):
    """Language, colours, keys, the sound of calls; also for those who have not signed in yet: nothing else changes."""

    opt = OPEN

    @post("/preferences", include_in_schema=False)
    async def choose(
        self, visit: NamedDependency[Visit], guard: NamedDependency[RequestGuard], data: URLEncodedBody[Preferences]
    ) -> Response[str]:
        """Keep a choice and lead back."""
        response = visit.redirect(own_path(data.next) if visit.is_signed_in else SIGN_IN_PATH)
        choices = {
            LANGUAGE_COOKIE: data.language,
            THEME_COOKIE: data.theme,
            KEYS_COOKIE: data.keys,
            RING_COOKIE: data.ring,
        }
        for name, value in choices.items():
            if value is not None:
                response.set_cookie(choice_cookie(name, value, secure=guard.is_secure))
        return response
