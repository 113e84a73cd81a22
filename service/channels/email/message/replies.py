"""What a mail itself says, without what it quotes: a view, beside which the full text is always kept."""

import re

from mailparser_reply import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES

_MAX_CHARS = 64 * 1024
_MAX_LINE_CHARS = 998
_SPACES_BEFORE_END = re.compile(r"[^\S\n]+\n")
_MANY_EMPTY_LINES = re.compile(r"\n{4,}")
_GAP = re.compile(r"\n{3,}")
_ANNOUNCES = re.compile(
    r"[-_=*]{3,}[^\n]{0,80}"  # ----- Ursprüngliche Nachricht -----
    r"|[^\n]{0,150}\d[^\n]{0,150}\b(?:schrieb|wrote|écrit|escribió|scritto|schreef|napisał|skrev)\b[^\n]{0,80}:"
)
"""The line above a quote, where the library has left it."""
_PARSER = EmailReplyParser(languages=list(MAIL_LANGUAGES))


def strip_quotes(full_text: str) -> str:
    """The newest of the mails in this text, without quoted lines; the full text if nothing else is in it.

    A quote is recognised in German, English and a dozen other languages. Signatures stay, for the numbers in them.
    """
    read = normalise_lines(full_text)
    reply = next(iter(_PARSER.read(read).replies), None)
    if reply is None:
        return full_text
    own = "\n".join(line for line in reply.full_body.split("\n") if not line.lstrip().startswith(">"))
    own = _GAP.sub("\n\n", own).strip()
    if _is_whole_text(own, read):
        return full_text
    return _without_quote_header(own) or full_text


def normalise_lines(text: str) -> str:
    """The text in a form on which the library's expressions take linear time: 50,000 empty lines cost them 25 s."""
    lines = text.replace("\r\n", "\n")[:_MAX_CHARS].split("\n")
    short = "\n".join(line[:_MAX_LINE_CHARS] for line in lines)
    return _MANY_EMPTY_LINES.sub("\n\n\n", _SPACES_BEFORE_END.sub("\n", short + "\n")).strip()


def _without_quote_header(own: str) -> str:
    lines = own.split("\n")
    while lines and (not lines[-1].strip() or _ANNOUNCES.fullmatch(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines)


def _is_whole_text(own: str, read: str) -> bool:
    """Whether no line was removed, so that the full text may stand instead of what `normalise_lines` gives."""
    return "".join(own.split()) == "".join(read.split())
