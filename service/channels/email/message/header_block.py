"""The lines of a mail's headers, mended where the standard parser would take what follows for the mail's text."""

import re

_IRREGULAR = re.compile(rb"^(?![!-9;-~]+:|[ \t\r\n])", re.MULTILINE)
_BLANKS_BEFORE_COLON = re.compile(rb"\A([!-9;-~]+)[ \t]+:")
"""`Subject :`, which RFC 5322 4.5 tells receivers to read."""
_HEADER = re.compile(rb"[!-9;-~]+:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|sender|reply-to|subject|date|message-id|in-reply-to|references|mime-version|received|"
    rb"return-path|delivered-to|envelope-to|precedence|auto-submitted|importance|priority|user-agent|"
    rb"(?:content|list|resent|dkim|arc|authentication|received|thread|x)-[!-9;-~]+)[ \t]*:",
    re.IGNORECASE,
)
_MAX_JUNK_LINES = 3


def repaired_headers(raw: bytes) -> bytes:
    """The mail with headers of which none is lost behind a line that is none.

    Up to three lines that are no header, with a known header below them, are left out; with anything else below them
    they begin the text, as the standard parser has it. The first line may be an mbox separator.
    """
    end = min((at + 1 for mark in (b"\n\r\n", b"\n\n") if (at := raw.find(mark)) >= 0), default=len(raw))
    separated = raw.startswith(b"From ") and not _BLANKS_BEFORE_COLON.match(raw)
    odd = _IRREGULAR.search(raw, raw.find(b"\n") + 1 if separated else 0, end)
    if odd is None or odd.start() == end:
        return raw
    return raw[: odd.start()] + b"".join(_repaired_lines(raw[odd.start() : end])) + raw[end:]


def _repaired_lines(block: bytes) -> list[bytes]:
    kept: list[bytes] = []
    junk: list[bytes] = []
    for written in block.splitlines(keepends=True):
        line = _BLANKS_BEFORE_COLON.sub(rb"\1:", written, count=1) if written[:1] not in b" \t" else written
        if len(junk) > _MAX_JUNK_LINES or not _belongs(line, after_junk=bool(junk)):
            junk.append(line)
        else:
            kept.append(line)
            junk.clear()
    return kept + junk


def _belongs(line: bytes, *, after_junk: bool) -> bool:
    """Whether this line is one of the headers; below what is none, if it is surely one."""
    if after_junk:
        return _KNOWN.match(line) is not None
    return line[:1] in b" \t" or _HEADER.match(line) is not None
