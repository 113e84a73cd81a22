"""Draws up the report of a week beside the week before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from service.db.pool import Connection
from service.insight.report.counting import Numbers, ReportKey, count_week
from service.insight.report.model import ReportItem, ReportSection, WeeklyReport, WeeklyReportRow
from service.insight.report.week import Week, week_before


async def draw_up_report(
    connection: Connection, week: Week, zone: ZoneInfo, now: datetime, *, gave_up_days: int
) -> WeeklyReport:
    """The report of the week, as far as it has come; a matter that is silent for `gave_up_days` was given up."""
    gave_up_after = timedelta(days=gave_up_days)
    numbers = await count_week(connection, week, now, gave_up_after)
    before = await count_week(connection, week_before(week, zone), now, gave_up_after)
    keys = sorted(numbers.keys() | before.keys(), key=lambda key: _order(key, numbers, before))
    rows = tuple(_row(key, numbers, before) for key in keys)
    return WeeklyReport(week=week, is_whole=week.end <= now, gave_up_days=gave_up_days, rows=rows)


def _row(key: ReportKey, numbers: Numbers, before: Numbers) -> WeeklyReportRow:
    missing = None if key.section is ReportSection.RATINGS else 0
    return WeeklyReportRow(
        section=key.section,
        item=key.item,
        fact=key.fact,
        place=key.place,
        this_week=numbers.get(key, missing),
        before=before.get(key, missing),
    )


_SECTIONS, _ITEMS = list(ReportSection), list(ReportItem)


def _order(key: ReportKey, numbers: Numbers, before: Numbers) -> tuple[object, ...]:
    """By section; there the highest number of this week first, and the overview and ratings in their own order."""
    is_listed = key.section in {ReportSection.OVERVIEW, ReportSection.RATINGS}
    highest = (0.0, 0.0) if is_listed else (-(numbers.get(key) or 0), -(before.get(key) or 0))
    return (_SECTIONS.index(key.section), *highest, _ITEMS.index(key.item), key.fact or "", key.place or "")
