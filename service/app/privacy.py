"""The requests of customers on the rooms of this process."""

from functools import partial
from zoneinfo import ZoneInfo

from service.access.audit import ReadAudit
from service.app.erasures import create_erasures
from service.app.rooms import Rooms
from service.privacy.requests.requests import PrivacyRequests, RequestTools
from service.web.console.export.page import export_page
from service.web.http.route import Route, routes_of
from service.web.routes.privacy.exports import ExportRoutes
from service.web.routes.privacy.requests import PrivacyRequestRoutes


def create_privacy_requests(rooms: Rooms) -> PrivacyRequests:
    """The requests of these rooms."""
    tools = RequestTools(
        erasures=create_erasures(rooms),
        drop_views=rooms.drop_views,
        note_restriction=rooms.reader.trust.restrictions.note_restriction,
        region=rooms.settings.default_region,
        zone=ZoneInfo(rooms.settings.time_zone),
    )
    return PrivacyRequests(rooms.database, tools)


def privacy_routes(rooms: Rooms, audit: ReadAudit) -> list[Route]:
    """The routes of the privacy desk."""
    settings, requests = rooms.settings, create_privacy_requests(rooms)
    zone, language = ZoneInfo(settings.time_zone), settings.default_language
    render_page = partial(export_page, zone=zone, default_language=language)
    return routes_of(
        PrivacyRequestRoutes(requests, create_erasures(rooms), audit),
        ExportRoutes(requests, audit, render_page, region=settings.default_region),
    )
