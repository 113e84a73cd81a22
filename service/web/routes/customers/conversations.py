"""GET /v1/conversations/{conversation_id}: where a conversation stands, and who serves the customer in it."""

from typing import Annotated

import msgspec
from msgspec import Meta

from service.db.pool import Connection, Database
from service.errors import ConversationUnknown
from service.handoff.serving import Serving, is_conversation_of_queue, read_serving
from service.model.fields import ConversationId
from service.model.vocabulary import Channel, ConversationStatus, Role, ServedBy
from service.timeline.conversations import ConversationAnswer, read_conversation
from service.web.http.parameters import uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route

CONVERSATION_READER_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.BOT, Role.PARTNER})
ServedNow = Annotated[
    ServedBy | None,
    Meta(
        description="Who serves the conversation now: `taker` once a desk took it over, `giver` while it is offered or "
        "after it came back, `nobody` if no one has it; null if it was never handed off."
    ),
]


class ServedConversation(ConversationAnswer, frozen=True, kw_only=True):
    """A conversation's own record, with the desk that serves it by name."""

    served_by: ServedNow
    queue: Annotated[str | None, Meta(description="Queue of the desk that took it; null unless the taker serves.")]
    agent: Annotated[
        str | None, Meta(description="Agent who took it, in the desk's own system; null unless the taker serves.")
    ]


class ServedConversationView(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as bots and partners see it: who serves by role, no names."""

    id: ConversationId
    subject: Annotated[str | None, Meta(description="What it is about, in words; null when no channel has said it.")]
    status: Annotated[
        ConversationStatus, Meta(description="Whether it is `open`, `pending` (it waits for an answer) or `resolved`.")
    ]
    channels: Annotated[tuple[Channel, ...], Meta(description="The channels that it ran on, in order of use.")]
    served_by: ServedNow


class ConversationRoutes:
    """The route by which callers learn whether it is their turn to speak."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @route(
        "GET",
        "/v1/conversations/{conversation_id}",
        roles=CONVERSATION_READER_ROLES,
        budgeted=True,
        summary="Where a conversation stands, and who serves the customer in it",
        answers={200: ServedConversation | ServedConversationView},
        problems=(ConversationUnknown,),
    )
    async def read_conversation(self, request: Request) -> Response:
        """Reads where a conversation stands and who serves in it, so that a bot is silent while a desk speaks.

        A bot and a partner learn it by role; a partner finds what its queue was handed, and no other conversation.
        """
        conversation_id = uuid_in_path(request, "conversation_id", ConversationUnknown)
        async with self._database.connection() as connection:
            await self._check_handed_to_partner(connection, request)
            conversation = await read_conversation(connection, conversation_id)
            serving = (await read_serving(connection, [conversation_id])).get(conversation_id)
        request.subject = conversation.customer_id
        return json_response(_visible_conversation(conversation, serving, by_name=request.principal.is_person))

    async def _check_handed_to_partner(self, connection: Connection, request: Request) -> None:
        """ConversationUnknown to a partner whose queue neither has nor lately had the conversation."""
        principal = request.principal
        if principal.role is not Role.PARTNER:
            return
        conversation_id = uuid_in_path(request, "conversation_id", ConversationUnknown)
        if principal.queue is None or not await is_conversation_of_queue(
            connection, conversation_id, principal.queue, request.now
        ):
            raise ConversationUnknown


def _visible_conversation(
    conversation: ConversationAnswer, serving: Serving | None, *, by_name: bool
) -> ServedConversation | ServedConversationView:
    if by_name:
        fields = {name: getattr(conversation, name) for name in ConversationAnswer.__struct_fields__}
        queue, agent = (serving.queue, serving.agent) if serving else (None, None)
        return ServedConversation(**fields, served_by=serving and serving.served_by, queue=queue, agent=agent)
    return ServedConversationView(
        id=conversation.id,
        subject=conversation.subject,
        status=conversation.status,
        channels=conversation.channels,
        served_by=serving and serving.served_by,
    )
