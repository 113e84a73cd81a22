"""One callback per conversation: what a further request makes of the promise that stands."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.calendar.model import Calendar, Interval
from service.db.change import LockedCustomer
from service.db.pool import Connection
from service.handoff.callbacks import repository, rules, windows
from service.handoff.callbacks.model import Callback, CallbackWindow
from service.handoff.caller import Caller
from service.handoff.queues import repository as queue_repository
from service.model.vocabulary import CallbackState

MAX_REASON_CHARS = 10_000
JOIN = "join"
"""The action that is recorded."""


class CallbackWish(Struct, frozen=True, kw_only=True):
    """What a further request asks for; a window, a number or an agent that is None leaves the one of the callback.

    Unless it `replaces_number`, another number stands among the reasons, and the desk decides: a person who only claims
    to be the customer must not redirect the call that is promised.
    """

    reason: str
    window: CallbackWindow | None = None
    phone: str | None = None
    replaces_number: bool = True
    priority: int = 0
    preferred_agent: str | None = None


async def join_callback(
    connection: Connection, locked: LockedCustomer, callback_id: UUID, wish: CallbackWish, caller: Caller
) -> Callback:
    """The callback of a locked customer with the wish added, stored. WindowInPast or WindowClosed for the window."""
    callback = await repository.read_callback(connection, callback_id)
    calendar = (await queue_repository.read_queue(connection, callback.queue)).calendar
    window = windows.validate_window(wish.window, calendar, caller.now) if wish.window is not None else None
    joined = apply_wish(callback, wish, window, calendar, caller.now)
    if joined == callback:
        return callback
    return await repository.update_callback(connection, locked, joined, caller, action=JOIN)


def apply_wish(
    callback: Callback, wish: CallbackWish, window: Interval | None, calendar: Calendar, now: datetime
) -> Callback:
    """The callback with one more reason and the higher priority; a number, an agent or a window replaces the old one.

    A claimed callback keeps its window: its claimer calls now. One without a number gets a new promise with one.
    """
    phone = wish.phone if wish.replaces_number or callback.phone is None else None
    other = f"tel:{wish.phone}" if wish.phone not in {None, phone, callback.phone} else ""
    joined = replace(
        callback,
        reason=_with_reason(_with_reason(callback.reason, wish.reason), other),
        phone=phone or callback.phone,
        priority=max(callback.priority, wish.priority),
        preferred_agent=wish.preferred_agent or callback.preferred_agent,
    )
    promised = Interval(start=callback.promised_from, end=callback.promised_to)
    if callback.state is CallbackState.UNCALLABLE:
        if wish.phone is None:
            return joined
        present = promised if promised.end > now else windows.next_window(calendar, now)
        return _promise(joined, present if window is None else window, calendar, now)
    if window is None or window == promised or callback.state is CallbackState.CLAIMED:
        return joined
    return _promise(joined, window, calendar, now)


def _promise(callback: Callback, window: Interval, calendar: Calendar, now: datetime) -> Callback:
    due_at = windows.first_call_at(calendar, window, now)
    return rules.apply_reschedule(callback, window, due_at=due_at, phone=callback.phone, now=now)


def _with_reason(known: str, further: str) -> str:
    """Both reasons, each in lines of its own; one that is there already is not repeated."""
    if further in known:
        return known
    return f"{known}\n{further}".strip()[:MAX_REASON_CHARS]
