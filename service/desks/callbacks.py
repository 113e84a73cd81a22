"""Creates callbacks: the promise of a call to a customer."""

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
from service.handoff.callbacks.model import Callback, CallbackRequest
from service.handoff.callbacks.numbers import check_callable
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


async def create_callback(session: DeskSession, request: CallbackRequest) -> Callback:
    """The new callback, in the requested window, else in the next opening of the queue.

    QueueUnknown, WindowInPast, WindowClosed, PhoneImpossible, PhoneRefused; PhoneNeeded if no number is given or known.
    """
    now = session.caller.now
    calendar = (await queues.read_queue(session.connection, request.queue)).calendar
    window = callback_windows.window_or_next(request.window, calendar, now)
    given_phone = callback_phone(request.phone, session.business) if request.phone is not None else None
    subject = await resolve_subject(session, request)
    subject, locked = await _lock_or_register(session, subject, request)
    callback = Callback(
        callback_id=new_id(),
        customer_id=locked.customer_id,
        conversation_id=subject.conversation_id,
        queue=request.queue,
        state=CallbackState.SCHEDULED,
        key_id=session.caller.key_id,
        phone=given_phone or await _known_phone(session, subject, request),
        reason=request.reason,
        promised_from=window.start,
        promised_to=window.end,
        due_at=callback_windows.first_call_at(calendar, window, now),
        priority=request.priority,
        preferred_agent=request.preferred_agent,
        max_attempts=request.max_attempts,
        retry_after_s=request.retry_after_s,
        created_at=now,
    )
    scheduled = await schedule_requested_callback(
        session.connection, callback, requested_by=request.requested_by, purpose=request.purpose, now=now
    )
    return await callbacks.insert_callback(session.connection, locked, scheduled, session.caller)


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


async def _known_phone(session: DeskSession, subject: HandoffSubject, request: CallbackRequest) -> str:
    """The telephone number of the request's identity, else the one on record. PhoneNeeded without either."""
    if request.identity is not None and request.identity.kind is IdentityKind.PHONE:
        return callback_phone(request.identity.value, session.business)
    assert subject.customer_id is not None  # registered by now
    phone = (await callbacks.find_callback_prerequisites(session.connection, subject.customer_id, None)).phone
    if phone is None:
        raise PhoneNeeded(field="phone")
    return check_callable(phone, session.business.callback_number_types)
