"""Carries out what desks ask for: each request once per Idempotency-Key, many requests in one transaction.

Cached views of the customers that changed are dropped before the answers.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeVar
from uuid import UUID

from msgspec import Struct

from service.access.idempotency import IdempotentRequest, StoredResult, begin_requests, idempotent, insert_results
from service.context.guidance.guide import CurrentGuide
from service.db.batcher import Batcher
from service.db.change import DropViews
from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.desks.callbacks import RequestedCallback, request_callback
from service.desks.create import create_handoffs
from service.desks.endings import EndingCommand, end_with_summaries
from service.desks.notes import HandoffEnding, end_handoff, ending_transition
from service.desks.subject import BusinessSettings, DeskSession
from service.errors import AskonceError
from service.handoff import repository as handoffs
from service.handoff import transitions
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks.model import Callback, CallbackRequest
from service.handoff.caller import Caller
from service.handoff.model import Handoff, HandoffRequest
from service.handoff.rules import HandoffAction, is_in_hands_of_agents
from service.handoff.transitions import Transition, VersionedStore

MAX_ACTION_BATCH = 100
MAX_CREATE_BATCH = 32
"""Each handoff is built with its customer's context, while the customers of all are locked."""
MAX_WAITING_COMMANDS = 4096
_JOINED_STATUS = 200
"""The status of an answer that created nothing."""

Entity = TypeVar("Entity", Handoff, Callback)
SessionAction = Callable[[DeskSession], Awaitable[Entity]]
"""An action with a transaction of its own, since it changes more than one handoff or callback."""


class BatchedActions(Generic[Entity]):
    """Actions on handoffs, or on callbacks; `execute` is the way of every request."""

    def __init__(
        self,
        database: Database,
        drop_views: DropViews,
        business: BusinessSettings,
        versioned_store: VersionedStore[Entity],
        *,
        name: str,
    ) -> None:
        self._database = database
        self._drop_views = drop_views
        self._business = business
        self._versioned_store: VersionedStore[Entity] = versioned_store
        self._transitions: Batcher[Transition[Entity], Entity] = Batcher(
            self._apply_transitions, max_batch_size=MAX_ACTION_BATCH, max_waiting=MAX_WAITING_COMMANDS, name=name
        )

    async def execute(
        self,
        caller: Caller,
        action: Transition[Entity] | SessionAction[Entity],
        idempotency: IdempotentRequest | None,
    ) -> tuple[Entity, bool]:
        """The changed entity; transitions without an Idempotency-Key share a transaction with those of other requests.

        The second part is True if an earlier request with the same Idempotency-Key made the change already.
        """
        if isinstance(action, Transition) and idempotency is None:
            return await self._transitions.submit(action), False
        entity, replayed = await run_with_retry(
            self._database, partial(self._execute_once, caller, action, idempotency)
        )
        if not replayed:
            await self._drop_views([entity.customer_id])
        return entity, replayed

    async def _execute_once(
        self,
        caller: Caller,
        action: Transition[Entity] | SessionAction[Entity],
        idempotency: IdempotentRequest | None,
        connection: Connection,
    ) -> tuple[Entity, bool]:
        if idempotency is None:
            return await self._execute_in(connection, caller, action), False
        async with idempotent(connection, idempotency, now=caller.now) as state:
            if state.previous is not None:
                previous_id = state.previous.resource_id
                return await transitions.read_entity(connection, self._versioned_store, previous_id), True
            entity = await self._execute_in(connection, caller, action)
            state.set_result(entity.id)
            return entity, False

    async def _execute_in(
        self, connection: Connection, caller: Caller, action: Transition[Entity] | SessionAction[Entity]
    ) -> Entity:
        if isinstance(action, Transition):
            return await transitions.apply_transition(connection, self._versioned_store, action)
        return await action(DeskSession(connection=connection, caller=caller, business=self._business))

    async def _apply_transitions(self, batch: list[Transition[Entity]]) -> Sequence[Entity | AskonceError]:
        async with self._database.connection() as connection:
            results = await transitions.apply_transitions(connection, self._versioned_store, batch)
        await self._drop_views({one.customer_id for one in results if not isinstance(one, AskonceError)})
        return results


class CreateCommand(Struct, frozen=True):
    """A request for a new handoff."""

    caller: Caller
    request: HandoffRequest
    idempotency: IdempotentRequest


class CreateResult(Struct, frozen=True, kw_only=True):
    """The handoff that answers a request; the status is 200 if agents had the conversation already, else 201."""

    handoff: Handoff
    status: int
    replayed: bool


