"""A brief as an answer: JSON, Markdown or plain text by Accept, in German or English by Accept-Language."""

from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta

from service.handoff.briefs import text as brief_text
from service.handoff.briefs.model import Brief
from service.handoff.briefs.words import choose_language
from service.web.http.negotiation import choose_media_type
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter

JSON, MARKDOWN, PLAIN = "application/json", "text/markdown", "text/plain"
ACCEPT = Parameter(name="Accept", location="header", description="application/json, text/markdown or text/plain.")
ACCEPT_LANGUAGE = Parameter(name="Accept-Language", location="header", description="de or en.")


class BriefAnswer(Brief, frozen=True, kw_only=True):
    """A brief with its text in the reader's language."""

    language: Annotated[str, Meta(description="Language of `text`, chosen by Accept-Language: `en` or `de`.")]
    text: Annotated[str, Meta(description="Brief as plain text.")]


def build_brief_answer(brief: Brief, request: Request, zone: ZoneInfo) -> BriefAnswer:
    """The brief for a reader of JSON; its text is plain."""
    language = choose_language(request.header(b"accept-language"))
    fields = {name: getattr(brief, name) for name in Brief.__struct_fields__}
    return BriefAnswer(language=language, text=brief_text.render_plain_text(brief, language, zone), **fields)


def brief_response(brief: Brief, request: Request, zone: ZoneInfo) -> Response:
    """The brief as the request wants it."""
    chosen = choose_media_type(request.header(b"accept"), (JSON, MARKDOWN, PLAIN))
    language = choose_language(request.header(b"accept-language"))
    headers = ((b"content-language", language.encode()), (b"vary", b"accept, accept-language"))
    if chosen == JSON:
        return json_response(build_brief_answer(brief, request, zone), version=brief.version, headers=headers)
    text = (brief_text.render_markdown if chosen == MARKDOWN else brief_text.render_plain_text)(brief, language, zone)
    version = (b"context-version", b"%d" % brief.version)
    return Response(200, text.encode(), f"{chosen}; charset=utf-8".encode(), (*headers, version))
