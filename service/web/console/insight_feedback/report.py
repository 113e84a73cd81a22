"""The weekly report as a file, for those who lead desks."""

from datetime import datetime
from enum import StrEnum
from typing import cast
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from service.insight.long_reads import LongReads
from service.insight.report.model import WeeklyReport
from service.insight.report.page import report_page
from service.insight.report.report import draw_up_report
from service.insight.report.table import report_table
from service.insight.report.week import Week, last_whole_week, parse_week, week_before
from service.settings.model import Settings
from service.web.console.admin.parts import FEEDBACK_PATH
from service.web.console.guard import for_roles
from service.web.console.navigation import ADMIN_ROLES
from service.web.console.visit import HttpRequest, Visit
from service.web.http.asgi import Scope
from service.web.http.scope import while_connected

REPORT_PATH = f"{FEEDBACK_PATH}/report"
OFFERED_WEEKS = 12


class ReportFormat(StrEnum):
    """What a report is saved as."""

    HTML = "html"
    CSV = "csv"


MEDIA_TYPES = {ReportFormat.HTML: "text/html", ReportFormat.CSV: "text/csv"}


def offered_weeks(visit: Visit, zone: ZoneInfo) -> list[Week]:
    """The last whole weeks, the newest first."""
    weeks = [last_whole_week(zone, visit.now)]
    while len(weeks) < OFFERED_WEEKS:
        weeks.append(week_before(weeks[-1], zone))
    return weeks


async def _draw_up(long_reads: LongReads, week: Week, settings: Settings, now: datetime) -> WeeklyReport:
    zone = ZoneInfo(settings.time_zone)
    async with long_reads.transaction() as connection:
        return await draw_up_report(connection, week, zone, now, gave_up_days=settings.gave_up_days)


class ReportPages(Controller):
    """The weekly report, which is saved and not shown: its page has styles of its own."""

    path = REPORT_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def save_report(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        long_reads: NamedDependency[LongReads],
        settings: NamedDependency[Settings],
        *,
        week: FromQuery[str],
        kind: FromQuery[ReportFormat] = ReportFormat.HTML,
    ) -> Response[str]:
        """The report of a week as HTML, in the language of the page, or as CSV."""
        asked = parse_week(week, ZoneInfo(settings.time_zone), visit.now)
        work = _draw_up(long_reads, asked, settings, visit.now)
        report = await while_connected(cast("Scope", request.scope), work, limit_s=long_reads.longest_s)
        text = report_table(report) if kind is ReportFormat.CSV else report_page(report, visit.look.language)
        name = f"askonce-{asked.name}.{kind}"
        response = visit.respond(text, headers={"content-disposition": f'attachment; filename="{name}"'})
        response.media_type = MEDIA_TYPES[kind]
        return response
