"""What a mail itself says, without what it quotes: a view, beside which the full text is always kept.

A writer's words are all lines that are not quoted. Quoted are lines that begin with `>` and what announces them;
without such marks everything below an announcement that can be nothing else, or below the headers of another mail.
"""

import re
from collections.abc import Iterator, Sequence

from service.channels.email.message.text.quoted_headers import end_of_quoted_headers

GAP = "[...]"
_MAX_ANNOUNCEMENT_LINES = 4
_MAX_ANNOUNCEMENT_CHARS = 400
_MARKS = " \t\u200b\u200e\ufeff\xa0"
"""What programs write in front of `>`, visible or not."""
_MANY_BLANK_LINES = re.compile(r"\n{3,}")
_ENDS_ANNOUNCEMENT = re.compile(r"[:：][ \t\xa0*_]*\Z")
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schrieben|geschrieben|schreibt|a écrit|escribió|escreveu|ha scritto|schreef|geschreven|"
    r"napisał|napsal|napísal|napisao|skrev|kirjoitti|írta|yazdı|написал|написала|пишет|написав|έγραψε|a scris)\b"
    r"|写道|寫道|のメッセージ|작성|كتب|כתב",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]+\.")
_ENDS_WITH_ADDRESS = re.compile(r"@[^<>@\s]+>[:：]\Z")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-] ?\d{1,2}[./-]|\d年")
_TIME = re.compile(r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2}h\d\d\b")
_DRESS = "-_=*~> \t:"
_SEPARATORS = frozenset(
    {
        "original message",
        "original mail",
        "original appointment",
        "forwarded message",
        "replied message",
        "reply message",
        "ursprüngliche nachricht",
        "ursprüngliche mail",
        "originalnachricht",
        "original-nachricht",
        "weitergeleitete nachricht",
        "message d'origine",
        "message d’origine",
        "message original",
        "message transféré",
        "mensaje original",
        "mensaje reenviado",
        "mensagem original",
        "mensagem encaminhada",
        "messaggio originale",
        "messaggio inoltrato",
        "oorspronkelijk bericht",
        "doorgestuurd bericht",
        "oprindelig meddelelse",
        "opprinnelig melding",
        "ursprungligt meddelande",
        "původní zpráva",
        "původní e-mail",
        "wiadomość oryginalna",
        "oryginalna wiadomość",
        "исходное сообщение",
        "пересылаемое сообщение",
        "özgün ileti",
        "orijinal mesaj",
        "alkuperäinen viesti",
        "eredeti üzenet",
        "元のメッセージ",
        "原始邮件",
        "原始郵件",
        "원본 메시지",
    }
)
"""What stands between dashes above a mail that is quoted without marks."""
_ENDS_SENTENCE = re.compile(r"[.!?…:;][ \t]*\Z")
_MAX_LINES_ABOVE_MARKS = 6
"""Between a separator and the marked lines some programs announce the quote once more."""
_BARE_SEPARATOR = re.compile(
    r">>> .{1,200} >>>|Original Message processed by .{1,80}|(?:Begin forwarded message|Anfang der weitergeleiteten "
    r"(?:E-Mail|Nachricht)|Début du message (?:réexpédié|transféré)|Inizio messaggio inoltrato|Inicio del mensaje "
    r"reenviado)[ \xa0]?:",
    re.IGNORECASE,
)
"""Those of GroupWise, Tobit David and Apple."""
_RULE = re.compile(r"[-_=*~]{3,}")


def strip_quotes(full_text: str) -> str:
    """The lines that are not quoted, in their order, with `[...]` for each quote between them.

    The full text if nothing else is in it, or if nothing is quoted. Signatures stay, for the numbers in them.
    """
    lines = full_text.replace("\r\n", "\n").split("\n")
    spans = list(_own_spans(lines))
    pieces = [piece for start, end in spans if (piece := _piece(lines[start:end]))]
    return f"\n\n{GAP}\n\n".join(pieces) if pieces and len(spans) > 1 else full_text


