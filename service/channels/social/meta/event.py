"""What all events of Meta have in common: the account they happen to, and how one is kept that nobody knows."""

from datetime import datetime

from msgspec import Struct

from service.channels import lenient
from service.model.interaction import ConversationHint, IdentityClaim, Interaction
from service.model.vocabulary import Channel, Direction, IdentityKind, InteractionKind


class MetaOrigin(Struct, frozen=True, kw_only=True):
    """Where and when something happened: on which account or page of which network."""

    source: str
    channel: Channel
    account: str
    network: str
    at: datetime


def social_identity(network: str, value: object) -> tuple[IdentityClaim, ...]:
    """The identity of an id or handle in a network; None if it is absent."""
    handle = lenient.text(value, 200)
    return (IdentityClaim(kind=IdentityKind.SOCIAL, value=f"{network}:{handle}"),) if handle else ()


def conversation_ref(account: str, customer: object) -> ConversationHint:
    """The one conversation that a customer has with an account."""
    return ConversationHint(ref=lenient.fit_id(f"{account}:{customer}" if customer else account, 200))


def other_interaction(place: MetaOrigin, field: str, value: object) -> Interaction:
    """An event that nobody knows, kept; it is told apart by what it says."""
    return Interaction(
        source=place.source,
        source_event_id=lenient.fit_id(f"{place.account}:{field}:{lenient.fingerprint(value)}", 480) + ":other",
        occurred_at=place.at,
        channel=place.channel,
        kind=InteractionKind.OTHER,
        direction=Direction.INTERNAL,
        identities=(),
        conversation=conversation_ref(place.account, None),
        data=lenient.compact({"field": field, "value": value}),
    )
