"""Which line an instance has to its Asterisk."""

from collections.abc import Sequence

from service.channels.base import ChannelAccount, Delivery
from service.channels.phone.asterisk.door import ADAPTER
from service.inbound.deliveries import Deliveries
from service.listeners.asterisk.ami import AmiConnection
from service.listeners.asterisk.ari import AriConnection
from service.listeners.model import Listener, ListenerFactory


def asterisk_listeners(deliveries: Deliveries) -> ListenerFactory:
    """The readers of an instance: one, or none if its events are posted. What they hear is taken as if it were, too."""

    async def receive(account: ChannelAccount, raw: bytes) -> None:
        delivery = Delivery(raw=raw, headers={}, received_at=deliveries.clock.now())
        await deliveries.receive_delivery(ADAPTER, account, delivery)

    def connect(account: ChannelAccount) -> Sequence[Listener]:
        match account.settings.reader:
            case "ami":
                return [AmiConnection(account, receive)]
            case "ari":
                return [AriConnection(account, receive)]
            case _:
                return []

    return connect
