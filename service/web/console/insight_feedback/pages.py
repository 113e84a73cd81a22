"""The numbers of feedback, for those who lead desks."""

from datetime import timedelta
from enum import StrEnum
from typing import cast
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from service.db.pool import Database
from service.errors import InvalidInput
from service.insight.feedback.numbers import Feedback, FeedbackBy, FeedbackScores, read_feedback, scores_of
from service.insight.feedback.period import Period
from service.insight.long_reads import LongReads
from service.journey.words import JourneyWords, journey_words
from service.settings.model import Settings
from service.web.console.admin.parts import FEEDBACK_PATH, admin_page
from service.web.console.codes import CHANNELS
from service.web.console.desk_forms import choosable_queues
from service.web.console.guard import for_roles
from service.web.console.insight_feedback.report import offered_weeks
from service.web.console.journeys.words import PHASES
from service.web.console.navigation import ADMIN_ROLES
from service.web.console.visit import HttpRequest, Visit
from service.web.console.words import _
from service.web.http.asgi import Scope
from service.web.http.scope import while_connected


class FeedbackSpan(StrEnum):
    """How far back the numbers go, in days."""

    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"


BY_WORDS = {
    FeedbackBy.CHANNEL: _("Channel"),
    FeedbackBy.QUEUE: _("Queue"),
    FeedbackBy.PHASE: _("Phase"),
    FeedbackBy.SEGMENT: _("Segment"),
}
SPAN_WORDS = {
    FeedbackSpan.WEEK: _("7 days"),
    FeedbackSpan.MONTH: _("30 days"),
    FeedbackSpan.QUARTER: _("90 days"),
    FeedbackSpan.YEAR: _("a year"),
}
NO_GROUP = {
    FeedbackBy.CHANNEL: _("no channel"),
    FeedbackBy.QUEUE: _("never handed over"),
    FeedbackBy.PHASE: _("no phase"),
    FeedbackBy.SEGMENT: _("no segment"),
}


class FeedbackPages(Controller):
    """What customers say, by channel, queue or segment."""

    path = FEEDBACK_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_feedback(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        long_reads: NamedDependency[LongReads],
        settings: NamedDependency[Settings],
        *,
        by: FromQuery[FeedbackBy] = FeedbackBy.CHANNEL,
        days: FromQuery[FeedbackSpan] = FeedbackSpan.MONTH,
    ) -> Response[str]:
        """The scores of the last days; of the whole period alone where there are too many for `by`."""
        period = Period(start=visit.now - timedelta(days=int(days)), end=visit.now)
        async with database.connection() as connection:
            queues = {one.name: one.title for one in await choosable_queues(connection)}
        reading = _read(long_reads, by, period, journey_words(settings))
        shown = await while_connected(cast("Scope", request.scope), reading, limit_s=long_reads.longest_s)
        feedback = shown or Feedback(
            by=by, start=period.start, end=period.end, total=FeedbackScores(**scores_of(())), groups=()
        )
        return admin_page(
            visit,
            "feedback.html",
            FEEDBACK_PATH,
            feedback=feedback,
            titles=_titles(feedback, queues),
            is_too_much=shown is None,
            weeks=offered_weeks(visit, ZoneInfo(settings.time_zone)),
            days=days,
            by_words=BY_WORDS,
            span_words=SPAN_WORDS,
            no_group=NO_GROUP[by],
        )


async def _read(long_reads: LongReads, by: FeedbackBy, period: Period, words: JourneyWords) -> Feedback | None:
    """The numbers; None for those of too many customers."""
    async with long_reads.transaction() as connection:
        try:
            return await read_feedback(connection, by, period.start, period.end, words)
        except InvalidInput:
            return None


def _titles(feedback: Feedback, queues: dict[str, str]) -> dict[str, str]:
    """Other words for the keys of groups; those of channels are still to be translated."""
    if feedback.by is FeedbackBy.QUEUE:
        return queues
    if feedback.by is FeedbackBy.PHASE:
        return {str(phase): word for phase, word in PHASES.items()}
    return {str(channel): word for channel, word in CHANNELS.items()} if feedback.by is FeedbackBy.CHANNEL else {}
