"""Mail goes into the record: taken apart by a child, joined to its thread, its attachments kept, registered once.

What cannot be taken apart is registered all the same, without a text, so that no mail that was accepted is lost; its id
ends in `:unparsed`, so that a later parser can add what this one could not see.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import structlog
from msgspec import Struct
from msgspec.structs import replace

from service.access.model import HOUSE_SPACE
from service.channels.base import ChannelAccount, DeliveryResult
from service.channels.email import identification as events
from service.channels.email import threads
from service.channels.email.message import record
from service.channels.email.message.model import ParsedMail
from service.channels.email.message.record import MailContext
from service.channels.email.raw import MailSettings
from service.channels.email.tokens import conversation_of_token
from service.db.pool import Database
from service.errors import AskonceError, CustomerErased, InvalidInput, Unavailable
from service.identity.claims import canonical_claim_or_none
from service.identity.erased import find_erased_identities, is_of_the_past
from service.inbound.mail.attachments import AttachmentStorage
from service.inbound.mail.fetch import FetchMail
from service.inbound.mail.parsers import MailParsers, MailUnparsable
from service.inbound.mail.threads import SQL, MailDestination, find_destination, read_token_key_or_none
from service.model.interaction import IdentityClaim, Interaction, RegistrationResult
from service.model.mail import Mail, MailAtVendor
from service.model.vocabulary import IdentityKind
from service.registration.batcher import Registrar
from service.registration.model import Submission
from service.registration.prepare import prepare_channel_submission
from service.timeline.receipts import event_digest, find_receipts

log = structlog.get_logger()


class MailIntake(Struct, frozen=True, kw_only=True):
    """Where mail arrives, whatever way it came."""

    database: Database
    registrar: Registrar
    parsers: MailParsers
    attachments: AttachmentStorage
    fetch: FetchMail
    region: str

    async def register_mail(self, mail: Mail | MailAtVendor, account: ChannelAccount) -> DeliveryResult:
        """Register one mail. Unavailable if that is not possible now; then it can be repeated, and counts once."""
        if isinstance(mail, MailAtVendor):
            mail = await self.fetch(mail)
        event_id = events.mail_event_id(mail.raw)
        if await self._is_registered(account, mail, event_id):
            return DeliveryResult(duplicates=1)
        context = MailContext(source=account.source, event_id=event_id, received_at=mail.received_at)
        try:
            return await self._parse_and_register(mail, account, context)
        except MailUnparsable as error:
            log.warning("mail_unparsed", source=account.source, reason=error.detail, size_bytes=len(mail.raw))
            unparsed = record.unparsed_interaction(events.claimed_sender(mail.raw), error.detail, context)
            return _delivery_result(
                await self._register_interaction(unparsed, account, MailDestination()), error.detail
            )

    async def _parse_and_register(self, mail: Mail, account: ChannelAccount, context: MailContext) -> DeliveryResult:
        settings: MailSettings = account.settings
        folder = self.attachments.incoming_folder()
        try:
            parsed = await self.parsers.parse_mail(
                mail.raw, mail.envelope, authserv_id=settings.authserv_id, folder=folder
            )
            async with self.database.connection() as connection:
                key = await read_token_key_or_none(connection)
                destination = await find_destination(connection, parsed, key, self.region)
            if key and parsed.loop is not None and conversation_of_token(parsed.loop, key) is not None:
                log.info("own_mail_dropped", source=account.source)
                return DeliveryResult(events=0)
            stored = any(one.stored for one in parsed.attachments)
            references = await self.attachments.save_folder(folder, mail.received_at) if stored else {}
        except BaseException:
            await self.attachments.discard_folder(folder)
            raise
        interaction = _mail_interaction(context, parsed, destination, references)
        answer = await self._register_interaction(interaction, account, destination)
        if isinstance(answer, RegistrationResult):
            await self._store_mail_state(parsed, destination, answer, mail.received_at)
        elif isinstance(answer, CustomerErased):
            await self.attachments.delete(references.values())
        return _delivery_result(answer)

    async def _is_registered(self, account: ChannelAccount, mail: Mail, event_id: str) -> bool:
        """Whether this mail is on record; what was perhaps not remembered of it is remembered then."""
        key = event_digest(HOUSE_SPACE, account.source, event_id)
        async with self.database.connection() as connection:
            receipt = (await find_receipts(connection, [key])).get(key)
            message_id = events.message_id_of(mail.raw)
            if receipt is not None and message_id is not None:
                digest = threads.message_id_digest(message_id)
                await connection.execute(
                    SQL.store_message, digest, receipt.conversation_id, False, None, mail.received_at
                )
        return receipt is not None

    async def _register_interaction(
        self, interaction: Interaction, account: ChannelAccount, destination: MailDestination
    ) -> RegistrationResult | AskonceError:
        """Register the mail in its thread. Raises Unavailable; returns other errors, since a retry would not help."""
        try:
            submission = prepare_channel_submission(interaction, key_id=account.account_id, region=self.region)
        except InvalidInput as error:
            return error
        if destination.thread is not None:
            if destination.sender_is_other and await self._is_of_erased(submission):
                return CustomerErased()
            submission = _join_thread(submission, destination)
        (answer,) = await self.registrar.register_all([submission])
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    async def _is_of_erased(self, submission: Submission) -> bool:
        """Whether a customer that was erased since wrote the mail, which names no customer in a thread of others."""
        async with self.database.connection() as connection:
            named = {claim.identity for claim in submission.claims}
            erased = await find_erased_identities(connection, named)
        return is_of_the_past(submission.claims, erased, submission.interaction.occurred_at)

    async def _store_mail_state(
        self, mail: ParsedMail, destination: MailDestination, registered: RegistrationResult, now: datetime
    ) -> None:
        """What later mails need to know: where this one went, and which addresses are reached or not."""
        async with self.database.connection() as connection:
            if mail.message_id is not None:
                digest = threads.message_id_digest(mail.message_id)
                await connection.execute(SQL.store_message, digest, registered.conversation_id, False, None, now)
            if not destination.found_by_our_mail:
                return
            bounced = self._canonical_addresses(bounce.address for bounce in mail.bounces if bounce.permanent)
            if bounced:
                await connection.execute(SQL.mark_undeliverable, bounced, destination.customer_id, now)
            elif mail.sender is not None and mail.automatic is None and not destination.sender_is_other:
                await connection.execute(SQL.clear_undeliverable, self._canonical_addresses([mail.sender.address]))

    def _canonical_addresses(self, addresses: Iterable[str]) -> list[str]:
        claims = (IdentityClaim(kind=IdentityKind.EMAIL, value=address) for address in addresses)
        return [
            claim.identity.value for one in claims if (claim := canonical_claim_or_none(one, self.region)) is not None
        ]


def _mail_interaction(
    context: MailContext, parsed: ParsedMail, destination: MailDestination, references: Mapping[int, str]
) -> Interaction:
    """The interaction of a mail in its place."""
    context = replace(
        context,
        thread=destination.thread,
        stranger=destination.sender_is_other and parsed.automatic is None,
        failed=destination.failed_attempt,
        suggestion=str(destination.suggested_conversation_id) if destination.suggested_conversation_id else None,
        references=references,
    )
    return record.interaction_of_mail(parsed, context)


def _join_thread(submission: Submission, destination: MailDestination) -> Submission:
    """The submission in its thread. Claims of an unknown sender do not change the customer."""
    assert destination.thread is not None
    if destination.sender_is_other:
        submission = submission._replace(claims=(), customer_id=destination.customer_id)
    return submission._replace(conversation_id=destination.thread.conversation_id)


def _delivery_result(answer: RegistrationResult | AskonceError, *refused: str) -> DeliveryResult:
    if isinstance(answer, CustomerErased):
        return DeliveryResult(erased=1)
    if isinstance(answer, AskonceError):
        return DeliveryResult(refused=(*refused, answer.detail))
    return DeliveryResult(
        registered=int(not answer.duplicate),
        duplicates=int(answer.duplicate),
        refused=refused,
        interactions=(answer.interaction_id,),
        customers=(answer.customer_id,),
    )
