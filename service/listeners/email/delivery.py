"""Registers a mail that a listener received like one that was posted to its door."""

from datetime import datetime
from typing import Protocol

from service.channels.base import ChannelAccount
from service.channels.email.raw import ADAPTER, mail_delivery
from service.inbound.deliveries import Deliveries
from service.model.mail import Envelope


class ReceiveMail(Protocol):
    """Brings a mail into the record."""

    async def __call__(
        self, account: ChannelAccount, mail: bytes, envelope: Envelope, received_at: datetime | None = None
    ) -> None:
        """Return once it is committed; Unavailable if that is not possible now. Without a time it came just now."""


def mail_receiver(deliveries: Deliveries) -> ReceiveMail:
    """What brings mail into these rooms."""

    async def receive(
        account: ChannelAccount, mail: bytes, envelope: Envelope, received_at: datetime | None = None
    ) -> None:
        arrived_at = received_at or deliveries.clock.now()
        await deliveries.receive_delivery(ADAPTER, account, mail_delivery(mail, envelope, arrived_at))

    return receive
