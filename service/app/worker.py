"""What a worker does and listens to, for whom."""

from functools import partial

from service.app.arrivals import create_deliveries, create_delivery_log, create_registrar
from service.app.erasures import create_erasures
from service.app.privacy import create_privacy_requests
from service.app.retention import worker_retention
from service.app.rooms import Rooms
from service.channels.base import ChannelAccount
from service.channels.registry import ADAPTERS
from service.conditions import boundaries
from service.desks.subject import business_settings
from service.events import journal, reports
from service.handoff.timers import TIMER_EFFECTS
from service.identity.sources.quality.counting import fold_counts
from service.inbound.accounts import read_accounts
from service.inbound.calls import live as calls
from service.inbound.mail.attachments import expire_attachments
from service.listeners.asterisk import connect as asterisk_lines
from service.listeners.email import connect as mail
from service.listeners.email import delivery as mail_arrival
from service.listeners.model import ListenerConfig, ListenerFactory
from service.model.timer_kinds import TimerKind
from service.worker.model import WorkerConfig


def worker_dependencies(rooms: Rooms) -> WorkerConfig:
    """What a worker does, for whom."""
    return WorkerConfig(
        database=rooms.database,
        clock=rooms.clock,
        settings=rooms.settings,
        resolve=rooms.resolve,
        drop_views=rooms.reader.cache.drop,
        drop_outdated_views=rooms.reader.cache.drop_older,
        timer_handlers={TimerKind.CALL_CLOSE: calls.close_call_handler(business_settings(rooms.settings))},
        timer_batch_handlers={TimerKind.CONDITION_BOUNDARY: boundaries.cross_boundaries, **TIMER_EFFECTS},
        cleanup_tasks=[
            partial(expire_attachments, rooms.settings),
            partial(fold_counts, rooms.database),
            create_privacy_requests(rooms).finish_left,
        ],
        finish_erasures=create_erasures(rooms).finish_due,
        retain=worker_retention(rooms),
        subscribers=[journal.append_events, reports.queue_reports],
        listen_url=rooms.settings.direct_url,
    )


def listener_config(rooms: Rooms) -> ListenerConfig:
    """What a worker listens to, for whom; an adapter that listens is one line here."""
    deliveries = create_deliveries(rooms, create_registrar(rooms), create_delivery_log(rooms))
    factories: dict[str, ListenerFactory] = {
        "email": mail.mail_listeners(mail_arrival.mail_receiver(deliveries), rooms.database, rooms.clock),
        "asterisk": asterisk_lines.asterisk_listeners(deliveries),
    }

    async def accounts() -> list[ChannelAccount]:
        async with rooms.database.connection() as connection:
            return await read_accounts(connection, ADAPTERS)

    return ListenerConfig(database_url=rooms.settings.direct_url, accounts=accounts, factories=factories)