class DeskActions:
    """The actions of all desks of this process."""

    def __init__(
        self,
        database: Database,
        drop_views: DropViews,
        business: BusinessSettings,
        guidance: CurrentGuide | None = None,
    ) -> None:
        self.database = database
        self.drop_views = drop_views
        self._guidance = guidance or CurrentGuide()
        self.handoffs = BatchedActions(database, drop_views, business, handoffs.HANDOFF_STORE, name="handoffs")
        self.callbacks = BatchedActions(database, drop_views, business, callbacks.CALLBACK_STORE, name="callbacks")
        self.business = business
        self._create_commands: Batcher[CreateCommand, CreateResult] = Batcher(
            self._create_all,
            max_batch_size=MAX_CREATE_BATCH,
            max_waiting=MAX_WAITING_COMMANDS,
            name="handoffs",
        )
        self._ending_commands: Batcher[EndingCommand, Handoff] = Batcher(
            self._end_all, max_batch_size=MAX_ACTION_BATCH, max_waiting=MAX_WAITING_COMMANDS, name="handoffs"
        )

    def session(self, connection: Connection, caller: Caller) -> DeskSession:
        """A session of this caller on this connection."""
        guide = self._guidance.guide
        return DeskSession(connection=connection, caller=caller, business=self.business, guide=guide)

    async def create_handoff(
        self, caller: Caller, request: HandoffRequest, idempotency: IdempotentRequest
    ) -> CreateResult:
        """The new handoff, created together with those of other requests; `replayed` as in `execute`."""
        return await self._create_commands.submit(CreateCommand(caller, request, idempotency))

    async def end_handoff(
        self,
        caller: Caller,
        handoff_id: UUID,
        action: HandoffAction,
        ending: HandoffEnding,
        idempotency: IdempotentRequest | None = None,
    ) -> tuple[Handoff, bool]:
        """The ended handoff, and whether an earlier request ended it; as in `execute`.

        Endings share transactions, those with a summary with each other, unless one has an Idempotency-Key or failed.
        """
        if idempotency is None and ending.summary is not None and action is not HandoffAction.FAIL:
            command = EndingCommand(caller, handoff_id, action, ending, ending.summary)
            return await self._ending_commands.submit(command), False
        if ending.summary is None and action is not HandoffAction.FAIL:
            transition = ending_transition(handoff_id, action, ending, caller)
            return await self.handoffs.execute(caller, transition, idempotency)

        async def act(session: DeskSession) -> Handoff:
            return await end_handoff(session, handoff_id, action, ending)

        return await self.handoffs.execute(caller, act, idempotency)

    async def request_callback(
        self, caller: Caller, request: CallbackRequest, idempotency: IdempotentRequest
    ) -> RequestedCallback:
        """The new callback, or the open one of the conversation, which the request joins."""

        async def request_once(connection: Connection) -> RequestedCallback:
            async with idempotent(connection, idempotency, now=caller.now) as state:
                if state.previous is not None:
                    callback = await callbacks.read_callback(connection, state.previous.resource_id)
                    joined = state.previous.status == _JOINED_STATUS
                    return RequestedCallback(callback=callback, joined=joined, replayed=True)
                requested = await request_callback(self.session(connection, caller), request)
                state.set_result(requested.callback.callback_id, _JOINED_STATUS if requested.joined else 201)
                return requested

        requested = await run_with_retry(self.database, request_once)
        if not requested.replayed:
            await self.drop_views([requested.callback.customer_id])
        return requested

    async def _end_all(self, commands: list[EndingCommand]) -> Sequence[Handoff | AskonceError]:
        async def end(connection: Connection) -> list[Handoff | AskonceError]:
            return await end_with_summaries(self.session(connection, commands[0].caller), commands)

        results = await run_with_retry(self.database, end)
        await self.drop_views({one.customer_id for one in results if isinstance(one, Handoff)})
        return results

    async def _create_all(self, commands: list[CreateCommand]) -> Sequence[CreateResult | AskonceError]:
        results = await run_with_retry(self.database, partial(self._create_in_transaction, commands))
        created = [one.handoff for one in results if isinstance(one, CreateResult) and not one.replayed]
        await self.drop_views({handoff.customer_id for handoff in created})
        return results

    async def _create_in_transaction(
        self, commands: list[CreateCommand], connection: Connection
    ) -> list[CreateResult | AskonceError]:
        results: dict[int, CreateResult | AskonceError] = {}
        earlier = await begin_requests(connection, [command.idempotency for command in commands])
        for index, previous in enumerate(earlier):
            if isinstance(previous, AskonceError):
                results[index] = previous
            elif previous is not None:
                handoff = await handoffs.read_handoff(connection, previous.resource_id)
                results[index] = CreateResult(handoff=handoff, status=previous.status, replayed=True)
        new = [index for index in range(len(commands)) if index not in results]
        requests = [(self.session(connection, commands[index].caller), commands[index].request) for index in new]
        stored = []
        for index, created in zip(new, await create_handoffs(requests), strict=True):
            if isinstance(created, AskonceError):
                results[index] = created
            else:
                status = 200 if is_in_hands_of_agents(created) else 201
                results[index] = CreateResult(handoff=created, status=status, replayed=False)
                stored.append((commands[index].idempotency, StoredResult(created.handoff_id, status)))
        await insert_results(connection, stored, max(command.caller.now for command in commands))
        return [results[index] for index in range(len(commands))]
