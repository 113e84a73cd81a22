"""The page of a handoff: what the next agent must know, and every step from the offer to the end."""

from collections.abc import Callable
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.access.audit import ReadAudit
from service.access.changes import read_last_change
from service.desks import create, notes
from service.desks.batching import DeskActions, SessionAction
from service.desks.briefs import read_handoff_brief
from service.desks.drafts import discard_drafts
from service.desks.notes import HandoffEnding
from service.desks.subject import DeskSession
from service.errors import AskonceError, Conflict, InvalidInput
from service.handoff import actions
from service.handoff import repository as handoffs
from service.handoff.briefs.text import terms_text, value_text
from service.handoff.caller import Caller, caller_of
from service.handoff.model import Handoff, TransferRequest
from service.handoff.packet import Packet
from service.handoff.rules import HandoffAction
from service.handoff.transitions import Transition
from service.model.vocabulary import HandoffState
from service.web.console.desk_forms import as_request, choosable_queues, refusal_of_step
from service.web.console.guard import for_roles
from service.web.console.navigation import DESK_ROLES
from service.web.console.visit import HOME_PATH, Visit

SENT_FORMS = {"accept": ["decline"], "decline": None, "complete": None, "return": None, "fail": None, "transfer": None}
"""The forms whose text is needed no more after a step; None for all of the page."""
_decode_packet = msgspec.json.Decoder(Packet).decode


class HandoffForm(Struct, kw_only=True):
    """A step, and what was typed beside its button; only the taker's page has the token."""

    step: str = ""
    token: str = ""
    outcome: str = ""
    reason: str = ""
    summary: str = ""
    queue: str = ""
    agent: str = ""
    csrf_token: str = ""


class HandoffPages(Controller):
    """A handoff and what its taker does with it, by the same use cases as a desk by the API."""

    path = f"{HOME_PATH}/handoffs/{{handoff_id:uuid}}"
    guards = [for_roles(*DESK_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_handoff(
        self,
        visit: NamedDependency[Visit],
        desk_actions: NamedDependency[DeskActions],
        audit: NamedDependency[ReadAudit],
        handoff_id: FromPath[UUID],
    ) -> Response[str]:
        """The brief of now, and the conversation as it was handed over."""
        return await _page(visit, desk_actions, audit, handoff_id)

    @post(include_in_schema=False)
    async def take_step(
        self,
        visit: NamedDependency[Visit],
        desk_actions: NamedDependency[DeskActions],
        audit: NamedDependency[ReadAudit],
        handoff_id: FromPath[UUID],
        data: URLEncodedBody[HandoffForm],
    ) -> Response[str]:
        """Take the step of the button that was pressed; one that comes too late says who acted, and keeps the text."""
        caller = caller_of(visit.session.principal, visit.now)
        try:
            action = _action_of(handoff_id, data, caller, visit.session.name)
            handoff, _ = await desk_actions.handoffs.execute(caller, action, None)
        except (Conflict, InvalidInput) as error:
            return await _refused(visit, desk_actions, audit, handoff_id, form=data, error=error)
        if data.step in SENT_FORMS:
            await discard_drafts(desk_actions.database, visit.session.account_id, handoff_id, SENT_FORMS[data.step])
        declined = data.step == "decline"
        return visit.redirect(HOME_PATH if declined else f"{HOME_PATH}/handoffs/{handoff.handoff_id}")


Action = Transition[Handoff] | SessionAction[Handoff]


def _action_of(handoff_id: UUID, form: HandoffForm, caller: Caller, agent: str) -> Action:
    """What the step does. InvalidInput for an unknown step, or for what cannot be taken."""
    steps: dict[str, Callable[[], Action]] = {
        "accept": lambda: actions.accept_handoff(handoff_id, agent, caller),
        "takeover": lambda: actions.take_over_handoff(handoff_id, agent, caller),
        "decline": lambda: _decline(handoff_id, form, agent),
        "start": lambda: actions.start_handoff(handoff_id, form.token, caller),
        "complete": lambda: _end(handoff_id, form, HandoffAction.COMPLETE),
        "return": lambda: _end(handoff_id, form, HandoffAction.RETURN),
        "fail": lambda: _end(handoff_id, form, HandoffAction.FAIL),
        "transfer": lambda: _transfer(handoff_id, form),
    }
    if form.step not in steps:
        raise InvalidInput(field="step", message="There is no such step.")
    return steps[form.step]()


def _decline(handoff_id: UUID, form: HandoffForm, agent: str) -> SessionAction[Handoff]:
    async def act(session: DeskSession) -> Handoff:
        return await actions.decline_handoff(
            session.connection, handoff_id, agent, form.reason.strip() or None, session.caller
        )

    return act


def _end(handoff_id: UUID, form: HandoffForm, action: HandoffAction) -> SessionAction[Handoff]:
    texts = {"outcome": form.outcome.strip(), "summary": form.summary.strip()}
    ending = as_request({"token": form.token} | {name: text for name, text in texts.items() if text}, HandoffEnding)

    async def act(session: DeskSession) -> Handoff:
        return await notes.end_handoff(session, handoff_id, action, ending)

    return act


def _transfer(handoff_id: UUID, form: HandoffForm) -> SessionAction[Handoff]:
    given = {
        "token": form.token,
        "to": {"queue": form.queue or None, "agent": form.agent.strip() or None},
        "reason": {"text": form.reason.strip() or None},
        "summary": form.summary.strip() or None,
    }
    wanted = as_request(given, TransferRequest)

    async def act(session: DeskSession) -> Handoff:
        return await create.transfer_handoff(session, handoff_id, wanted)

    return act


async def _refused(
    visit: Visit,
    desk_actions: DeskActions,
    audit: ReadAudit,
    handoff_id: UUID,
    *,
    form: HandoffForm,
    error: AskonceError,
) -> Response[str]:
    """How it stands now; htmx puts that above the page, which keeps what was typed."""
    status, text = refusal_of_step(error)
    if not visit.is_partial:
        return await _page(visit, desk_actions, audit, handoff_id, status=status, problem=text, typed=form)
    async with desk_actions.database.connection() as connection:
        handoff = await handoffs.read_handoff(connection, handoff_id)
        last = await read_last_change(connection, handoff.customer_id, handoff_id)
    return visit.page("handoff_refused.html", status=status, problem=text, last=last, handoff=handoff)


async def _page(
    visit: Visit,
    desk_actions: DeskActions,
    audit: ReadAudit,
    handoff_id: UUID,
    *,
    status: int = 200,
    problem: str | None = None,
    typed: HandoffForm | None = None,
) -> Response[str]:
    caller = caller_of(visit.session.principal, visit.now)
    async with desk_actions.database.connection() as connection:
        handoff = await handoffs.read_handoff(connection, handoff_id)
        actions.check_handoff_visible(handoff, caller)
        brief = await read_handoff_brief(desk_actions.session(connection, caller), handoff)
        choices = await choosable_queues(connection)
        last = await read_last_change(connection, handoff.customer_id, handoff_id) if problem else None
    audit.record_read(caller.key_id, "handoff", handoff.customer_id)
    is_mine = handoff.taken_by == visit.session.name and handoff.state in {HandoffState.ACCEPTED, HandoffState.ACTIVE}
    return visit.page(
        "handoff.html",
        status=status,
        handoff=handoff,
        brief=brief,
        packet=_decode_packet(handoff.packet),
        queue_titles={one.name: one.title for one in choices},
        is_mine=is_mine,
        problem=problem,
        last=last,
        typed=typed or HandoffForm(),
        value_text=value_text,
        terms_text=terms_text,
    )
