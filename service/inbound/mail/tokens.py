"""What a mail to a customer carries so that its answers find their conversation; on record if the sender wishes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.access.model import Principal
from service.channels.base import Adapter, ChannelAccount
from service.channels.email.raw import MailSettings
from service.channels.email.threads import digest
from service.channels.email.tokens import LOOP_HEADER, OutgoingHeaders, outgoing
from service.db.pool import Connection, Database
from service.errors import ChannelUnknown, InvalidInput
from service.inbound import accounts
from service.inbound.mail.threads import SQL, read_key
from service.model.interaction import (
    AttemptReport,
    Interaction,
    Participant,
    RequestShape,
    ShortText,
)
from service.model.vocabulary import AttemptOutcome, Channel, Direction, InteractionKind, ParticipantRole
from service.registration.batcher import Registrar
from service.registration.model import Submission
from service.timeline import conversations
from service.timeline.conversations import ConversationAnswer

SOURCE = "email:outgoing"


class MailTokenRequest(RequestShape, frozen=True):
    """A mail that is about to be sent; with an attempt or a text it goes on record, as sent by the caller.

    `channel` names the door whose reply address is used, if several have one. The same `mail_ref`, the sender's own
    name of this mail, gives the same headers again, and one record.
    """

    conversation_id: UUID
    channel: ShortText | None = None
    mail_ref: ShortText | None = None
    attempt: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    text: Annotated[str, Meta(min_length=1, max_length=100_000)] | None = None


class UndeliverableAddress(Struct, frozen=True, kw_only=True):
    """An address of the customer that mail of ours did not reach."""

    address: str
    since: datetime
    bounces: int


class MailToken(Struct, frozen=True, kw_only=True):
    """What to put into the mail's headers; `headers` holds all of it. `undeliverable` are addresses not to write to."""

    conversation_id: UUID
    reply_to: str
    message_id: str
    headers: dict[str, str]
    undeliverable: tuple[UndeliverableAddress, ...] = ()
    interaction_id: UUID | None = None


async def issue(
    database: Database,
    registrar: Registrar,
    adapters: Mapping[str, Adapter],
    wanted: MailTokenRequest,
    *,
    principal: Principal,
    now: datetime,
) -> MailToken:
    """The headers of one mail. ConversationUnknown, ChannelUnknown, or InvalidInput if no door has a reply address."""
    async with database.connection() as connection:
        conversation = await conversations.read_conversation(connection, wanted.conversation_id)
        address = _reply_address(await accounts.read_all(connection, adapters), wanted.channel)
        key = await read_key(connection)
        gone = await connection.fetch(SQL.find_undeliverable, conversation.customer_id)
    made = outgoing(conversation.id, address, key, mail_ref=wanted.mail_ref)
    registered = None
    if wanted.attempt is not None or wanted.text is not None:
        submission = _submission(wanted, made, conversation, principal, now)
        registered = await registrar.register(submission)
        async with database.connection() as connection:
            await _remember(connection, wanted, made, now)
    return MailToken(
        conversation_id=conversation.id,
        reply_to=made.reply_to,
        message_id=made.message_id,
        headers={"Reply-To": made.reply_to, "Message-ID": made.message_id, LOOP_HEADER: made.loop},
        undeliverable=tuple(UndeliverableAddress(**row) for row in gone),
        interaction_id=registered.interaction_id if registered else None,
    )


def _reply_address(doors: Iterable[ChannelAccount], channel: str | None) -> str:
    """The reply address of the door of this name, or of the only one that has one."""
    named = [door for door in doors if isinstance(door.settings, MailSettings) and channel in {None, door.name}]
    if channel is not None and not named:
        raise ChannelUnknown
    addresses: set[str] = {door.settings.reply_address for door in named if door.settings.reply_address}
    if len(addresses) != 1:
        raise InvalidInput(
            field="channel",
            message="Expected the name of a door for mail that has a reply_address, unless there is exactly one.",
        )
    return addresses.pop()


def _submission(
    wanted: MailTokenRequest,
    made: OutgoingHeaders,
    conversation: ConversationAnswer,
    principal: Principal,
    now: datetime,
) -> Submission:
    attempt = AttemptReport(what=wanted.attempt, outcome=AttemptOutcome.PENDING) if wanted.attempt else None
    interaction = Interaction(
        source=SOURCE,
        source_event_id=made.message_id,
        occurred_at=now,
        channel=Channel.EMAIL,
        kind=InteractionKind.MESSAGE if wanted.text else InteractionKind.ATTEMPT,
        direction=Direction.OUTBOUND,
        identities=(),
        participant=Participant(role=ParticipantRole.AGENT, name=principal.name),
        text=wanted.text,
        attempt=attempt,
        data={"message_id": made.message_id},
    )
    return Submission(
        interaction,
        (),
        principal.key_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
    )


async def _remember(connection: Connection, wanted: MailTokenRequest, made: OutgoingHeaders, now: datetime) -> None:
    named = digest(made.message_id)
    await connection.execute(SQL.remember_message, named, wanted.conversation_id, True, wanted.attempt, now)
