"""HTML pages: one frame, one style sheet, and nothing that runs or comes from elsewhere."""

import re
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from service.web.console.assets import ASSETS_PATH, load_assets
from service.web.http.response import HTML, Header, Response

_PAGE_TEMPLATE = Template(files("service.web.openapi").joinpath("page.html").read_text("utf-8"))
_TOKENS = re.compile(r"(?:@font-face\{[^}]*\}\s*)+:root\{[^}]*\}")
"""Fonts and colours at the head of the console's sheet: these pages look like it."""
_CONTENT_SECURITY_POLICY: Header = (
    b"content-security-policy",
    b"default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
PUBLIC_FOR_AN_HOUR: Header = (b"cache-control", b"public, max-age=3600")


@cache
def stylesheet() -> bytes:
    """The style sheet of the pages, behind what the console's sheet begins with."""
    sheet = load_assets().find(load_assets().url("console.css").removeprefix(ASSETS_PATH))
    tokens = _TOKENS.search(sheet.content["identity"].decode()) if sheet else None
    assert tokens is not None
    return tokens[0].encode() + b"\n" + files("service.web.openapi").joinpath("page.css").read_bytes()


def html_page(title: str, content: str) -> Response:
    """A page with this title around `content`, which is HTML already."""
    text = _PAGE_TEMPLATE.substitute(title=escape(title), content=content)
    return Response(200, text.encode(), HTML, (_CONTENT_SECURITY_POLICY, PUBLIC_FOR_AN_HOUR))
