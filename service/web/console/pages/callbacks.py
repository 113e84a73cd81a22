"""The callbacks that are owed, and the page of one: whom to call, until when, and how the call went."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from msgspec import Struct

from service.access.audit import ReadAudit
from service.access.changes import read_last_change
from service.desks import notes
from service.desks.batching import DeskActions, SessionAction
from service.desks.briefs import read_callback_brief
from service.desks.callbacks import callback_phone
from service.desks.drafts import discard_drafts
from service.desks.subject import BusinessSettings, DeskSession
from service.desks.worklist import read_callbacks
from service.errors import AskonceError, Conflict, InvalidInput
from service.handoff.answers import without_customer
from service.handoff.briefs.text import terms_text, value_text
from service.handoff.callbacks import actions
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks.model import (
    CallAttemptInput,
    Callback,
    ClaimRequest,
    FulfilRequest,
    RescheduleRequest,
)
from service.handoff.callbacks.rules import CLAIM_TIMEOUT_S
from service.handoff.caller import Caller, caller_of
from service.handoff.transitions import Transition
from service.model.vocabulary import CallbackState
from service.web.console.desk_forms import as_request, choosable_queues, refusal_of_step
from service.web.console.guard import RESTRICTED_TOO, for_roles
from service.web.console.navigation import DESK_ROLES
from service.web.console.visit import HOME_PATH, Visit

CALLBACKS_PATH = f"{HOME_PATH}/callbacks"
SENT_FORMS = {"report": ["report"], "reschedule": ["reschedule"], "cancel": None, "fulfil": None}
"""The forms whose text is needed no more after a step; None for all of the page."""


class CallbackForm(Struct, kw_only=True):
    """A step, and what was typed beside its button; only the page of the agent who calls has the token."""

    step: str = ""
    token: str = ""
    outcome: str = ""
    note: str = ""
    reason: str = ""
    start: str = ""
    end: str = ""
    phone: str = ""
    csrf_token: str = ""


class CallbackPages(Controller):
    """Callbacks, and what agents do with them, by the same use cases as a desk by the API."""

    path = CALLBACKS_PATH
    guards = [for_roles(*DESK_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def list_callbacks(
        self, visit: NamedDependency[Visit], desk_actions: NamedDependency[DeskActions], queue: FromQuery[str] = ""
    ) -> Response[str]:
        """Missed, due and later: of the agent's queues, or of one."""
        async with desk_actions.database.connection() as connection:
            owed = await read_callbacks(connection, [queue] if queue else visit.session.queues, visit.now)
            choices = await choosable_queues(connection)
        shown = {one.name: one.title for one in choices if one.name in {*visit.session.queues, queue}}
        return visit.page("callbacks.html", owed=owed, queues=shown, queue=queue)

    @get("/{callback_id:uuid}", include_in_schema=False, opt=RESTRICTED_TOO)
    async def show_callback(
        self,
        visit: NamedDependency[Visit],
        desk_actions: NamedDependency[DeskActions],
        audit: NamedDependency[ReadAudit],
        callback_id: FromPath[UUID],
    ) -> Response[str]:
        """The promise, the brief, the calls so far, and what may be done now."""
        return await _page(visit, desk_actions, audit, callback_id)

    @post("/{callback_id:uuid}", include_in_schema=False, opt=RESTRICTED_TOO)
    async def take_step(
        self,
        visit: NamedDependency[Visit],
        desk_actions: NamedDependency[DeskActions],
        audit: NamedDependency[ReadAudit],
        callback_id: FromPath[UUID],
        data: URLEncodedBody[CallbackForm],
    ) -> Response[str]:
        """Take the step of the button that was pressed; one that comes too late says who acted, and keeps the text."""
        caller = caller_of(visit.session.principal, visit.now)
        try:
            action = _action_of(callback_id, data, caller, visit.session.name, desk_actions.business)
            await desk_actions.callbacks.execute(caller, action, None)
        except (Conflict, InvalidInput) as error:
            return await _refused(visit, desk_actions, audit, callback_id, form=data, error=error)
        if (sent := "report" if data.outcome else data.step) in SENT_FORMS:
            await discard_drafts(desk_actions.database, visit.session.account_id, callback_id, SENT_FORMS[sent])
        return visit.redirect(f"{CALLBACKS_PATH}/{callback_id}")


Action = Transition[Callback] | SessionAction[Callback]