def _piece(lines: Sequence[str]) -> str:
    """These lines without empty ones, and without ruled lines, where a quote was cut off."""
    kept = [line.rstrip() for line in lines]
    while kept and (not kept[-1] or _RULE.fullmatch(kept[-1].strip())):
        kept.pop()
    return _MANY_BLANK_LINES.sub("\n\n", "\n".join(kept)).strip("\n")


def _own_spans(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From which to which line nothing is quoted."""
    start = position = silent = 0  # up to `silent` its writer has said nothing
    while position < len(lines):
        quote = _quote_at(lines, position, start)
        position += 1
        if quote is None:
            continue
        begin, end = quote
        while silent < begin and (not lines[silent].strip() or _is_separator(lines[silent])):
            silent += 1
        if silent >= begin and end == len(lines) and not _is_marked(lines[position - 1]):
            continue  # a mail that is passed on without a word is what its sender has to say
        yield start, begin
        silent = end if silent >= begin else silent
        start = position = end
    yield start, len(lines)


def _quote_at(lines: Sequence[str], position: int, start: int) -> tuple[int, int] | None:
    """The quote that begins at this line, or whose announcement ends at it: where it begins and where it has ended."""
    line = lines[position]
    if _is_marked(line) and not _BARE_SEPARATOR.fullmatch(line.strip()):
        return position, _end_of_marked(lines, position)
    if (below := end_of_quoted_headers(lines, position)) is not None:
        return position, _end_below(lines, below, 1)
    if _is_separator(line):
        return position, _end_below(lines, position + 1, _MAX_LINES_ABOVE_MARKS)
    if len(line) > _MAX_ANNOUNCEMENT_CHARS or _ENDS_ANNOUNCEMENT.search(line) is None:
        return None
    following = _next_text(lines, position + 1)
    marked = following < len(lines) and _is_marked(lines[following])
    above = max(start, position + 1 - _MAX_ANNOUNCEMENT_LINES)
    count = _announcing_lines(lines[above : position + 1], marked=marked)
    if count is None:
        return None
    return position + 1 - count, _end_of_marked(lines, following) if marked else len(lines)


def _is_marked(line: str) -> bool:
    return line.lstrip(_MARKS).startswith(">")


def _is_separator(line: str) -> bool:
    text = line.strip()
    if len(text) > _MAX_ANNOUNCEMENT_CHARS:
        return False
    dashes = len(text) - len(text.lstrip("-_=*~"))
    return _BARE_SEPARATOR.fullmatch(text) is not None or (dashes > 1 and text.strip(_DRESS).lower() in _SEPARATORS)


def _next_text(lines: Sequence[str], position: int) -> int:
    """The next line that is not empty."""
    return next((at for at in range(position, len(lines)) if lines[at].strip(_MARKS)), len(lines))


def _end_of_marked(lines: Sequence[str], position: int) -> int:
    end = position
    while end < len(lines) and _is_marked(lines[end]):
        end += 1
    return end


def _end_below(lines: Sequence[str], position: int, most: int) -> int:
    """Where the quote below a separator or headers ends: with marked lines if they begin soon, else with the mail."""
    at = position
    for _ in range(most):
        at = _next_text(lines, at)
        if at >= len(lines):
            break
        if _is_marked(lines[at]):
            return _end_of_marked(lines, at)
        at += 1
    return len(lines)


def _announcing_lines(lines: Sequence[str], *, marked: bool) -> int | None:
    """How many of these lines, of which the last one ends it, are an announcement; None if they are none."""
    dated = timed = short = None
    for count in range(1, len(lines) + 1):
        if count > 1 and _ENDS_SENTENCE.search(lines[-count]):
            break
        text = " ".join(line.strip() for line in lines[-count:])
        if not lines[-count].strip() or len(text) > _MAX_ANNOUNCEMENT_CHARS:
            break
        written, address = _WROTE.search(text) is not None, _ADDRESS.search(text) is not None
        date, time = _DATE.search(text) is not None, _TIME.search(text) is not None
        whole = (written and address) or (date and time and _ENDS_WITH_ADDRESS.search(text) is not None)
        announces = (written or address) if marked else whole
        dated = count if dated is None and date and announces else dated
        timed = count if timed is None and time and announces else timed
        short = count if marked and count == 1 and (announces or (date and time)) else short
    return dated or timed or short
