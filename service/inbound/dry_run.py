"""Tries a delivery out: what a door makes of it and would register, by the door's own functions; nothing is stored."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from msgspec import Struct

from service.channels.base import (
    Adapter,
    ChannelAccount,
    ConversationReport,
    Delivery,
    DeliveryReply,
    DeliveryResult,
    DoorOutput,
    HandoffOrder,
)
from service.channels.email.identification import mail_event_id
from service.channels.email.message.record import MailContext, interaction_of_mail
from service.errors import AskonceError, DeliveryRefused, InvalidInput
from service.identity.claims import canonical_claim_or_none
from service.inbound.mail.parsers import MailParsers, MailUnparsable
from service.inbound.redaction import without_secrets
from service.model.call import CallEvent
from service.model.interaction import IdentityClaim, Interaction
from service.model.mail import Mail, MailAtVendor
from service.model.vocabulary import CallPhase, Channel, ConversationStatus, Direction, IdentityKind, InteractionKind
from service.registration.prepare import prepare_channel_submission

log = structlog.get_logger()

_UNPARSED = "It could not be parsed."


class TriedIdentity(Struct, frozen=True, kw_only=True):
    """An identity by which the customer would be known, in its canonical form; as it came if it cannot be one."""

    kind: IdentityKind
    value: str
    verified: bool
    usable: bool


class TriedEvent(Struct, frozen=True, kw_only=True):
    """Something that a delivery tells, as it would go on record; `refused` says why it would not."""

    at: datetime | None = None
    channel: Channel | None = None
    kind: InteractionKind | None = None
    direction: Direction | None = None
    call: CallPhase | None = None
    status: ConversationStatus | None = None
    queue: str | None = None
    """Of a handoff: where to."""
    is_fetched: bool = False
    """A mail that the vendor keeps, and that is fetched from there when it is delivered."""
    subject: str | None = None
    text: str | None = None
    identities: tuple[TriedIdentity, ...] = ()
    refused: str | None = None


class DryRun(Struct, frozen=True, kw_only=True):
    """What a door makes of a delivery: whether its proof holds (None: not checked), what it tells, and its answer."""

    proven: bool | None
    events: tuple[TriedEvent, ...] = ()
    refused: str | None = None
    """Why the delivery as a whole would be refused, or could not be read."""
    reply: DeliveryReply | None = None


async def try_delivery(
    adapter: Adapter,
    account: ChannelAccount,
    delivery: Delivery,
    *,
    checks_proof: bool,
    region: str,
    parsers: MailParsers,
) -> DryRun:
    """What the door makes of the delivery, as it would if it came now."""
    if adapter.greet is not None and (greeting := adapter.greet(delivery, account)) is not None:
        return DryRun(proven=None, reply=greeting)
    proven = _is_proven(adapter, account, delivery) if checks_proof else None
    if proven is False:
        return DryRun(proven=False, refused=DeliveryRefused().detail)
    cleaned = without_secrets(delivery, account)
    try:
        produced = adapter.parse(cleaned, account)
    except AskonceError as error:
        return DryRun(proven=proven, refused=error.detail)
    except Exception as error:  # our parser's mistake, as at the door
        log.exception("delivery_unparsed", source=account.source, exc_info=error)
        return DryRun(proven=proven, refused=_UNPARSED)
    events = [await _event(one, account, region, parsers) for one in produced]
    result = DeliveryResult(registered=sum(one.refused is None for one in events))
    return DryRun(proven=proven, events=tuple(events), reply=adapter.answer(cleaned, account, result))


def _is_proven(adapter: Adapter, account: ChannelAccount, delivery: Delivery) -> bool:
    try:
        adapter.verify(delivery, account)
    except AskonceError:
        return False
    return True


async def _event(produced: DoorOutput, account: ChannelAccount, region: str, parsers: MailParsers) -> TriedEvent:
    if isinstance(produced, Mail):
        return await _mail(produced, account, region, parsers)
    if isinstance(produced, MailAtVendor):
        return TriedEvent(at=produced.received_at, channel=Channel.EMAIL, is_fetched=True)
    if isinstance(produced, CallEvent):
        return TriedEvent(
            at=produced.occurred_at,
            channel=Channel.PHONE,
            direction=produced.direction,
            call=produced.phase,
            identities=_identities(produced.identities, region),
        )
    if isinstance(produced, HandoffOrder):
        who = produced.request.identity
        return TriedEvent(
            queue=produced.request.to.queue,
            subject=produced.request.subject,
            identities=_identities((who,) if who is not None else (), region),
        )
    if isinstance(produced, ConversationReport):
        return TriedEvent(at=produced.at, status=produced.status)
    return _interaction(produced, account, region)


def _interaction(produced: Interaction, account: ChannelAccount, region: str) -> TriedEvent:
    try:
        prepare_channel_submission(produced, key_id=account.account_id, region=region)
    except InvalidInput as error:
        return TriedEvent(at=produced.occurred_at, channel=produced.channel, kind=produced.kind, refused=error.detail)
    return TriedEvent(
        at=produced.occurred_at,
        channel=produced.channel,
        kind=produced.kind,
        direction=produced.direction,
        subject=produced.conversation.subject if produced.conversation else None,
        text=produced.text,
        identities=_identities(produced.identities, region),
    )


async def _mail(mail: Mail, account: ChannelAccount, region: str, parsers: MailParsers) -> TriedEvent:
    context = MailContext(source=account.source, event_id=mail_event_id(mail.raw), received_at=mail.received_at)
    try:
        parsed = await parsers.parse_mail(mail.raw, mail.envelope, authserv_id=account.settings.authserv_id)
    except MailUnparsable as error:
        return TriedEvent(at=mail.received_at, channel=Channel.EMAIL, refused=error.detail)
    return _interaction(interaction_of_mail(parsed, context), account, region)


def _identities(claims: Iterable[IdentityClaim], region: str) -> tuple[TriedIdentity, ...]:
    shown = []
    for claim in claims:
        canonical = canonical_claim_or_none(claim, region)
        value = claim.value if canonical is None else canonical.identity.value
        shown.append(TriedIdentity(kind=claim.kind, value=value, verified=claim.verified, usable=canonical is not None))
    return tuple(shown)
