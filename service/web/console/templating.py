"""Turns templates into HTML: escaped always, and an unknown name is an error."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from service.web.console import codes, desk_words
from service.web.console.assets import load_assets
from service.web.console.calls import shape as call_shape
from service.web.console.formats import Formats
from service.web.console.navigation import DESK_ROLES, entries_for, find_path_for
from service.web.console.words import ROLES, translations_of
from service.web.console.work_words import (
    CALLBACK_GROUPS,
    CHANNEL_ICONS,
    GIVER_ICONS,
    HOME_KEYS,
    LIVE_TYPES,
    page_keys,
)

_MOST_TEXTS = 2000
ICON_CLASSES = {"": "ic", "s": "ic s"}
HTMX_CONFIG = msgspec.json.encode(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "historyCacheSize": 0,
        "defaultSettleDelay": 0,
        "selfRequestsOnly": True,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "400|401|409|422|429", "swap": True},
            {"code": "...", "swap": False, "error": True},
        ],
    }
).decode()
"""htmx without what the Content-Security-Policy forbids; refusals that are about the form come into the page.

What comes into the page works at once: a form that is sent before it does would leave the page, and what is written
there.
"""


class Templates:
    """The console's templates, in every language, with the wall clock of one deployment."""

    def __init__(self, zone: ZoneInfo, *, sandbox: bool = False) -> None:
        self._zone = zone
        self._sandbox = sandbox

    def render(self, template: str, language: str, now: datetime, values: dict[str, object]) -> str:
        """The HTML of a template. Values that are not said are not there: StrictUndefined."""
        formats = Formats(language, self._zone)
        page = _environment(language).get_template(template)
        return page.render(values, formats=formats, language=language, now=now, sandbox=self._sandbox)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("service.web.console"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= _words_of(translations_of(language))
    environment.globals.update(
        asset=load_assets().url,
        icon=_icon,
        initials=_initials,
        role_words=ROLES,
        navigation=entries_for,
        find_path=find_path_for,
        htmx_config=HTMX_CONFIG,
        codes=codes,
        call_shape=call_shape,
        desk_words=desk_words,
        home_keys=HOME_KEYS,
        page_keys=page_keys,
        live_types=LIVE_TYPES,
        desk_roles=DESK_ROLES,
        callback_groups=CALLBACK_GROUPS,
        channel_icons=CHANNEL_ICONS,
        giver_icons=GIVER_ICONS,
    )
    return environment


def _words_of(translations: NullTranslations) -> dict[str, Callable[..., Markup]]:
    """`_` and `ngettext` of templates: the texts are ours and stand as they are, the values in them are escaped.

    Jinja's own extension does the same in many more steps; a page of a customer has two hundred texts.
    """

    @lru_cache(_MOST_TEXTS)
    def without_values(message: str) -> Markup:
        return Markup(translations.gettext(message) % {})  # noqa: S704 (of the catalog)

    def gettext(message: str, **values: object) -> Markup:
        return _filled(translations.gettext(message), values) if values else without_values(message)

    def ngettext(singular: str, plural: str, num: int, **values: object) -> Markup:
        return _filled(translations.ngettext(singular, plural, num), {"num": num} | values)

    return {"_": gettext, "ngettext": ngettext}


def _filled(text: str, values: dict[str, object]) -> Markup:
    return Markup(text % {name: escape(value) for name, value in values.items()})  # noqa: S704 (values are escaped)


@cache
def _icon(name: str, size: str = "") -> Markup:
    """An outline of the sprite; the words beside it say what it means."""
    href = f"{load_assets().url('icons.svg')}#i-{name}"
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}"/></svg>').format(
        ICON_CLASSES[size], escape(href)
    )


def _initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = name.replace(".", " ").replace("-", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
