"""What guidance is for: what advertises is not offered to customers who do not allow marketing."""

from typing import Annotated, Literal

from msgspec import Meta

from service.context.content import Context
from service.identity.preferences import ContactPurpose
from service.model.vocabulary import Channel, Purpose

OfferPurpose = Annotated[
    Literal["service", "marketing"],
    Meta(
        description="What it is for: `marketing` is not offered to customers who withdrew their consent to it, or "
        "refuse it on the channel."
    ),
]
MARKETING: OfferPurpose = "marketing"


def refuses_marketing(context: Context, channel: Channel | None) -> bool:
    """Whether the customer does not allow marketing: anywhere, or on the channel."""
    if channel is None:
        return Purpose.MARKETING in context.refused
    return context.preferences.refuse(channel, ContactPurpose.MARKETING)
