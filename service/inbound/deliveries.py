"""Takes the deliveries of a door: checks them, stores them as they came, registers them once, and answers.

The answer is sent after the commit; a failure of ours before it is answered with a 5xx, and the vendor sends the
delivery again. A delivery that a door cannot parse is stored all the same: no vendor can mend our parser.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeGuard
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct
from prometheus_client import Counter

from service.access.idempotency import IdempotentRequest, fingerprint, idempotent
from service.access.model import Principal
from service.channels.base import (
    Adapter,
    ChannelAccount,
    ConversationReport,
    Delivery,
    DeliveryReply,
    DeliveryResult,
    DoorOutput,
    HandoffOrder,
    HandoffReport,
)
from service.db.change import DropViews
from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.desks import create as desk
from service.desks.subject import BusinessSettings, DeskSession
from service.errors import AskonceError, InvalidInput, Unavailable
from service.events import reports
from service.handoff.caller import caller_of
from service.handoff.model import Handoff
from service.inbound import payloads
from service.inbound.calls import live as calls
from service.inbound.conversations import apply_report
from service.inbound.delivery_log import DeliveryLog, DeliveryTimer
from service.inbound.redaction import without_secrets
from service.inbound.results import joined_result, result_of_registration
from service.inbound.tokens import use_token
from service.model.call import CallEvent
from service.model.clock import Clock
from service.model.interaction import Interaction
from service.model.mail import Mail, MailAtVendor
from service.model.vocabulary import Role
from service.registration.batcher import Registrar, RegistrationOutcome
from service.registration.model import Submission
from service.registration.prepare import prepare_channel_submission

log = structlog.get_logger()

_MAX_BATCH = 1000
"""Interactions of one delivery that wait together: more would be more than ever may wait."""
_LONG_BYTES = 1024 * 1024
ERASED_DELIVERIES = Counter(
    "askonce_erased_deliveries_total", "Late events that doors dropped, since their customer was erased."
)
_encode = msgspec.json.Encoder().encode

RegisterMail = Callable[[Mail | MailAtVendor, ChannelAccount], Awaitable[DeliveryResult]]
"""Parses one mail and registers it: `service.inbound.mail.register.MailIntake.register_mail`."""


class TakenDelivery(Struct, frozen=True, kw_only=True):
    """A delivery without secrets that was taken, what became of it, and its payload."""

    delivery: Delivery
    result: DeliveryResult
    payload_id: UUID | None
    """None if it is not kept: all of it was of erased customers."""


class Deliveries(Struct, frozen=True, kw_only=True):
    """The way from every door into the record."""

    database: Database
    registrar: Registrar
    drop_views: DropViews
    business: BusinessSettings
    clock: Clock
    register_mail: RegisterMail
    log: DeliveryLog | None = None
    """Where operators see what became of deliveries; None to keep no log."""

    async def receive_delivery(self, adapter: Adapter, account: ChannelAccount, delivery: Delivery) -> DeliveryReply:
        """What the vendor hears. DeliveryRefused or InvalidInput if it must change something, Unavailable to retry."""
        if adapter.greet is not None and (greeting := adapter.greet(delivery, account)) is not None:
            return greeting
        timer = DeliveryTimer()
        try:
            taken = await self._take(adapter, account, delivery)
        except Exception as error:
            if self.log is not None:
                self.log.record_refused(account, delivery, error, timer=timer)
            raise
        if self.log is not None:
            self.log.record_taken(account, delivery, taken.result, timer=timer, payload_id=taken.payload_id)
        return adapter.answer(taken.delivery, account, taken.result)

    async def _take(self, adapter: Adapter, account: ChannelAccount, delivery: Delivery) -> TakenDelivery:
        """Check, parse, register and store a delivery."""
        adapter.verify(delivery, account)
        await self._use_token(adapter, account, delivery)
        cleaned = await _cleaned(delivery, account)
        try:
            produced = adapter.parse(cleaned, account)
        except InvalidInput:
            raise
        except Exception as error:  # our parser's mistake: the payload is kept, and the vendor does not repeat it
            log.exception("delivery_unparsed", source=account.source, exc_info=error)
            payload_id = await self.store_payload(account, cleaned, taken=False)
            result = DeliveryResult(refused=("It could not be parsed.",))
            return TakenDelivery(delivery=cleaned, result=result, payload_id=payload_id)
        # Mail is stored before it is parsed, because its writer can make parsing fail.
        early_id = await self.store_payload(account, cleaned, taken=False) if any(map(_is_mail, produced)) else None
        result = await self.register_produced(account, produced)
        if result.erased:
            await self._drop_payload(early_id, result.erased)
            return TakenDelivery(delivery=cleaned, result=result, payload_id=None)
        payload_id = early_id or await self.store_payload(account, cleaned, taken=not result.refused)
        if early_id is not None and not result.refused:
            await self._mark_taken(early_id)
        return TakenDelivery(delivery=cleaned, result=result, payload_id=payload_id)

    async def store_payload(self, account: ChannelAccount, delivery: Delivery, *, taken: bool) -> UUID:
        """Keep a delivery as it came, but for secrets; gives the id of the payload."""
        async with self.database.connection() as connection:
            return await payloads.store_payload(connection, account.account_id, delivery, taken=taken)

    async def _use_token(self, adapter: Adapter, account: ChannelAccount, delivery: Delivery) -> None:
        """DeliveryRefused if the token that is signed instead of the content came with another content before."""
        if adapter.one_time_token is None:
            return
        token = adapter.one_time_token(delivery)
        async with self.database.connection() as connection:
            await use_token(connection, account.account_id, token, now=delivery.received_at)

    async def register_produced(self, account: ChannelAccount, produced: Sequence[DoorOutput]) -> DeliveryResult:
        """Register what a door made of a delivery. Unavailable if that is not possible now; then it can be repeated."""
        refused: list[str] = []
        outcomes = await self._register(self._submissions(account, produced, refused))
        registered = result_of_registration(outcomes, refused)
        handoffs = [
            handoff_id
            for order in produced
            if isinstance(order, HandoffOrder)
            if (handoff_id := await self._create_handoff(account, order, refused)) is not None
        ]
        for report in (one for one in produced if isinstance(one, ConversationReport)):
            await self._apply_report(account, report)
        parts = [registered, await self._register_calls(account, produced)]
        parts += [await self.register_mail(mail, account) for mail in filter(_is_mail, produced)]
        refused += [sentence for part in parts for sentence in part.refused]
        if refused:
            log.warning("delivery_refused_in_part", source=account.source, refused=len(refused), first=refused[0])
        events = sum(not _is_mail(one) for one in produced)
        return joined_result(parts, refused, handoffs=handoffs, events=events)

    async def reparse_payloads(
        self, adapter: Adapter, account: ChannelAccount, *, untaken: bool
    ) -> tuple[int, int, int]:
        """Parse what is kept again; gives deliveries read, interactions registered, deliveries that did not go through.

        Each (source, source_event_id) counts once for ever, so this adds what was not understood before and no more.
        """
        read = registered = failed = 0
        async for payload_id, delivery in payloads.read_payloads(self.database, account.account_id, untaken=untaken):
            read += 1
            try:
                result = await self.register_produced(account, adapter.parse(delivery, account))
            except Unavailable:
                raise
            except Exception as error:  # one that no parser can read yet delays no other
                log.exception("payload_unparsed", payload_id=payload_id, exc_info=error)
                failed += 1
                continue
            registered += result.registered
            if result.refused:
                failed += 1
                continue
            await self._mark_taken(payload_id)
        return read, registered, failed

    async def _drop_payload(self, payload_id: UUID | None, erased: int) -> None:
        """Keep nothing of a delivery with something of an erased customer; only its number counts."""
        ERASED_DELIVERIES.inc(erased)
        if payload_id is not None:
            async with self.database.connection() as connection:
                await payloads.delete_payload(connection, payload_id)

    async def _mark_taken(self, payload_id: UUID) -> None:
        async with self.database.connection() as connection:
            await payloads.mark_payload_taken(connection, payload_id)

    async def _register(self, submissions: Sequence[Submission]) -> list[RegistrationOutcome]:
        """What became of each, in their order; not all of many thousands wait at once."""
        outcomes: list[RegistrationOutcome] = []
        for start in range(0, len(submissions), _MAX_BATCH):
            outcomes += await self.registrar.register_all(submissions[start : start + _MAX_BATCH])
        return outcomes

    def _submissions(
        self, account: ChannelAccount, produced: Sequence[DoorOutput], refused: list[str]
    ) -> list[Submission]:
        submissions = []
        for one in produced:
            if isinstance(one, Interaction):
                try:
                    submissions.append(
                        prepare_channel_submission(one, key_id=account.account_id, region=self.business.region)
                    )
                except InvalidInput as error:
                    refused.append(error.detail)
        return submissions

    async def _register_calls(self, account: ChannelAccount, produced: Sequence[DoorOutput]) -> DeliveryResult:
        """Which calls became interactions by these events; those of one call are taken together."""
        by_call: dict[str, list[CallEvent]] = {}
        for one in produced:
            if isinstance(one, CallEvent):
                by_call.setdefault(one.call_ref, []).append(one)
        registered = 0
        customers: list[UUID] = []
        for events in by_call.values():
            apply_events = partial(
                calls.apply_call_events,
                events=events,
                key_id=account.account_id,
                business=self.business,
                now=self.clock.now(),
            )
            update = await run_with_retry(self.database, apply_events)
            await self.drop_views(update.changed)
            registered += update.registered
            customers += update.changed
        return DeliveryResult(registered=registered, customers=tuple(customers), events=0)

    async def _apply_report(self, account: ChannelAccount, report: ConversationReport) -> None:
        apply = partial(apply_report, account=account, report=report, now=self.clock.now())
        customer_id = await run_with_retry(self.database, apply)
        if customer_id is not None:
            await self.drop_views([customer_id])

    async def _create_handoff(self, account: ChannelAccount, order: HandoffOrder, refused: list[str]) -> UUID | None:
        """The handoff of this order, made now or when it came for the first time; None if it cannot be made."""
        principal = Principal(key_id=account.account_id, role=Role.CHANNEL, name=account.source)
        now = self.clock.now()
        created: list[Handoff] = []

        async def create_once(connection: Connection) -> UUID:
            created.clear()
            intention = IdempotentRequest(
                account.account_id, order.event_id, fingerprint("POST", account.source, order.event_id)
            )
            async with idempotent(connection, intention, now=now) as outcome:
                if outcome.previous is not None:
                    return outcome.previous.resource_id
                session = DeskSession(connection=connection, caller=caller_of(principal, now), business=self.business)
                created.append(await desk.create_handoff(session, order.request))
                await _store_report(connection, created[0].handoff_id, account, order.report)
                outcome.set_result(created[0].handoff_id)
                return created[0].handoff_id

        try:
            handoff_id = await run_with_retry(self.database, create_once)
        except Unavailable:
            raise
        except AskonceError as error:
            refused.append(error.detail)
            return None
        if created:
            await self.drop_views([created[0].customer_id])
        return handoff_id


async def _store_report(
    connection: Connection, handoff_id: UUID, account: ChannelAccount, report: HandoffReport | None
) -> None:
    """Schedule reports of the handoff's states to the vendor's system, if it takes them."""
    if report is not None:
        await reports.create_report(connection, handoff_id, account.account_id, url=report.url, bodies=report.bodies)


async def _cleaned(delivery: Delivery, account: ChannelAccount) -> Delivery:
    """The delivery without secrets; of a long one they are looked for beside the event loop."""
    if len(delivery.raw) <= _LONG_BYTES:
        return without_secrets(delivery, account)
    return await asyncio.to_thread(without_secrets, delivery, account)


def _is_mail(produced: DoorOutput) -> TypeGuard[Mail | MailAtVendor]:
    return isinstance(produced, Mail | MailAtVendor)
