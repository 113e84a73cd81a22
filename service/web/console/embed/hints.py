"""Who a desk's message is about: a hint, never an authority. Our own record of the conversation decides."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from msgspec import Meta, Struct

from service.context.content import ContextCustomer
from service.errors import InvalidInput, RoleNotAllowed
from service.inbound.conversations import chatwoot_customers
from service.model.vocabulary import IdentityKind
from service.search.model import HitGroup, SearchHit
from service.search.search import search
from service.settings.model import Settings
from service.web.console.customer.reads import CustomerReads
from service.web.console.embed.card import CardVisit, read_card
from service.web.console.embed.pages import customer_card
from service.web.console.navigation import DESK_ROLES

MOST_PEOPLE = 8
HintText = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
_ANY_KIND = frozenset(IdentityKind)


class DeskHint(Struct, frozen=True, kw_only=True):
    """What Chatwoot's message says: the numbers of its conversation and contact, and how it knows the contact."""

    conversation: HintText = ""
    contact: HintText = ""
    email: HintText = ""
    phone: HintText = ""
    identifier: HintText = ""

    def identities(self) -> Iterable[tuple[str, frozenset[IdentityKind]]]:
        """Each that is said, with the kinds that it can be."""
        yield self.email, frozenset({IdentityKind.EMAIL})
        yield self.phone, frozenset({IdentityKind.PHONE})
        yield self.identifier, _ANY_KIND


class HintPages(Controller):
    """What the card's script passes on."""

    @post("/embed/hint", include_in_schema=False)
    async def follow_hint(
        self,
        visit: NamedDependency[CardVisit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        data: URLEncodedBody[DeskHint],
    ) -> Response[str]:
        """The customer of the conversation; else who has one of the identities, all of them and none chosen."""
        if visit.session.role not in DESK_ROLES or visit.only_customer:
            raise RoleNotAllowed
        async with customer_reads.database.connection() as connection:
            known = await chatwoot_customers(connection, data.conversation, data.contact)
        unverified = not known
        found = known or await _customers_of(visit, customer_reads, data, settings.default_region)
        if len(found) == 1:
            return await customer_card(visit, customer_reads, found[0], unverified=unverified)
        people = [await _person(visit, customer_reads, one) for one in found]
        return visit.card("embed/people.html", people=people, unverified=unverified)


async def _customers_of(visit: CardVisit, reads: CustomerReads, hint: DeskHint, region: str) -> list[UUID]:
    """Customers who have an identity of the hint as a whole, each once. Counted as a miss if there is none."""
    reads.budgets.check(visit.session.principal, visit.now)
    found: dict[UUID, None] = {}
    for text, kinds in hint.identities():
        found |= dict.fromkeys(hit.customer_id for hit in await _hits(reads, text, region) if hit.kind in kinds)
    if not found:
        await reads.budgets.count_miss(visit.session.principal, visit.now)
    return list(found)[:MOST_PEOPLE]


async def _hits(reads: CustomerReads, text: str, region: str) -> list[SearchHit]:
    if not text.strip():
        return []
    try:
        answer = await search(reads.database, text, region=region, limit=MOST_PEOPLE)
    except InvalidInput:  # no text that can be looked for
        return []
    return [hit for group in answer.groups if group.kind is HitGroup.IDENTITIES for hit in group.hits if hit.exact]


async def _person(visit: CardVisit, reads: CustomerReads, customer_id: UUID) -> ContextCustomer:
    return (await read_card(visit, reads, customer_id)).view.customer
