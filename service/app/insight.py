"""The routes of journeys and of insight, each with the rooms that it works with."""

from zoneinfo import ZoneInfo

from service.access.audit import ReadAudit
from service.app.rooms import Rooms
from service.insight.advice.dry_run import RuleTrial
from service.insight.long_reads import LongReads
from service.journey.words import journey_words
from service.web.http.route import Route, routes_of
from service.web.routes.insight.at_risk import AtRiskRoutes
from service.web.routes.insight.content import ContentRoutes
from service.web.routes.insight.feedback import FeedbackRoutes
from service.web.routes.insight.flow import FlowRoutes
from service.web.routes.insight.journey_changes import JourneyChangeRoutes
from service.web.routes.insight.journeys import JourneyRoutes
from service.web.routes.insight.next_actions import NextActionRoutes
from service.web.routes.insight.notices import NoticeRoutes
from service.web.routes.insight.personas import PersonaRoutes
from service.web.routes.insight.rules import RuleRoutes
from service.web.routes.insight.segments import SegmentRoutes
from service.web.routes.insight.surveys import SurveyRoutes


def insight_routes(rooms: Rooms, audit: ReadAudit, reads: LongReads) -> list[Route]:
    """Of one customer's way, of what many ways say, and of what to do in time."""
    database, settings, zone = rooms.database, rooms.settings, ZoneInfo(rooms.settings.time_zone)
    words = journey_words(settings)
    return routes_of(
        JourneyRoutes(database, audit, words=words, zone=zone),
        JourneyChangeRoutes(database, rooms.drop_views, audit, words=words),
        FlowRoutes(reads, audit, settings),
        PersonaRoutes(reads, settings),
        SegmentRoutes(database, audit, zone=zone),
        AtRiskRoutes(database, audit),
        RuleRoutes(database, RuleTrial(database, settings, rooms.reader.contact_facts)),
        NextActionRoutes(database, rooms.reader, rooms.drop_views, audit),
        ContentRoutes(database, audit, reads=reads, zone=zone, words=words),
        NoticeRoutes(database, audit, default_language=settings.default_language),
        FeedbackRoutes(reads, words=words),
        SurveyRoutes(database, public_url=settings.public_url, every=settings.survey_interval),
    )
