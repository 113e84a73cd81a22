"""What listens for mail: the sockets and mailboxes that the settings of an `email` instance name."""

from collections.abc import Sequence

from service.channels.base import ChannelAccount
from service.channels.email.addresses import listen_address, mailbox_address, recipients_of
from service.channels.email.raw import EmailSettings
from service.db.pool import Database
from service.listeners.email.delivery import ReceiveMail
from service.listeners.email.mailbox import Mailbox
from service.listeners.email.server import MailServer
from service.listeners.model import Listener, ListenerFactory
from service.model.clock import Clock


def mail_listeners(receive: ReceiveMail, database: Database, clock: Clock) -> ListenerFactory:
    """What makes the listeners of an `email` instance."""

    def connect(account: ChannelAccount) -> Sequence[Listener]:
        settings: EmailSettings = account.settings
        listeners: list[Listener] = []
        if settings.listen:
            address, recipients = listen_address(settings.listen), recipients_of(settings.recipients)
            listeners.append(MailServer(account, address, recipients, receive))
        if settings.imap:
            listeners.append(Mailbox(account, mailbox_address(settings.imap), receive, database, clock))
        return listeners

    return connect
