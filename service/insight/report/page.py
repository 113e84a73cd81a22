"""The report as one HTML page: styles inside, both themes, printable, and nothing that another server has."""

from collections.abc import Iterable
from datetime import date
from html import escape

from service.insight.flow.picture_words import CHANNELS
from service.insight.report import words
from service.insight.report.model import OTHER_SUBJECTS, ReportSection, WeeklyReport, WeeklyReportRow, number_text
from service.insight.report.words import Words
from service.model.vocabulary import Channel

STYLE = """
:root{color-scheme:light dark;--bg:light-dark(#f3f5f8,#0e141b);--surface:light-dark(#fff,#151d27);
--line:light-dark(#dde3ea,#2a3644);--ink:light-dark(#15202b,#e8edf3);--ink-2:light-dark(#465464,#b4c0ce)}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:400 14px/20px system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 16px;display:grid;gap:16px}h1{font-size:24px;line-height:32px;margin:0}
h2{font-size:16px;line-height:22px;margin:0}p{margin:0;color:var(--ink-2)}
section{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:16px;display:grid;gap:8px;
break-inside:avoid;grid-template-columns:minmax(0,1fr)}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:6px 8px;border-top:1px solid var(--line);vertical-align:top}thead th{border-top:0}
th{font-weight:600}tbody th{font-weight:400}tfoot th,tfoot td{font-weight:600}
.n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}
@media (max-width:600px){section{padding:12px}th,td{padding:6px 4px;font-size:12px;overflow-wrap:anywhere;hyphens:auto}}
@media print{:root{color-scheme:light}body{background:#fff}main{padding:0}section{border-color:#999}}
@page{margin:15mm}
""".strip()
_PLACED = frozenset(ReportSection) - {ReportSection.OVERVIEW, ReportSection.RATINGS}


def report_page(report: WeeklyReport, language: str) -> str:
    """The page in `language`, en or de."""
    place = words.LANGUAGES.index(language)
    week = report.week
    title = f"{words.TITLE[place]} {week.name}"
    days = f"{_day(week.first, language)} – {_day(week.last, language)}"
    running = "" if report.is_whole else f"<p>{words.RUNNING[place]}</p>\n"
    notes = words.NOTES[place].format(days=report.gave_up_days)
    sections = "\n".join(_section(report, section, place) for section in ReportSection)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{title} · askonce</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{days}</p>\n{running}{sections}\n<p>{notes}</p>\n</main>\n</body>\n</html>\n"
    )


def _section(report: WeeklyReport, section: ReportSection, place: int) -> str:
    rows = report.section(section)
    head = f"<section>\n<h2>{words.SECTIONS[section][place]}</h2>\n<p>{words.READERS[section][place]}</p>\n"
    if not rows:
        return f"{head}<p>{words.NOTHING[place]}</p>\n</section>"
    is_placed = section in _PLACED
    texts, numbers = (words.WHAT, words.WHERE)[: 1 + is_placed], (words.THIS_WEEK, words.BEFORE, words.CHANGE)
    columns = "".join(f'<th scope="col">{text[place]}</th>' for text in texts)
    columns += "".join(f'<th scope="col" class="n">{number[place]}</th>' for number in numbers)
    body = "\n".join(_row(row, place) for row in rows)
    foot = _sums(rows, place) if is_placed else ""
    table = f"<table>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{body}\n</tbody>\n{foot}</table>\n"
    return f"{head}{table}</section>"


def _row(row: WeeklyReportRow, place: int) -> str:
    what = escape(row.fact) if row.fact else words.ITEMS[row.item][place]
    where = f"<td>{escape(place_word(row, place))}</td>" if row.section in _PLACED else ""
    return f'<tr><th scope="row">{what}</th>{where}{_cells(row.this_week, row.before, row.change, place)}</tr>'


def _sums(rows: Iterable[WeeklyReportRow], place: int) -> str:
    """The sum of each item."""
    lines = []
    for item in dict.fromkeys(row.item for row in rows):
        this_week, before = (
            sum(getattr(row, name) for row in rows if row.item is item) for name in ("this_week", "before")
        )
        what = f"{words.SUM[place]}: {words.ITEMS[item][place]}"
        lines.append(
            f'<tr><th scope="row">{what}</th><td></td>{_cells(this_week, before, this_week - before, place)}</tr>'
        )
    return f"<tfoot>\n{chr(10).join(lines)}\n</tfoot>\n"


def _cells(this_week: float | None, before: float | None, change: float | None, place: int) -> str:
    shown = (number_word(this_week, place), number_word(before, place), number_word(change, place, signed=True))
    return "".join(f'<td class="n">{one}</td>' for one in shown)


def place_word(row: WeeklyReportRow, place: int) -> str:
    """The channel, queue or subject in words; empty where a number is of the whole company."""
    if row.section in words.BY_CHANNEL:
        return CHANNELS[words.LANGUAGES[place]][Channel(row.place)] if row.place else ""
    if row.section is ReportSection.GAVE_UP_BY_QUEUE and row.place is None:
        return words.NO_DESK[place]
    others: Words = words.OTHERS
    return others[place] if row.place == OTHER_SUBJECTS else row.place or ""


def number_word(number: float | None, place: int, *, signed: bool = False) -> str:
    """Whole numbers without decimals, a dash for none; a change with its sign."""
    if number is None:
        return "–"
    text = ("+" if signed and number > 0 else "") + number_text(number)
    return text.replace("-", "\N{MINUS SIGN}").replace(".", words.DECIMAL_MARK[place])


def _day(day: date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day:%Y-%m-%d}"
