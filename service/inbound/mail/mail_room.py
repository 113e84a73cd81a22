"""Mail goes into the record: taken apart by a child, joined to its thread, its attachments kept, registered once.

What cannot be taken apart is registered all the same, without a text, so that no mail that was accepted is lost; its id
ends in `:unparsed`, so that a later parser can add what this one could not see.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import structlog
from msgspec import Struct
from msgspec.structs import replace

from service.channels.base import ChannelAccount, DeliveryResult
from service.channels.email import identification as events
from service.channels.email import threads
from service.channels.email.message import record
from service.channels.email.message.model import ParsedMail
from service.channels.email.message.record import MailContext
from service.channels.email.raw import MailSettings
from service.channels.email.tokens import conversation_of
from service.db.pool import Database
from service.errors import AskonceError, InvalidInput, Unavailable
from service.identity.claims import canonical_claim_or_none
from service.inbound.deliveries import submission_of
from service.inbound.mail.attachments import AttachmentStorage
from service.inbound.mail.fetch import Fetch
from service.inbound.mail.readers import MailParsers, MailRefused
from service.inbound.mail.threads import SQL, MailDestination, find_place, read_key
from service.model.interaction import IdentityClaim, Interaction, RegistrationResult
from service.model.mail import Mail, MailAtVendor
from service.model.vocabulary import IdentityKind
from service.registration.batcher import Registrar
from service.registration.model import Submission
from service.timeline.receipts import find_receipts

log = structlog.get_logger()


class MailIntake(Struct, frozen=True, kw_only=True):
    """Where mail arrives, whatever way it came."""

    database: Database
    registrar: Registrar
    readers: MailParsers
    attachments: AttachmentStorage
    fetch: Fetch
    region: str

    async def take(self, mail: Mail | MailAtVendor, account: ChannelAccount) -> DeliveryResult:
        """Register one mail. Unavailable if that is not possible now; then it can be repeated, and counts once."""
        if isinstance(mail, MailAtVendor):
            mail = await self.fetch(mail)
        event_id = events.event_id(mail.raw)
        if await self._is_known(account, mail, event_id):
            return DeliveryResult(duplicates=1)
        known = MailContext(source=account.source, event_id=event_id, received_at=mail.received_at)
        try:
            return await self._understand(mail, account, known)
        except MailRefused as error:
            log.warning("mail_unparsed", source=account.source, reason=error.detail, size_bytes=len(mail.raw))
            bare = record.unparsed(events.claimed_sender(mail.raw), error.detail, known)
            return _taken(await self._register(bare, account, MailDestination()), error.detail)

    async def _understand(self, mail: Mail, account: ChannelAccount, known: MailContext) -> DeliveryResult:
        settings: MailSettings = account.settings
        folder = self.attachments.incoming()
        try:
            parsed = await self.readers.read(mail.raw, mail.envelope, authserv_id=settings.authserv_id, folder=folder)
            async with self.database.connection() as connection:
                key = await read_key(connection)
                place = await find_place(connection, parsed, key, self.region)
            if parsed.loop is not None and conversation_of(parsed.loop, key) is not None:
                log.info("own_mail_dropped", source=account.source)
                return DeliveryResult()
            stored = any(one.stored for one in parsed.attachments)
            references = await self.attachments.keep(folder, mail.received_at) if stored else {}
        except BaseException:
            await self.attachments.drop(folder)
            raise
        interaction = _placed(known, parsed, place, references)
        answer = await self._register(interaction, account, place)
        if isinstance(answer, RegistrationResult):
            await self._remember(parsed, place, answer, mail.received_at)
        return _taken(answer)

    async def _is_known(self, account: ChannelAccount, mail: Mail, event_id: str) -> bool:
        """Whether this mail is on record; what was perhaps not remembered of it is remembered then."""
        key = (account.source, event_id)
        async with self.database.connection() as connection:
            receipt = (await find_receipts(connection, [key])).get(key)
            message_id = events.message_id_of(mail.raw)
            if receipt is not None and message_id is not None:
                digest = threads.digest(message_id)
                await connection.execute(
                    SQL.remember_message, digest, receipt.conversation_id, False, None, mail.received_at
                )
        return receipt is not None

    async def _register(
        self, interaction: Interaction, account: ChannelAccount, place: MailDestination
    ) -> RegistrationResult | AskonceError:
        """Register it in its place. Raises Unavailable; other errors are given, because no repetition would help."""
        try:
            submission = submission_of(interaction, account, self.region)
        except InvalidInput as error:
            return error
        if place.thread is not None:
            submission = _joined(submission, place)
        (answer,) = await self.registrar.register_all([submission])
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    async def _remember(
        self, mail: ParsedMail, place: MailDestination, registered: RegistrationResult, now: datetime
    ) -> None:
        """What later mails need to know: where this one went, and which addresses are reached or not."""
        async with self.database.connection() as connection:
            if mail.message_id is not None:
                digest = threads.digest(mail.message_id)
                await connection.execute(SQL.remember_message, digest, registered.conversation_id, False, None, now)
            if not place.ours:
                return
            gone = self._canonical(bounce.address for bounce in mail.bounces if bounce.permanent)
            if gone:
                await connection.execute(SQL.mark_undeliverable, gone, place.customer_id, now)
            elif mail.sender is not None and mail.automatic is None and not place.stranger:
                await connection.execute(SQL.clear_undeliverable, self._canonical([mail.sender.address]))

    def _canonical(self, addresses: Iterable[str]) -> list[str]:
        stated = (IdentityClaim(kind=IdentityKind.EMAIL, value=address) for address in addresses)
        return [
            claim.identity.value for one in stated if (claim := canonical_claim_or_none(one, self.region)) is not None
        ]


def _placed(
    known: MailContext, parsed: ParsedMail, place: MailDestination, references: Mapping[int, str]
) -> Interaction:
    """The interaction of a mail in its place."""
    known = replace(
        known,
        thread=place.thread,
        stranger=place.stranger and parsed.automatic is None,
        failed=place.failed,
        suggestion=str(place.suggestion) if place.suggestion else None,
        references=references,
    )
    return record.interaction_of(parsed, known)


def _joined(submission: Submission, place: MailDestination) -> Submission:
    """The submission in its thread. Nothing that a stranger says of himself becomes known of the customer."""
    assert place.thread is not None
    if place.stranger:
        submission = submission._replace(claims=(), customer_id=place.customer_id)
    return submission._replace(conversation_id=place.thread.conversation_id)


def _taken(answer: RegistrationResult | AskonceError, *refused: str) -> DeliveryResult:
    if isinstance(answer, AskonceError):
        return DeliveryResult(refused=(*refused, answer.detail))
    return DeliveryResult(registered=int(not answer.duplicate), duplicates=int(answer.duplicate), refused=refused)
