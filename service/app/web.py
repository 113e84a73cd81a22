"""The web application: the routes and the console on the rooms, with what runs beside them."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.access.accounts.sessions import Sessions
from service.access.audit import ReadAudit
from service.access.budgets import LookUpBudgets
from service.access.principals import Principals
from service.app.arrivals import create_delivery_log, create_registrar
from service.app.erasures import create_erasures
from service.app.privacy import create_privacy_requests
from service.app.rooms import Rooms, create_long_reads
from service.app.routes import all_routes, with_open_streams
from service.desks.batching import DeskActions
from service.desks.looking import PageLookers
from service.desks.subject import business_settings
from service.events.feed import EventFeed
from service.insight.advice.dry_run import RuleTrial
from service.web import application
from service.web.console.application import console_pages
from service.web.console.customer.reads import CustomerReads
from service.web.console.pages.events import SESSION_CHECK_INTERVAL_S, SessionKeys
from service.web.console.presence.streams import ConsoleStreams
from service.web.http.asgi import App
from service.web.http.route import Route, routes_of
from service.web.mcp.routes import mcp_routes
from service.web.restrictions.gate import RestrictionGate, outside_restrictions
from service.web.routes.customers.erased import telling_of_erasures
from service.web.routes.operations.events import EventRoutes
from service.web.routes.operations.key_watch import RevokedKeyWatcher
from service.web.routes.operations.look_up_budgets import within_budgets
from service.web.routes.operations.read_reasons import with_reasons


@asynccontextmanager
async def web_application(rooms: Rooms) -> AsyncIterator[App]:
    """The web application on these rooms, with what runs beside it."""
    audit = ReadAudit(rooms.database)
    audit.start(rooms.clock)
    principals = Principals(rooms.database, rooms.clock, sandbox=rooms.sandbox)
    await rooms.reader.trust.start()
    feed = _start_feed(rooms)
    key_watcher = RevokedKeyWatcher(principals)
    sessions = Sessions(rooms.database, rooms.clock, rooms.settings)
    watcher = RevokedKeyWatcher(SessionKeys(sessions), interval_s=SESSION_CHECK_INTERVAL_S)
    business = business_settings(rooms.settings)
    desk_actions = DeskActions(rooms.database, rooms.drop_views, business, rooms.reader.guidance)
    delivery_log, long_reads = create_delivery_log(rooms), create_long_reads(rooms)
    routes = all_routes(rooms, audit, desk_actions, delivery_log, long_reads)
    routes += routes_of(EventRoutes(rooms.database, feed, key_watcher))
    budgets = LookUpBudgets(rooms.database, rooms.settings)
    gate = RestrictionGate(rooms.database, rooms.reader.trust.restrictions)
    routes = with_open_streams(_guarded(routes, rooms, budgets, gate), rooms.settings)
    routes += mcp_routes(routes, public_url=rooms.settings.public_url, clock=rooms.clock)
    reads = CustomerReads(rooms.database, rooms.reader, audit, budgets, reason_needed=rooms.settings.read_reason_needed)
    lookers, absent_after = PageLookers(rooms.cache, rooms.reader.trust), rooms.settings.agent_absence
    streams = ConsoleStreams(watcher, sessions, desk_actions, lookers, clock=rooms.clock, absent_after=absent_after)
    beside = {"desk_actions": desk_actions, "customer_reads": reads, "audit": audit, "feed": feed, "streams": streams}
    pages = _console(rooms, sessions, **beside, gate=gate, delivery_log=delivery_log, long_reads=long_reads)
    try:
        yield application.create_application(
            routes, principals=principals, settings=rooms.settings, clock=rooms.clock, pages=pages
        )
    finally:
        for running in (feed, key_watcher, streams, rooms.reader.trust, delivery_log):
            await running.stop()
        await audit.stop(rooms.clock.now())


def _guarded(routes: list[Route], rooms: Rooms, budgets: LookUpBudgets, gate: RestrictionGate) -> list[Route]:
    """The routes behind all that may refuse what leads to a customer."""
    with_erasures_told = telling_of_erasures(routes, rooms.database)
    with_reasons_asked = with_reasons(with_erasures_told, rooms.database, needed=rooms.settings.read_reason_needed)
    return outside_restrictions(within_budgets(with_reasons_asked, budgets), gate)


def _console(rooms: Rooms, sessions: Sessions, **beside: object) -> App:
    beside |= {"requests": create_privacy_requests(rooms), "erasures": create_erasures(rooms)}
    beside |= {"registrar": create_registrar(rooms), "mail_readers": rooms.mail_readers, "resolve": rooms.resolve}
    beside["sandbox"] = rooms.sandbox
    beside["rule_trial"] = RuleTrial(rooms.database, rooms.settings, rooms.reader.contact_facts)
    clock = rooms.clock
    return console_pages(database=rooms.database, sessions=sessions, settings=rooms.settings, clock=clock, **beside)


def _start_feed(rooms: Rooms) -> EventFeed:
    """The live events; the server that is about to stop ends them: it waits for requests, and streams have no end."""
    feed = EventFeed(rooms.database, max_streams=rooms.settings.event_streams)
    feed.start()
    if threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, feed.close)
    return feed
