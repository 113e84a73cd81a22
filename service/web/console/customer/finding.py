"""Looks for customers as the route of the API does: counted in the agent's budgets, and on record."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.model.decode import decode_json
from service.search.customers import read_last_contacts
from service.search.model import HitGroup, SearchAnswer
from service.search.search import search
from service.web.console.customer.reads import CustomerReads
from service.web.console.visit import Visit
from service.web.routes.customers.search import AUDIT_VIEW, SearchRequest

HITS_OF_A_KIND = 8


class Found(Struct, frozen=True, kw_only=True):
    """What was found, when each of these customers was last in touch, and how many have the very number sought.

    `only` is the one customer whom all of it is about: None if it may be about others, too.
    """

    answer: SearchAnswer
    last_contacts: dict[UUID, datetime]
    sharers: int
    only: UUID | None


async def find(visit: Visit, reads: CustomerReads, text: str, *, region: str) -> Found:
    """What is found for this text. InvalidInput if it cannot be looked for, LookUpBudget if a budget is used up."""
    body = {"query": text, "limit": HITS_OF_A_KIND}
    asked = decode_json(msgspec.json.encode(body), SearchRequest)
    reads.budgets.check(visit.session.principal, visit.now)
    answer = await search(reads.database, asked.query, region=region, limit=asked.limit)
    shown = {hit.customer_id for group in answer.groups for hit in group.hits}
    shown |= {hit.customer_id for hit in answer.did_you_mean}
    await _count(visit, reads, shown)
    async with reads.database.connection() as connection:
        last_contacts = await read_last_contacts(connection, sorted(shown))
    return Found(answer=answer, last_contacts=last_contacts, sharers=count_sharers(answer), only=only_customer(answer))


def count_sharers(answer: SearchAnswer) -> int:
    """How many customers have the identity that was sought, as a whole."""
    identities = (group.hits for group in answer.groups if group.kind is HitGroup.IDENTITIES)
    return len({hit.customer_id for hits in identities for hit in hits if hit.exact})


def only_customer(answer: SearchAnswer) -> UUID | None:
    """The one customer that was found. The beginning of an identity leads to none: it may be continued otherwise."""
    hits = [(group.kind, hit) for group in answer.groups for hit in group.hits]
    is_open = answer.did_you_mean or answer.unsearched or any(group.more for group in answer.groups)
    if is_open or any(kind is HitGroup.IDENTITIES and not hit.exact for kind, hit in hits):
        return None
    customer_ids = {hit.customer_id for _, hit in hits}
    return customer_ids.pop() if len(customer_ids) == 1 else None


async def _count(visit: Visit, reads: CustomerReads, shown: set[UUID]) -> None:
    """Each customer that is shown counts once, in the audit and in the budgets; none at all is a miss."""
    if not shown:
        await reads.budgets.count_miss(visit.session.principal, visit.now)
    await reads.count_shown(visit, shown, AUDIT_VIEW)
