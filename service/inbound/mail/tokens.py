"""What a mail to a customer carries so that its answers find their conversation; on record if the sender wishes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.access.model import Principal
from service.channels.base import Adapter, ChannelAccount
from service.channels.email.raw import MailSettings
from service.channels.email.threads import message_id_digest
from service.channels.email.tokens import LOOP_HEADER, OutgoingHeaders, outgoing_headers
from service.db.pool import Connection, Database
from service.errors import ChannelUnknown, InvalidInput
from service.inbound import accounts
from service.inbound.mail.threads import SQL, read_token_key
from service.model.fields import ConversationId
from service.model.interaction import (
    AttemptReport,
    InteractionContent,
    Participant,
    RequestShape,
    ShortText,
    Timestamp,
)
from service.model.vocabulary import AttemptOutcome, Channel, Direction, InteractionKind, ParticipantRole
from service.registration.batcher import Registrar
from service.registration.model import Submission
from service.registration.sources import HouseSource
from service.timeline import conversations
from service.timeline.conversations import ConversationAnswer


class MailTokenRequest(RequestShape, frozen=True):
    """A mail that is about to be sent; with an attempt or a text it goes on record, as sent by the caller."""

    conversation_id: ConversationId
    channel: Annotated[
        ShortText | None,
        Meta(description="Name of the mail account that answers go to; absent when only one has a reply address."),
    ] = None
    mail_ref: Annotated[
        ShortText | None,
        Meta(description="The sender's own name of this mail; again, it gives the same headers and one record."),
    ] = None
    attempt: Annotated[
        Annotated[str, Meta(min_length=1, max_length=500)] | None,
        Meta(description="What the mail tries to solve the matter with; it goes on record as pending."),
    ] = None
    text: Annotated[
        Annotated[str, Meta(min_length=1, max_length=100_000)] | None,
        Meta(description="The mail's text, which goes on record; absent when it should not."),
    ] = None


class UndeliverableAddress(Struct, frozen=True, kw_only=True):
    """An address of the customer that mail of ours did not reach."""

    address: Annotated[str, Meta(description="An e-mail address of the customer that must not be written to.")]
    since: Annotated[Timestamp, Meta(description="When a mail to it first bounced, an RFC 3339 time.")]
    bounces: Annotated[int, Meta(description="How many mails to it bounced.")]


class MailToken(Struct, frozen=True, kw_only=True):
    """What to put into the mail's headers."""

    conversation_id: ConversationId
    reply_to: Annotated[
        str, Meta(description="Value of the header Reply-To (RFC 5322), which leads answers to the conversation.")
    ]
    message_id: Annotated[str, Meta(description="Value of the header Message-ID (RFC 5322), with its angle brackets.")]
    headers: Annotated[dict[str, str], Meta(description="Every header to add to the mail, by name.")]
    undeliverable: Annotated[
        tuple[UndeliverableAddress, ...],
        Meta(description="Addresses of the customer that earlier mails did not reach; empty when there are none."),
    ] = ()
    interaction_id: Annotated[
        UUID | None,
        Meta(
            description="The interaction that records the mail (UUIDv7); null when neither attempt nor text was given."
        ),
    ] = None


async def issue_mail_token(
    database: Database,
    registrar: Registrar,
    adapters: Mapping[str, Adapter],
    request: MailTokenRequest,
    *,
    principal: Principal,
    now: datetime,
) -> MailToken:
    """The headers of one mail. ConversationUnknown, ChannelUnknown, or InvalidInput if no door has a reply address."""
    async with database.connection() as connection:
        conversation = await conversations.read_conversation(connection, request.conversation_id)
        address = _reply_address(await accounts.read_accounts(connection, adapters), request.channel)
        key = await read_token_key(connection)
        undeliverable = await connection.fetch(SQL.find_undeliverable, conversation.customer_id)
    headers = outgoing_headers(conversation.id, address, key, mail_ref=request.mail_ref)
    registered = None
    if request.attempt is not None or request.text is not None:
        submission = _mail_submission(request, headers, conversation, principal, now)
        registered = await registrar.register(submission)
        async with database.connection() as connection:
            await _store_message(connection, request, headers, now)
    return MailToken(
        conversation_id=conversation.id,
        reply_to=headers.reply_to,
        message_id=headers.message_id,
        headers={
            "Reply-To": headers.reply_to,
            "Message-ID": headers.message_id,
            LOOP_HEADER: headers.loop,
        },
        undeliverable=tuple(UndeliverableAddress(**row) for row in undeliverable),
        interaction_id=registered.interaction_id if registered else None,
    )


def _reply_address(candidates: Iterable[ChannelAccount], channel: str | None) -> str:
    """The reply address of the door of this name, or of the only one that has one."""
    named = [door for door in candidates if isinstance(door.settings, MailSettings) and channel in {None, door.name}]
    if channel is not None and not named:
        raise ChannelUnknown
    addresses: set[str] = {door.settings.reply_address for door in named if door.settings.reply_address}
    if len(addresses) != 1:
        raise InvalidInput(
            field="channel",
            message="Expected the name of a door for mail that has a reply_address, unless there is exactly one.",
        )
    return addresses.pop()


def _mail_submission(
    request: MailTokenRequest,
    outgoing_headers: OutgoingHeaders,
    conversation: ConversationAnswer,
    principal: Principal,
    now: datetime,
) -> Submission:
    attempt = AttemptReport(what=request.attempt, outcome=AttemptOutcome.PENDING) if request.attempt else None
    interaction = InteractionContent(
        source=HouseSource.OUTGOING_MAIL,
        source_event_id=outgoing_headers.message_id,
        occurred_at=now,
        channel=Channel.EMAIL,
        kind=InteractionKind.MESSAGE if request.text else InteractionKind.ATTEMPT,
        direction=Direction.OUTBOUND,
        participant=Participant(role=ParticipantRole.AGENT, name=principal.name),
        text=request.text,
        attempt=attempt,
        data={"message_id": outgoing_headers.message_id},
    )
    return Submission(
        interaction,
        (),
        principal.key_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        space_id=principal.space_id,  # `mail_ref` is the caller's
    )


async def _store_message(
    connection: Connection, request: MailTokenRequest, outgoing_headers: OutgoingHeaders, now: datetime
) -> None:
    message_digest = message_id_digest(outgoing_headers.message_id)
    await connection.execute(SQL.store_message, message_digest, request.conversation_id, True, request.attempt, now)
