"""Routes of what happened and what is known: the timeline, facts and conversations."""

from service.db.change import DropViews, RecordedChange
from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.desks.resolve import ConversationChange, change_conversation
from service.errors import ConversationUnknown, CustomerUnknown, FactUnknown, FactVouchedFor, InvalidInput
from service.identity import profile
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Role
from service.timeline import conversations, facts, history
from service.timeline.conversations import ConversationAnswer, ConversationPatch
from service.timeline.facts import Fact, FactInput, KnownFact
from service.timeline.history import TimelineItem
from service.web.http.parameters import (
    AFTER,
    LIMIT,
    caller_of_request,
    page_request,
    text_in_path,
    text_parameter,
    uuid_in_path,
)
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.customers.changed_conversation import (
    ChangedConversation,
    ConversationReceipt,
    changed_conversation,
)

TIMELINE_READER_ROLES = frozenset({Role.CONSOLE, Role.ADMIN})
CORRECTION_ROLES = frozenset({Role.CONSOLE, Role.ADMIN, Role.BOT, Role.CHANNEL})
ORDER = Parameter(name="order", description="asc (the default): oldest first; desc: newest first.")


class TimelineRoutes:
    """The routes by which people and systems read and correct what happened."""

    def __init__(self, database: Database, drop_views: DropViews) -> None:
        self._database = database
        self._drop_views = drop_views

    @route(
        "GET",
        "/v1/customers/{customer_id}/timeline",
        roles=TIMELINE_READER_ROLES,
        budgeted=True,
        summary="Every interaction of a customer in full, in the order of registration",
        answers={200: Page[TimelineItem]},
        parameters=(LIMIT, AFTER, ORDER),
        problems=(CustomerUnknown,),
    )
    async def read_timeline(self, request: Request) -> Response:
        """Lists one page of interactions in full. Merged customers' interactions are among them."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        requested_page = page_request(request)
        async with self._database.connection() as connection:
            customer = await profile.read_customer(connection, customer_id)
            request.subject = customer.id
            found = await history.read_timeline(
                connection,
                customer.id,
                after=requested_page.after,
                limit=requested_page.limit,
                newest_first=_newest_first(request),
            )
        return json_response(found, version=customer.version)

    @route(
        "GET",
        "/v1/customers/{customer_id}/facts/{name}",
        roles=TIMELINE_READER_ROLES,
        budgeted=True,
        summary="A fact with everything it ever was",
        answers={200: Fact},
        problems=(CustomerUnknown, FactUnknown),
    )
    async def read_fact(self, request: Request) -> Response:
        """Reads a fact with its current value and every value before."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        name = text_in_path(request, "name", FactUnknown)
        async with self._database.connection() as connection:
            customer = await profile.read_customer(connection, customer_id)
            request.subject = customer.id
            return json_response(await facts.read_fact(connection, customer.id, name), version=customer.version)

    @route(
        "PUT",
        "/v1/customers/{customer_id}/facts/{name}",
        roles=CORRECTION_ROLES,
        budgeted=True,
        summary="Correct a fact; its old value stays in its history",
        body=FactInput,
        answers={200: KnownFact},
        problems=(CustomerUnknown,),
    )
    async def correct_fact(self, request: Request) -> Response:
        """Sets the value of a fact; it counts from now on. The old value stays in the history.

        What a console or admin sets is replaced by a console or admin alone: the value of another key goes to the
        history, and the answer is the value that counts.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        name = facts.checked_fact_name(request.path_values["name"])
        async with self._database.transaction() as connection:
            fact, change = await facts.correct_fact(
                connection,
                customer_id,
                name,
                decode_json(request.raw, FactInput),
                now=request.now,
                key_id=request.principal.key_id,
                source=request.principal.name,
                by_person=request.principal.is_person,
            )
        return await self._change_response(fact, change)

    @route(
        "DELETE",
        "/v1/customers/{customer_id}/facts/{name}",
        roles=CORRECTION_ROLES,
        budgeted=True,
        summary="Forget what a fact is now; its values stay in its history",
        answers={204: None},
        problems=(CustomerUnknown, FactUnknown, FactVouchedFor),
    )
    async def delete_fact(self, request: Request) -> Response:
        """Removes the current value, so the fact has to be asked again. The history stays.

        What a console or admin set is removed by a console or admin alone.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        name = text_in_path(request, "name", FactUnknown)
        async with self._database.transaction() as connection:
            principal = request.principal
            change = await facts.delete_fact(
                connection,
                customer_id,
                name,
                now=request.now,
                key_id=principal.key_id,
                by_person=principal.is_person,
            )
        await self._drop_views([change.customer_id])
        return empty_response(version=change.version)

    @route(
        "PATCH",
        "/v1/conversations/{conversation_id}",
        roles=CORRECTION_ROLES,
        summary="Resolve or reopen a conversation, or name its subject",
        body=ConversationPatch,
        answers={200: ChangedConversation | ConversationReceipt},
        problems=(ConversationUnknown,),
    )
    async def change_conversation(self, request: Request) -> Response:
        """Changes the state or the subject of a conversation. Only the fields that are sent change.

        A resolution withdraws the open offer of the conversation and cancels its callback, unless `callback` says
        `keep`; the answer says what became of them. A taken handoff stays with its taker. A key that may not read the
        timeline gets a receipt with the id and the version.
        """
        conversation_id = uuid_in_path(request, "conversation_id", ConversationUnknown)
        patch, caller = decode_json(request.raw, ConversationPatch), caller_of_request(request)

        async def change_and_read(connection: Connection) -> tuple[ConversationChange, ConversationAnswer]:
            change = await change_conversation(connection, conversation_id, patch, caller)
            return change, await conversations.read_conversation(connection, conversation_id)

        change, conversation = await run_with_retry(self._database, change_and_read)
        return await self._change_response(
            changed_conversation(conversation, change, request.principal), change.recorded
        )

    async def _change_response(self, content: object, change: RecordedChange) -> Response:
        """The answer to a change that is committed: no cached view shows the old state any more."""
        await self._drop_views([change.customer_id])
        return json_response(content, version=change.version)


def _newest_first(request: Request) -> bool:
    order = text_parameter(request, "order") or "asc"
    if order not in {"asc", "desc"}:
        raise InvalidInput(field="order", message="One of asc, desc is expected.")
    return order == "desc"
