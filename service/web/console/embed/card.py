"""One request to the card: the same visit as the console's, in a frame of a desk that is listed."""

from datetime import datetime
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.status_codes import HTTP_200_OK

from service.access.accounts.model import AgentSession
from service.access.cards.sessions import CardSession, find_card
from service.db.pool import Database
from service.errors import CustomerUnknown, RoleNotAllowed, RouteUnknown
from service.web.console.customer.reads import CustomerReads
from service.web.console.customer.sheet import CustomerSheet
from service.web.console.guard import RequestGuard
from service.web.console.navigation import DESK_ROLES
from service.web.console.visit import PAGE_HEADERS, Connection, Visit

CARD_PATH = "/embed/context"
CARD_COOKIE = "__Host-askonce_card"
_POLICY = "content-security-policy"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class EmbeddingOff(RouteUnknown):
    """No desk is listed that may show cards."""


class CardNeedsTls(RouteUnknown):
    """Browsers keep the card's cookie only if it comes by TLS, or from this machine."""


class CardVisit(Visit):
    """A visit whose pages may stand in a frame of the desks at `origins`."""

    origins: tuple[str, ...] = ()

    def allow_frames(self, origins: tuple[str, ...]) -> None:
        """Let pages of these origins show what is answered."""
        self.origins = origins
        allowed = " ".join(["frame-ancestors", *(origins or ["'none'"])])
        self.more_headers = {_POLICY: PAGE_HEADERS[_POLICY].replace("frame-ancestors 'none'", allowed)}

    @property
    def only_customer(self) -> UUID | None:
        """The customer of a card that a desk's server opened; None where the agent signed in."""
        session = self.session if self.is_signed_in else None
        return session.customer_id if isinstance(session, CardSession) else None

    def card(self, content: str, *, status: int = HTTP_200_OK, **values: object) -> Response[str]:
        """A template of the card: within its page, or alone if the card's script asks."""
        if self.is_partial:
            return self.page(content, status=status, **values)
        return self.page("embed/page.html", status=status, content=content, **values)

    def sign_in(
        self, *, status: int = HTTP_200_OK, problem: str | None = None, name: str = "", customer_id: str = ""
    ) -> Response[str]:
        """The forms by which an agent signs in inside the card."""
        return self.card("embed/sign_in.html", status=status, problem=problem, name=name, customer_id=customer_id)


class CardGuard(RequestGuard, frozen=True, kw_only=True):
    """The guard of the card's handlers. Its session is another than the console's: a cookie of this frame alone."""

    origins: tuple[str, ...]
    database: Database

    async def admit(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """As in the console; EmbeddingOff, CardNeedsTls."""
        if not self.origins:
            raise EmbeddingOff
        if not self.is_secure and connection.url.hostname not in _LOOPBACK:
            raise CardNeedsTls
        await RequestGuard.admit(self, connection, handler)

    async def session_of(self, session_id: str, *, touch: bool) -> AgentSession | None:
        """The agent's session in this card, or that of a card which a desk opened; a password is not set in a frame."""
        session = await self.sessions.current(session_id, touch=touch)
        if session is None:
            return await find_card(self.database, session_id, self.clock.now()) if session_id else None
        return None if session.must_set_password else session

    @property
    def cookie_name(self) -> str:
        """The card's."""
        return CARD_COOKIE

    def card_cookie(self, session_id: str) -> dict[str, str]:
        """The header of a cookie that the browser keeps for this desk's frames alone (CHIPS); an empty id ends it."""
        end = "" if session_id else "; Max-Age=0"
        attributes = "Path=/; HttpOnly; Secure; SameSite=None; Partitioned"
        return {"set-cookie": f"{CARD_COOKIE}={session_id}; {attributes}{end}"}

    def _visit(self, connection: Connection, session: AgentSession | None) -> Visit:
        now: datetime = self.clock.now()
        visit = CardVisit(connection, session, self.templates, now=now, single_sign_on=self.single_sign_on)
        visit.allow_frames(self.origins)
        return visit


async def read_card(visit: CardVisit, reads: CustomerReads, customer_id: UUID) -> CustomerSheet:
    """What the card shows of a customer, counted and on record as on the console's page.

    RoleNotAllowed; CustomerUnknown also for another customer than the one that a desk opened the card for.
    """
    if visit.session.role not in DESK_ROLES:
        raise RoleNotAllowed
    if visit.only_customer not in {None, customer_id}:
        raise CustomerUnknown
    return await reads.read(visit, customer_id)