def _action_of(callback_id: UUID, form: CallbackForm, caller: Caller, agent: str, business: BusinessSettings) -> Action:
    """What the step does. InvalidInput for an unknown step, or for what cannot be taken."""
    renewed = ClaimRequest(agent=agent, token=form.token)
    steps: dict[str, Callable[[], Action]] = {
        "claim": lambda: actions.claim_callback(callback_id, ClaimRequest(agent=agent), caller),
        "renew": lambda: actions.claim_callback(callback_id, renewed, caller),
        "cancel": lambda: actions.cancel_callback(callback_id, form.reason.strip() or None, caller),
        "reschedule": lambda: _reschedule(callback_id, form, business),
        "fulfil": lambda: _fulfil(callback_id, form),
    }
    if form.outcome:
        return _report(callback_id, form)
    if form.step not in steps:
        raise InvalidInput(field="step", message="There is no such step.")
    return steps[form.step]()


def _report(callback_id: UUID, form: CallbackForm) -> SessionAction[Callback]:
    given = {"token": form.token, "outcome": form.outcome, "note": form.note.strip() or None}
    attempt = as_request(given, CallAttemptInput)

    async def act(session: DeskSession) -> Callback:
        return await notes.report_call_attempt(session, callback_id, attempt)

    return act


def _reschedule(callback_id: UUID, form: CallbackForm, business: BusinessSettings) -> SessionAction[Callback]:
    window = {"from": _moment(form.start, business.zone), "to": _moment(form.end, business.zone)}
    given = {"window": window, "phone": form.phone.strip() or None, "token": form.token or None}
    wanted = as_request(given, RescheduleRequest)
    phone = wanted.phone and callback_phone(wanted.phone, business)

    async def act(session: DeskSession) -> Callback:
        return await actions.reschedule_callback(session.connection, callback_id, wanted, phone, session.caller)

    return act


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A local date and time as a field of a form gives it. InvalidInput if it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError as error:
        raise InvalidInput(field="window", message="A date and a time are expected.") from error


def _fulfil(callback_id: UUID, form: CallbackForm) -> SessionAction[Callback]:
    wanted = FulfilRequest(note=form.note.strip() or None)
    return partial(_fulfil_in, callback_id, wanted)


async def _fulfil_in(callback_id: UUID, wanted: FulfilRequest, session: DeskSession) -> Callback:
    return await actions.fulfil_callback(session.connection, callback_id, wanted, session.caller)


async def _refused(
    visit: Visit,
    desk_actions: DeskActions,
    audit: ReadAudit,
    callback_id: UUID,
    *,
    form: CallbackForm,
    error: AskonceError,
) -> Response[str]:
    """How it stands now; htmx puts that above the page, which keeps what was typed."""
    status, text = refusal_of_step(error)
    if not visit.is_partial:
        return await _page(visit, desk_actions, audit, callback_id, status=status, problem=text, typed=form)
    async with desk_actions.database.connection() as connection:
        callback = await callbacks.read_callback(connection, callback_id)
        callback = without_customer(callback)
        last = await read_last_change(connection, callback.customer_id, callback_id)
    return visit.page("callback_refused.html", status=status, problem=text, last=last, callback=callback)


async def _page(
    visit: Visit,
    desk_actions: DeskActions,
    audit: ReadAudit,
    callback_id: UUID,
    *,
    status: int = 200,
    problem: str | None = None,
    typed: CallbackForm | None = None,
) -> Response[str]:
    caller = caller_of(visit.session.principal, visit.now)
    async with desk_actions.database.connection() as connection:
        callback = await callbacks.read_callback(connection, callback_id)
        actions.check_callback_visible(callback, caller)
        callback = without_customer(callback)
        brief = await read_callback_brief(desk_actions.session(connection, caller), callback)
        choices = await choosable_queues(connection)
        last = await read_last_change(connection, callback.customer_id, callback_id) if problem else None
    audit.record_read(caller.key_id, "brief", callback.customer_id)
    return visit.page(
        "callback.html",
        status=status,
        callback=callback,
        brief=brief,
        queue_titles={one.name: one.title for one in choices},
        is_mine=callback.state is CallbackState.CLAIMED and callback.claimed_by == visit.session.name,
        is_callable=_is_callable(callback, visit.now),
        claim_timeout_s=CLAIM_TIMEOUT_S,
        problem=problem,
        last=last,
        typed=typed or CallbackForm(),
        value_text=value_text,
        terms_text=terms_text,
    )


def _is_callable(callback: Callback, now: datetime) -> bool:
    """Whether an agent may begin the call now."""
    waits = callback.state in {CallbackState.DUE, CallbackState.MISSED}
    return waits or (callback.state is CallbackState.SCHEDULED and callback.due_at <= now)
