"""The thread that a mail joins: found by its tokens and Message-IDs, and compared with the sender."""

from uuid import UUID

import structlog
from msgspec import Struct
from msgspec.structs import replace

from service.channels.email.message.model import ParsedMail
from service.channels.email.threads import (
    MailThread,
    ThreadEvidence,
    bare_subject,
    message_id_digests,
    threads_by_token,
)
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import ConversationUnknown, SecretUnreadable
from service.identity import customers
from service.identity.claims import canonical_claim_or_none
from service.model.interaction import IdentityClaim
from service.model.vocabulary import IdentityKind
from service.sealing.mail_key import opened_mail_key
from service.timeline import conversations
from service.timeline.model import subject_key

SQL = Statements("service.inbound.mail", "register")

log = structlog.get_logger()


class MailDestination(Struct, frozen=True, kw_only=True):
    """Where a mail belongs.

    `customer_id` is the canonical one of the thread, `stranger` says that the sender is not known to be that customer.
    `ours`: the thread was found by something that only our mail carries. `failed` is what we tried with the mail that
    it brings back. `suggestion` is a conversation of the sender's about the same subject, which proves nothing.
    """

    thread: MailThread | None = None
    customer_id: UUID | None = None
    sender_is_other: bool = False
    found_by_our_mail: bool = False
    failed_attempt: str | None = None
    suggested_conversation_id: UUID | None = None


async def read_token_key(connection: Connection) -> bytes:
    """The key of this deployment's mail tokens. SecretUnreadable if it is sealed with a key that is not given."""
    return opened_mail_key(await connection.fetchval(SQL.read_token_key))


async def read_token_key_or_none(connection: Connection) -> bytes | None:
    """The key of mail tokens; None, which is logged, if it cannot be opened: then no token is known for ours."""
    try:
        return await read_token_key(connection)
    except SecretUnreadable as error:
        log.error("mail_key_unreadable", reason=error.detail)  # noqa: TRY400 (the sentence says all)
        return None


async def find_destination(connection: Connection, mail: ParsedMail, key: bytes | None, region: str) -> MailDestination:
    """Where this mail belongs; without a thread it begins one, or continues one of its sender's by its ref."""
    messages = await connection.fetch(SQL.find_messages, message_id_digests([*mail.mentioned, *mail.returned]))
    threads = [] if key is None else threads_by_token(mail, key)
    found_by_our_mail = bool(threads) or any(row["outgoing"] for row in messages)
    threads += [MailThread(conversation_id=row["conversation_id"], sign=ThreadEvidence.MESSAGE_ID) for row in messages]
    owner = await _sender_customer(connection, mail, region)
    for thread in threads:
        try:
            conversation = await conversations.read_conversation(connection, thread.conversation_id)
        except ConversationUnknown:
            continue
        joined, customer_id = thread, conversation.customer_id
        if owner is not None and owner != customer_id:
            own = await connection.fetchval(SQL.find_same_ref, owner, conversation.source, conversation.ref)
            if own is not None:  # the customer was split, and the sender has a part of this conversation
                joined, customer_id = replace(thread, conversation_id=own), owner
        return MailDestination(
            thread=joined,
            customer_id=customer_id,
            sender_is_other=owner != customer_id,
            found_by_our_mail=found_by_our_mail,
            failed_attempt=await _failed_attempt(connection, mail),
        )
    return MailDestination(suggested_conversation_id=await _same_subject_conversation(connection, owner, mail))


async def _sender_customer(connection: Connection, mail: ParsedMail, region: str) -> UUID | None:
    """The customer that the sender's address belongs to."""
    if mail.sender is None:
        return None
    claim = canonical_claim_or_none(IdentityClaim(kind=IdentityKind.EMAIL, value=mail.sender.address), region)
    if claim is None:
        return None
    owner = (await customers.find_owners(connection, {claim.identity})).get(claim.identity)
    return owner.survivor_id if owner else None


async def _failed_attempt(connection: Connection, mail: ParsedMail) -> str | None:
    """What we tried with the mail that this one brings back, if its mail server has given it up."""
    if not any(bounce.given_up for bounce in mail.bounces):
        return None
    returned = await connection.fetch(SQL.find_messages, message_id_digests(mail.returned))
    return next((row["attempt"] for row in returned if row["attempt"]), None)


async def _same_subject_conversation(connection: Connection, owner: UUID | None, mail: ParsedMail) -> UUID | None:
    subject = bare_subject(mail.subject)
    if owner is None or subject is None:
        return None
    found: UUID | None = await connection.fetchval(SQL.find_same_subject, owner, subject_key(subject))
    return found
