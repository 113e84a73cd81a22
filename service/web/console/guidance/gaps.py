"""What is missing: questions of customers that no content answers."""

from datetime import timedelta
from typing import Annotated, cast

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from msgspec import Meta

from service.insight.content.gaps import read_gap_map
from service.insight.feedback.period import Period
from service.insight.long_reads import LongReads
from service.journey.words import journey_words
from service.settings.model import Settings
from service.web.console.admin.parts import CONTENT_PATH, admin_page
from service.web.console.customer.reads import CustomerReads
from service.web.console.guard import for_roles
from service.web.console.journeys.words import PHASES
from service.web.console.navigation import ADMIN_ROLES
from service.web.console.visit import HttpRequest, Visit
from service.web.http.asgi import Scope
from service.web.http.scope import while_connected

AUDIT_VIEW = "content gaps"
PERIODS_DAYS = (7, 30, 90)
_Days = Annotated[int, Meta(ge=1, le=366)]


class GapPages(Controller):
    """The map of gaps, as `GET /v1/content/gaps` answers it."""

    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(f"{CONTENT_PATH}/gaps", include_in_schema=False)
    async def show_gaps(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        long_reads: NamedDependency[LongReads],
        *,
        settings: NamedDependency[Settings],
        days: FromQuery[_Days] = 30,
    ) -> Response[str]:
        """The gaps of the last days, the most questions first."""
        period = Period(start=visit.now - timedelta(days=days), end=visit.now)
        reading = read_gap_map(long_reads, period, None, journey_words(settings), now=visit.now)
        found = await while_connected(cast("Scope", request.scope), reading, limit_s=long_reads.longest_s)
        shown = {one.customer_id for gap in found.gaps for one in gap.examples[:1]}
        await customer_reads.count_shown(visit, shown, AUDIT_VIEW)
        return admin_page(
            visit, "content_gaps.html", CONTENT_PATH, found=found, days=days, periods=PERIODS_DAYS, phase_words=PHASES
        )
