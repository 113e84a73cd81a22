"""What is advised on one customer now, for those who ask for nothing else."""

from datetime import datetime
from uuid import UUID

from service.context.reader import ContextReader
from service.context.subject import query_by_customer_id
from service.context.views import advise_audience
from service.insight.advice.model import NextActions
from service.model.vocabulary import Audience


async def read_next_actions(
    reader: ContextReader, customer_id: UUID, audience: Audience, *, now: datetime
) -> NextActions:
    """What this audience is advised at `now`, from the database. CustomerUnknown if there is no such customer."""
    loaded = await reader.loader.load_context(query_by_customer_id(customer_id), now=now)
    guidance = advise_audience(reader.guidance.guide, loaded.whole, audience, reader.contact_facts)
    return NextActions(customer_id=loaded.customer_id, version=loaded.whole.version, next=guidance.next)
