"""The report as CSV (RFC 4180): the same rows and numbers as the page, by codes, for programs."""

import csv
from io import StringIO

from service.insight.report.model import WeeklyReport, number_text

COLUMNS = ("week", "section", "item", "fact", "place", "this_week", "week_before", "change")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would compute what begins so; texts of others are quoted against it (OWASP, CSV Injection)."""


def report_table(report: WeeklyReport) -> str:
    """A line of names, then a line for each number; empty for what is unknown or not there."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in report.rows:
        texts = (_harmless(one or "") for one in (row.fact, row.place))
        numbers = ("" if one is None else number_text(one) for one in (row.this_week, row.before, row.change))
        writer.writerow((report.week.name, row.section, row.item, *texts, *numbers))
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
