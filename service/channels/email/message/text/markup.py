"""HTML as the lines that people read: tables as rows without padding, quotes with marks, nothing of it executed."""

import re
from html import unescape
from typing import Final

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_document_state import HtmlDocumentState
from inscriptis.model.html_element import HtmlElement
from inscriptis.model.tag import CustomHtmlTagHandlerMapping

from service.channels.email.message.charsets import strip_controls

_HTML_CHARACTERS = 256 * 1024
_TAG = re.compile(r"<[^<>]*>")
_BLOCKQUOTE = re.compile(r"<(/?)blockquote\b([^<>]*)>", re.IGNORECASE)
_INDENTED = re.compile(r"border\s*:\s*(?:none|0)", re.IGNORECASE)
"""Gmail indents what its user writes by a blockquote without a border."""
_OPENS, _CLOSES = "\ue0f0", "\ue0f1"
"""Marks of ours in the HTML, where a quote begins and ends."""
_MANY_BLANK_LINES = re.compile(r"\n{4,}")


def _ignore(_state: HtmlDocumentState, _attributes: object = None) -> None:
    """Let a tag be what its style says."""


_TABLE_TAGS = ("table", "tr", "td", "th")
_LAYOUT: Final = ParserConfig(
    css={
        **CSS_PROFILES["strict"],
        **{tag: HtmlElement(display=Display.block) for tag in ("table", "tr", "center")},
        **{
            tag: HtmlElement(display=Display.inline, prefix=" ", suffix=" ", limit_whitespace_affixes=True)
            for tag in ("td", "th")
        },
    },
    custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping(
        start_tag_mapping=dict.fromkeys(_TABLE_TAGS, _ignore), end_tag_mapping=dict.fromkeys(_TABLE_TAGS, _ignore)
    ),
)
"""Rows of tables are lines: columns side by side would pad each line of a layout with blanks, and mix its cells."""


def html_to_text(html: str) -> str:
    """HTML as text, quotes with `>`; without any layout where it is nested deeper than the parser goes."""
    html = html[:_HTML_CHARACTERS].replace(_OPENS, "").replace(_CLOSES, "")
    if not html.strip():
        return ""
    marked = _BLOCKQUOTE.sub(_mark, html)
    text = _with_quote_marks(strip_controls(get_text(marked, _LAYOUT)))
    return text or unescape(_TAG.sub(" ", html)).strip()


def _mark(tag: re.Match[str]) -> str:
    """The tag with a line of ours within, where a quote begins or ends; one that only indents has two marks."""
    if tag[1]:
        return f"<div>{_CLOSES}</div>{tag[0]}"
    return f"{tag[0]}<div>{_OPENS}{'' if not _INDENTED.search(tag[2]) else _OPENS}</div>"


def _with_quote_marks(text: str) -> str:
    """The text without blanks at the ends of its lines and without many empty ones; what was marked, with `>`."""
    lines: list[str] = []
    depths: list[int] = []
    for line in text.split("\n"):
        plain = line.rstrip()
        if _OPENS in plain:
            depths.append(0 if _OPENS * 2 in plain else 1)
        elif _CLOSES in plain:
            depths = depths[:-1]
        else:
            lines.append(">" * sum(depths) + (" " if sum(depths) else "") + plain)
    return _MANY_BLANK_LINES.sub("\n\n\n", "\n".join(lines)).strip("\n")
