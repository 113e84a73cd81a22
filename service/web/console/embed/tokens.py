"""Opens a card by the token of a link that a desk's server signed: for one agent and one customer, once."""

from uuid import UUID

from litestar import Response

from service.access.cards.sessions import open_card
from service.access.cards.tokens import CardClaims, TokenFault, read_token
from service.context.views import ViewName
from service.errors import Absent, InvalidInput
from service.settings.model import Settings
from service.timeline.conversations import read_conversation
from service.web.console.customer.reads import CustomerReads
from service.web.console.embed.card import CARD_PATH, CardGuard, CardVisit
from service.web.console.navigation import DESK_ROLES
from service.web.console.words import _

UNAUTHORIZED = 401
NO_REFERRER = {"referrer-policy": "no-referrer"}
"""The address holds the token: nothing that the page loads hears of it."""
FAULTS = {
    TokenFault.SIGNATURE: _("This link of the desk is not signed as it must be"),
    TokenFault.CLAIMS: _("This link of the desk lacks something"),
    TokenFault.AUDIENCE: _("This link of the desk is for another service"),
    TokenFault.EXPIRED: _("This link of the desk is too old"),
    TokenFault.TOO_LONG: _("This link of the desk is good for too long"),
    TokenFault.USED: _("This link of the desk was used already"),
    TokenFault.AGENT: _("This link of the desk names no agent who may see customers"),
    TokenFault.CUSTOMER: _("This link of the desk names no customer on record"),
}


async def open_by_token(
    visit: CardVisit, guard: CardGuard, reads: CustomerReads, settings: Settings, token: str
) -> Response[str]:
    """Leads to the card without the token, by a session of its own; else says why not, and names no person."""
    opened = await _opened(visit, reads, settings, token)
    if isinstance(opened, TokenFault):
        response = visit.card("embed/token_refused.html", status=UNAUTHORIZED, fault=FAULTS[opened])
        response.headers |= NO_REFERRER
        return response
    response = visit.redirect(CARD_PATH)
    response.headers |= NO_REFERRER | guard.card_cookie(opened)
    return response


async def _opened(visit: CardVisit, reads: CustomerReads, settings: Settings, token: str) -> str | TokenFault:
    claims = read_token(token, settings, visit.now)
    if isinstance(claims, TokenFault):
        return claims
    try:
        customer_id = await _customer_of(claims, visit, reads)
    except Absent:
        return TokenFault.CUSTOMER
    except InvalidInput:
        return TokenFault.CLAIMS
    return await open_card(reads.database, claims, customer_id, roles=DESK_ROLES, now=visit.now)


async def _customer_of(claims: CardClaims, visit: CardVisit, reads: CustomerReads) -> UUID:
    """The customer that a token names. Absent; InvalidInput for an identity that none could have."""
    reader, view, now = reads.reader, ViewName.CONSOLE, visit.now
    if claims.identity is not None:
        found = await reader.read_by_identity(claims.identity.kind, claims.identity.value, view, now=now)
        return found.customer_id
    customer_id = claims.customer_id
    if claims.conversation_id is not None:
        async with reads.database.connection() as connection:
            customer_id = (await read_conversation(connection, claims.conversation_id)).customer_id
    assert customer_id is not None  # a token names one of the three
    return (await reader.read_by_id(customer_id, view, now=now)).customer_id
