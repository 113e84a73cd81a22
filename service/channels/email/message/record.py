"""The interaction that a mail becomes."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from service.channels.base import clipped
from service.channels.email.identification import UNPARSED
from service.channels.email.message.model import Attachment, Bounce, MailAddress, ParsedMail
from service.channels.email.message.sender import is_mailer_daemon
from service.channels.email.threads import MailThread, bare_subject, thread_ref
from service.model.interaction import (
    AttemptReport,
    ConversationHint,
    IdentityClaim,
    Interaction,
    JsonObject,
    Participant,
)
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    Channel,
    Direction,
    IdentityKind,
    InteractionKind,
    ParticipantRole,
)

_EARLIEST_YEAR = 1990
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MAX_ADDRESSES = 20


class MailContext(Struct, frozen=True, kw_only=True):
    """What is known of a mail from elsewhere.

    `stranger`: the sender is not known to be the customer whose thread it joins. `failed` is what we tried with the
    mail that bounced. `references` say where attachments are, by their index.
    """

    source: str
    event_id: str
    received_at: datetime
    thread: MailThread | None = None
    stranger: bool = False
    failed: str | None = None
    suggestion: str | None = None
    references: Mapping[int, str] = {}


def interaction_of_mail(mail: ParsedMail, known: MailContext) -> Interaction:
    """What goes on record of a mail. Its text is what it says itself, `data.full_text` all of it, if that is more."""
    machine = mail.automatic is not None or bool(mail.bounces)
    return Interaction(
        source=known.source,
        source_event_id=known.event_id,
        # A bounce ends our attempt, so it did not come before it, whatever the clock of a mail server far away says.
        occurred_at=known.received_at if mail.bounces else _sent_at(mail.sent_at, known.received_at),
        channel=Channel.EMAIL,
        kind=InteractionKind.SYSTEM if machine else InteractionKind.MESSAGE,
        direction=Direction.INTERNAL if machine else Direction.INBOUND,
        identities=_identities(mail, stranger=known.stranger),
        assurance=_assurance(mail, stranger=known.stranger or machine),
        conversation=ConversationHint(ref=thread_ref(mail), subject=bare_subject(mail.subject)),
        participant=_participant(mail, stranger=known.stranger, machine=machine),
        text=clipped(mail.text, 100_000) or None,
        language=mail.language if mail.language and _LANGUAGE.fullmatch(mail.language) else None,
        attempt=AttemptReport(what=known.failed, outcome=AttemptOutcome.FAILED) if known.failed else None,
        data=_data(mail, known),
    )


def unparsed_interaction(sender: MailAddress | None, reason: str, known: MailContext) -> Interaction:
    """What goes on record of a mail that could not be taken apart; a later parser may add the real one."""
    identities = () if sender is None or is_mailer_daemon(sender.address) else (_email(sender.address),)
    return Interaction(
        source=known.source,
        source_event_id=f"{known.event_id}{UNPARSED}",
        occurred_at=known.received_at,
        channel=Channel.EMAIL,
        kind=InteractionKind.OTHER,
        direction=Direction.INBOUND,
        identities=identities,
        data={"unparsed": True, "reason": reason},
    )


def _sent_at(stated: datetime | None, received_at: datetime) -> datetime:
    """When it was sent, if its writer's clock can be right."""
    if stated is None or stated.year < _EARLIEST_YEAR or stated > received_at:
        return received_at
    return stated


def _identities(mail: ParsedMail, *, stranger: bool) -> tuple[IdentityClaim, ...]:
    """The identity of a mail: the sender; of a bounce the one address that was not reached."""
    if mail.bounces:
        addresses = {bounce.address for bounce in mail.bounces}
        return tuple(_email(address) for address in addresses if len(addresses) == 1)
    if mail.sender is None or stranger or is_mailer_daemon(mail.sender.address):
        return ()
    return (_email(mail.sender.address, verified=mail.sender_verified),)


def _email(address: str, *, verified: bool = False) -> IdentityClaim:
    return IdentityClaim(kind=IdentityKind.EMAIL, value=address, verified=verified)


def _assurance(mail: ParsedMail, *, stranger: bool) -> Assurance:
    if mail.sender is None or stranger:
        return Assurance.NONE
    return Assurance.POSSESSION if mail.sender_verified else Assurance.CLAIMED


def _participant(mail: ParsedMail, *, stranger: bool, machine: bool) -> Participant | None:
    """Who speaks; the name of a stranger must not become that of the customer."""
    if machine:
        return Participant(role=ParticipantRole.SYSTEM)
    if stranger or mail.sender is None:
        return None
    return Participant(role=ParticipantRole.CUSTOMER, name=clipped(mail.sender.name, 200) or None)


def _data(mail: ParsedMail, known: MailContext) -> JsonObject:
    """What else is known of the mail; what is empty or false is left out."""
    said = {
        "message_id": mail.message_id,
        "from": mail.sender.address if mail.sender else None,
        "from_name": mail.sender.name if mail.sender else None,
        "to": list(mail.recipients[:_MAX_ADDRESSES]),
        "subject": mail.subject,
        "full_text": mail.full_text if mail.full_text != mail.text else None,
        "attachments": _attachments(mail.attachments, known.references),
        "automatic": mail.automatic,
        "bounces": [_bounce(one) for one in mail.bounces],
        "thread": known.thread.sign if known.thread else None,
        "stranger": known.stranger,
        "suggested_conversation_id": known.suggestion,
        "defects": list(mail.defects),
    }
    return {name: value for name, value in said.items() if value}


def _bounce(bounce: Bounce) -> JsonObject:
    status: JsonObject = {"status": bounce.status} if bounce.status else {}
    return {"address": bounce.address, "permanent": bounce.permanent, "given_up": bounce.given_up, **status}


def _attachments(attachments: Sequence[Attachment], references: Mapping[int, str]) -> list[JsonObject]:
    return [
        {
            "name": one.name,
            "type": one.media_type,
            "size_bytes": one.size_bytes,
            "sha256": one.sha256,
            **({"reference": references[one.index]} if one.index in references else {}),
        }
        for one in attachments
    ]
