"""Parts of rows that a batch writes."""

from datetime import UTC, datetime

import msgspec

from service.identity.customers import CustomerState
from service.model.interaction import InteractionContent
from service.timeline.model import FactHistoryRow, FactRow, InteractionDetails

_encode = msgspec.json.Encoder().encode


def history_row(fact: FactRow, customer: CustomerState) -> FactHistoryRow:
    """The value as one that ended, or came too late, at the customer's version."""
    return FactHistoryRow(
        customer.customer_id,
        fact.name,
        fact.version,
        fact.value,
        fact.source,
        fact.channel,
        fact.at,
        fact.verified,
        fact.conversation_id,
        customer.version,
    )


def encode_details(interaction: InteractionContent, registered_at: datetime) -> str | None:
    """What only some interactions have, as JSON; None if this one has nothing of it."""
    details = InteractionDetails(
        stated_at=interaction.occurred_at.astimezone(UTC) if interaction.occurred_at > registered_at else None,
        participant=interaction.participant,
        facts=interaction.facts,
        asks=interaction.asks,
        attempt=interaction.attempt,
        rating=interaction.rating,
        answered=interaction.answered,
        data=interaction.data,
    )
    text = _encode(details).decode()
    return None if text == "{}" else text
