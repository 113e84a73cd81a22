"""Routes of what customers say of us."""

from service.errors import DatabaseBusy, InvalidInput, Overloaded
from service.insight.feedback.numbers import Feedback, FeedbackBy, read_feedback
from service.insight.feedback.period import Period, period_of
from service.insight.long_reads import LongReads
from service.journey.words import JourneyWords
from service.model.interaction import Timestamp
from service.model.vocabulary import Role
from service.web.http.parameters import enum_parameter, text_parameter
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route
from service.web.http.scope import while_connected

FEEDBACK_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
_BY = Parameter(name="by", shape=FeedbackBy, description="What the numbers are given for; `channel` unless told.")
FROM = Parameter(name="from", shape=Timestamp, description="Beginning of the period; 30 days before `to` unless told.")
TO = Parameter(name="to", shape=Timestamp, description="End of the period, which does not belong to it; now if absent.")


class FeedbackRoutes:
    """The route by which ratings are read together."""

    def __init__(self, reads: LongReads, *, words: JourneyWords) -> None:
        self._reads = reads
        self._words = words

    @route(
        "GET",
        "/v1/feedback",
        roles=FEEDBACK_ROLES,
        summary="Satisfaction, recommendation and effort of a period",
        parameters=(_BY, FROM, TO),
        answers={200: Feedback},
        problems=(InvalidInput, DatabaseBusy, Overloaded),
    )
    async def read_feedback(self, request: Request) -> Response:
        """Reads CSAT, NPS and effort with the number of answers and a 95 % interval.

        Shares have the interval of Wilson, the Net Promoter Score the adjusted Wald interval. Ratings of any channel
        count as satisfaction on their own scale. Groups of fewer than 20 answers are marked, not hidden.
        By phase, the journeys of at most 500 rated customers are read: ask for a shorter period beyond that. It
        stops when the caller leaves.
        """
        by = enum_parameter(request, "by", FeedbackBy) or FeedbackBy.CHANNEL
        period = period_of(text_parameter(request, "from"), text_parameter(request, "to"), request.now)
        reading = self._read(by, period)
        return json_response(await while_connected(request.scope, reading, limit_s=self._reads.longest_s))

    async def _read(self, by: FeedbackBy, period: Period) -> Feedback:
        async with self._reads.transaction() as connection:
            return await read_feedback(connection, by, period.start, period.end, self._words)
