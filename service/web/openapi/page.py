"""HTML pages: one frame, one style sheet, and nothing that runs or comes from elsewhere."""

from html import escape
from importlib.resources import files
from string import Template

from service.web.http.response import HTML, Header, Response

_PAGE_TEMPLATE = Template(files("service.web.openapi").joinpath("page.html").read_text("utf-8"))
STYLESHEET = files("service.web.openapi").joinpath("page.css").read_bytes()
_CONTENT_SECURITY_POLICY: Header = (
    b"content-security-policy",
    b"default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
PUBLIC_FOR_AN_HOUR: Header = (b"cache-control", b"public, max-age=3600")


def html_page(title: str, content: str) -> Response:
    """A page with this title around `content`, which is HTML already."""
    text = _PAGE_TEMPLATE.substitute(title=escape(title), content=content)
    return Response(200, text.encode(), HTML, (_CONTENT_SECURITY_POLICY, PUBLIC_FOR_AN_HOUR))
