"""How routes act on handoffs and callbacks: in one transaction, once per Idempotency-Key, and no old view survives."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from service.access.idempotency import fingerprint, idempotent
from service.db.change import DropViews
from service.db.pool import Connection, Database
from service.handoff.callback_model import Callback
from service.handoff.caller import caller_of
from service.handoff.model import Handoff
from service.intake.party import Office, Turn
from service.intake.register import in_transaction
from service.web.parameters import idempotency_key
from service.web.request import Request

Acted = TypeVar("Acted", Handoff, Callback)


class Desks:
    """The way of a request to what desks do."""

    def __init__(self, database: Database, drop_views: DropViews, office: Office) -> None:
        self.database = database
        self._drop_views = drop_views
        self._office = office

    def turn(self, connection: Connection, request: Request) -> Turn:
        """The caller's turn in this transaction."""
        return Turn(connection=connection, caller=caller_of(request.principal, request.now), office=self._office)

    async def act(
        self,
        request: Request,
        body: object,
        act: Callable[[Turn], Awaitable[Acted]],
        *,
        read: Callable[[Connection, UUID], Awaitable[Acted]],
        alone: bool = False,
    ) -> tuple[Acted, bool]:
        """What the caller's act made of a handoff or callback; True with it if an earlier request did it already.

        `read` finds again what an earlier request with the same Idempotency-Key brought about. `alone` is for an act
        that needs no transaction of its own.
        """
        keyed = b"idempotency-key" in request.headers

        async def once(connection: Connection) -> tuple[Acted, bool]:
            turn = self.turn(connection, request)
            if not keyed:
                return await act(turn), False
            async with idempotent(
                connection,
                principal=request.principal,
                key=idempotency_key(request.headers),
                request=fingerprint(request.method, request.path, body),
                now=request.now,
            ) as outcome:
                if outcome.earlier is not None:
                    return await read(connection, outcome.earlier.resource_id), True
                acted = await act(turn)
                outcome.store(acted.id)
                return acted, False

        if alone and not keyed:
            async with self.database.connection() as connection:
                acted, replayed = await once(connection)
        else:
            acted, replayed = await in_transaction(self.database, once)
        if not replayed:
            await self._drop_views([acted.customer_id])
        return acted, replayed

    async def drop_views(self, customer_id: UUID) -> None:
        """No cached view shows the customer as they were before a committed change any more."""
        await self._drop_views([customer_id])
