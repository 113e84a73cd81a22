"""How routes act on handoffs and callbacks: once per Idempotency-Key, many moves together, and no old view survives."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from msgspec import Struct

from service.access.idempotency import IdempotentRequest, StoredResult, begin_requests, idempotent, insert_results
from service.db.batcher import Batcher
from service.db.change import DropViews
from service.db.pool import Connection, Database
from service.desks import create as desk
from service.desks.subject import BusinessSettings, DeskSession
from service.errors import AskonceError
from service.handoff import repository as handoffs
from service.handoff import transitions as moves
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks.model import Callback
from service.handoff.caller import caller_of
from service.handoff.model import Handoff, HandoffRequest
from service.handoff.transitions import Transition, VersionedStore
from service.registration.transaction import run_with_retry
from service.web.http.parameters import idempotent_request
from service.web.http.request import Request

MAX_ACTION_BATCH = 100
MAX_CREATE_BATCH = 32
"""Each is made with the customer's context, while the customers of all are locked."""
MAX_WAITING_COMMANDS = 4096

Entity = TypeVar("Entity", Handoff, Callback)
SessionAction = Callable[[DeskSession], Awaitable[Entity]]
"""What a desk does in a transaction of its own, as it changes more than one handoff or callback."""
SessionFactory = Callable[[Connection, Request], DeskSession]
"""The turn of whoever sent a request."""


class BatchedActions(Generic[Entity]):
    """The way of requests to handoffs, or to callbacks."""

    def __init__(
        self,
        database: Database,
        drop_views: DropViews,
        session: SessionFactory,
        versioned_store: VersionedStore[Entity],
    ) -> None:
        self._database = database
        self._drop_views = drop_views
        self._open_session = session
        self._versioned_store: VersionedStore[Entity] = versioned_store
        self._transitions: Batcher[Transition[Entity], Entity] = Batcher(
            self._apply_transitions, max_batch_size=MAX_ACTION_BATCH, max_waiting=MAX_WAITING_COMMANDS
        )

    async def execute(
        self, request: Request, body: object, action: Transition[Entity] | SessionAction[Entity]
    ) -> tuple[Entity, bool]:
        """What became of an act; moves are made together with those of other requests.

        True with it if an earlier request with the same Idempotency-Key did it already.
        """
        has_idempotency_key = b"idempotency-key" in request.headers
        if isinstance(action, Transition) and not has_idempotency_key:
            return await self._transitions.submit(action), False

        async def once(connection: Connection) -> tuple[Entity, bool]:
            if not has_idempotency_key:
                return await self._execute_in(connection, request, action), False
            async with idempotent(connection, idempotent_request(request, body), now=request.now) as outcome:
                if outcome.previous is not None:
                    return await moves.read_entity(
                        connection, self._versioned_store, outcome.previous.resource_id
                    ), True
                acted = await self._execute_in(connection, request, action)
                outcome.set_result(acted.id)
                return acted, False

        entity, replayed = await run_with_retry(self._database, once)
        if not replayed:
            await self._drop_views([entity.customer_id])
        return entity, replayed

    async def _execute_in(
        self, connection: Connection, request: Request, action: Transition[Entity] | SessionAction[Entity]
    ) -> Entity:
        if isinstance(action, Transition):
            return await moves.apply_transition(connection, self._versioned_store, action)
        return await action(self._open_session(connection, request))

    async def _apply_transitions(self, batch: list[Transition[Entity]]) -> Sequence[Entity | AskonceError]:
        async with self._database.connection() as connection:
            answers = await moves.apply_transitions(connection, self._versioned_store, batch)
        await self._drop_views({one.customer_id for one in answers if not isinstance(one, AskonceError)})
        return answers


class CreateCommand(Struct, frozen=True):
    """A request to hand a conversation off."""

    request: Request
    handoff_request: HandoffRequest
    idempotent_request: IdempotentRequest


class DeskActions:
    """The way of requests to what desks do."""

    def __init__(self, database: Database, drop_views: DropViews, business: BusinessSettings) -> None:
        self.database = database
        self.drop_views = drop_views
        self.handoffs = BatchedActions(database, drop_views, self.session, handoffs.HANDOFF_STORE)
        self.callbacks = BatchedActions(database, drop_views, self.session, callbacks.CALLBACK_STORE)
        self._business = business
        self._create_commands: Batcher[CreateCommand, tuple[Handoff, bool]] = Batcher(
            self._create_all,
            max_batch_size=MAX_CREATE_BATCH,
            max_waiting=MAX_WAITING_COMMANDS,
        )

    async def create_handoff(self, request: Request, handoff_request: HandoffRequest) -> tuple[Handoff, bool]:
        """The handoff that is wanted, made together with those of other requests; answers as with `Desk.act`."""
        return await self._create_commands.submit(
            CreateCommand(request, handoff_request, idempotent_request(request, handoff_request))
        )

    async def _create_all(self, commands: list[CreateCommand]) -> Sequence[tuple[Handoff, bool] | AskonceError]:
        answers = await run_with_retry(self.database, partial(self._create_in_transaction, commands))
        created = [answer[0] for answer in answers if not isinstance(answer, AskonceError) and not answer[1]]
        await self.drop_views({handoff.customer_id for handoff in created})
        return answers

    async def _create_in_transaction(
        self, commands: list[CreateCommand], connection: Connection
    ) -> list[tuple[Handoff, bool] | AskonceError]:
        answers: dict[int, tuple[Handoff, bool] | AskonceError] = {}
        for index, previous in enumerate(
            await begin_requests(connection, [one.idempotent_request for one in commands])
        ):
            if isinstance(previous, AskonceError):
                answers[index] = previous
            elif previous is not None:
                answers[index] = await handoffs.read_handoff(connection, previous.resource_id), True
        new = [place for place in range(len(commands)) if place not in answers]
        requested = [
            (self.session(connection, commands[place].request), commands[place].handoff_request) for place in new
        ]
        stored = []
        for index, created in zip(new, await desk.create_handoffs(requested), strict=True):
            answers[index] = created if isinstance(created, AskonceError) else (created, False)
            if isinstance(created, Handoff):
                stored.append((commands[index].idempotent_request, StoredResult(created.handoff_id)))
        await insert_results(connection, stored, max(one.request.now for one in commands))
        return [answers[place] for place in range(len(commands))]

    def session(self, connection: Connection, request: Request) -> DeskSession:
        """The caller's turn on this connection."""
        return DeskSession(
            connection=connection, caller=caller_of(request.principal, request.now), business=self._business
        )
