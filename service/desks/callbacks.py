"""Promises calls to customers: one at a time for each conversation, which further requests join."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.calendar.model import Interval
from service.db.change import LockedCustomer
from service.desks.model import HandoffSubject
from service.desks.subject import (
    BusinessSettings,
    DeskSession,
    desk_interaction,
    lock_subject,
    register_for_subject,
    resolve_subject,
)
from service.errors import InvalidInput, PhoneImpossible, PhoneNeeded
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks import windows as callback_windows
from service.handoff.callbacks.joining import CallbackWish, join_callback
from service.handoff.callbacks.model import Callback, CallbackRequest
from service.handoff.callbacks.numbers import check_callable
from service.handoff.callbacks.repository import CallbackPrerequisites
from service.handoff.callbacks.wishes import schedule_requested_callback
from service.handoff.queues import repository as queues
from service.identity.canonical import dialable_number
from service.model.ids import new_id
from service.model.vocabulary import CallbackState, IdentityKind, InteractionKind
from service.registration.sources import HouseSource


def callback_phone(phone: str, business: BusinessSettings) -> str:
    """The number to dial, in E.164 and with its extension.

    PhoneImpossible if it is none, PhoneRefused for a type that is not called.
    """
    try:
        canonical = dialable_number(phone, business.region)
    except InvalidInput as error:
        raise PhoneImpossible(field="phone", message=error.message) from error
    return check_callable(canonical, business.callback_number_types)


class RequestedCallback(Struct, frozen=True, kw_only=True):
    """The callback that answers a request; `joined` if it was there already."""

    callback: Callback
    joined: bool
    replayed: bool = False


async def request_callback(session: DeskSession, request: CallbackRequest) -> RequestedCallback:
    """The callback in the requested window, else in the next opening of the queue; joined to that of the conversation.

    QueueUnknown, WindowInPast, WindowClosed, PhoneImpossible, PhoneRefused; PhoneNeeded if no number is given or known.
    """
    calendar = (await queues.read_queue(session.connection, request.queue)).calendar
    window = callback_windows.window_or_next(request.window, calendar, session.caller.now)
    given_phone = callback_phone(request.phone, session.business) if request.phone is not None else None
    subject = await resolve_subject(session, request)
    subject, locked = await _lock_or_register(session, subject, request)
    found = await callbacks.find_callback_prerequisites(session.connection, locked.owner_id, subject.conversation_id)
    if found.open_id is not None:
        return await _join(
            session, locked, found.open_id, request, None if found.is_marked(given_phone) else given_phone
        )
    phone = _number_to_call(session, request, found, given_phone)
    if found.uncallable_id is not None:
        return await _join(session, locked, found.uncallable_id, request, phone)
    due_at = callback_windows.first_call_at(calendar, window, session.caller.now)
    callback = _new_callback(session, locked, request, window, due_at=due_at, phone=phone)
    scheduled = await schedule_requested_callback(
        session.connection,
        replace(
            callback,
            conversation_id=subject.conversation_id,
            end_reason=found.end_reason if phone is None else None,
        ),
        requested_by=request.requested_by,
        purpose=request.purpose,
        now=session.caller.now,
    )
    created = await callbacks.insert_callback(session.connection, locked, scheduled, session.caller)
    return RequestedCallback(callback=created, joined=False)


def _new_callback(
    session: DeskSession,
    locked: LockedCustomer,
    request: CallbackRequest,
    window: Interval,
    *,
    due_at: datetime,
    phone: str | None,
) -> Callback:
    """The promise that is asked for, before it is scheduled."""
    return Callback(
        callback_id=new_id(),
        customer_id=locked.customer_id,
        queue=request.queue,
        state=CallbackState.SCHEDULED,
        key_id=session.caller.key_id,
        phone=phone,
        reason=request.reason,
        promised_from=window.start,
        promised_to=window.end,
        due_at=due_at,
        priority=request.priority,
        preferred_agent=request.preferred_agent,
        max_attempts=request.max_attempts,
        retry_after_s=request.retry_after_s,
        created_at=session.caller.now,
    )


async def _join(
    session: DeskSession, locked: LockedCustomer, callback_id: UUID, request: CallbackRequest, phone: str | None
) -> RequestedCallback:
    wish = CallbackWish(
        reason=request.reason,
        window=request.window,
        phone=phone,
        replaces_number=not session.caller.is_machine or request.conversation is not None,
        priority=request.priority,
        preferred_agent=request.preferred_agent,
    )
    joined = await join_callback(session.connection, locked, callback_id, wish, session.caller)
    return RequestedCallback(callback=joined, joined=True)


async def _lock_or_register(
    session: DeskSession, subject: HandoffSubject, request: CallbackRequest
) -> tuple[HandoffSubject, LockedCustomer]:
    """The subject with its locked customer; an unknown customer is created by the registered request."""
    if subject.customer_id is not None:
        return subject, await lock_subject(session, subject)
    interaction = desk_interaction(
        session,
        subject,
        source=HouseSource.CALLBACK,
        event_id=str(new_id()),
        kind=InteractionKind.SYSTEM,
        text=request.reason,
    )
    registered, locked = await register_for_subject(session, subject, [interaction])
    return HandoffSubject(customer_id=registered.customer_id, conversation_id=registered.conversation_id), locked


def _number_to_call(
    session: DeskSession, request: CallbackRequest, found: CallbackPrerequisites, given_phone: str | None
) -> str | None:
    """The given number, else that of the request's identity, else one on record; none that a call found to be none.

    None if no other number is left; PhoneNeeded if none is known at all.
    """
    wanted = given_phone
    if wanted is None and request.identity is not None and request.identity.kind is IdentityKind.PHONE:
        wanted = callback_phone(request.identity.value, session.business)
    if wanted is not None and not found.is_marked(wanted):
        return wanted
    if found.phone is not None:
        return check_callable(found.phone, session.business.callback_number_types)
    if not found.marked:
        raise PhoneNeeded(field="phone")
    return None
