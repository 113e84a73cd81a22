"""The way of interactions and deliveries into the rooms."""

from zoneinfo import ZoneInfo

from service.app.rooms import Rooms
from service.desks.subject import business_settings
from service.inbound.deliveries import Deliveries
from service.inbound.delivery_log import DeliveryLog
from service.inbound.mail.attachments import attachment_storage
from service.inbound.mail.fetch import MailFetcher, transport_factory
from service.inbound.mail.register import MailIntake
from service.registration.batcher import Registrar
from service.web.http.problems import problem_of


def create_registrar(rooms: Rooms) -> Registrar:
    """A registrar of these rooms; the interactions that come to one share transactions."""
    return Registrar(rooms.database, rooms.drop_views, settings=rooms.settings, clock=rooms.clock)


def create_delivery_log(rooms: Rooms) -> DeliveryLog:
    """The log of the deliveries that this process takes."""
    return DeliveryLog(rooms.database, ZoneInfo(rooms.settings.time_zone), lambda error: problem_of(type(error)).type)


def create_deliveries(rooms: Rooms, registrar: Registrar, log: DeliveryLog | None = None) -> Deliveries:
    """The way of what comes through doors into these rooms."""
    mail_intake = MailIntake(
        database=rooms.database,
        registrar=registrar,
        parsers=rooms.mail_readers,
        attachments=attachment_storage(rooms.settings),
        fetch=MailFetcher(
            transport_factory(rooms.resolve, allow_private=rooms.settings.webhook_allow_private)
        ).fetch_mail,
        region=rooms.settings.default_region,
    )
    return Deliveries(
        database=rooms.database,
        registrar=registrar,
        drop_views=rooms.drop_views,
        business=business_settings(rooms.settings),
        clock=rooms.clock,
        register_mail=mail_intake.register_mail,
        log=log,
    )
