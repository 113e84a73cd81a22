"""The briefs that desks read, of the record as it is now."""

from msgspec.structs import replace

from service.context.content import Context
from service.context.views import advise_audience
from service.desks.subject import DeskSession, read_context
from service.handoff.answers import without_customer
from service.handoff.briefs.brief import anonymous_brief, callback_brief, handoff_brief
from service.handoff.briefs.model import Brief
from service.handoff.callbacks.contacts import find_answered_contact
from service.handoff.callbacks.model import Callback
from service.handoff.model import Handoff
from service.handoff.summaries import read_history


async def read_handoff_brief(session: DeskSession, handoff: Handoff) -> Brief:
    """The brief of a handoff. RoleNotAllowed if the caller does not serve its queue."""
    session.caller.check_serves(handoff.queue)
    context = await read_context(session, handoff.customer_id)
    history = await read_history(session.connection, handoff.conversation_id)
    brief = handoff_brief(context, handoff, session.caller, session.business.contact_facts, history)
    return _with_guidance(session, context, brief)


async def read_callback_brief(session: DeskSession, callback: Callback) -> Brief:
    """The brief of a callback. RoleNotAllowed if the caller does not serve its queue."""
    session.caller.check_serves(callback.queue)
    if callback.restricted:
        return anonymous_brief(without_customer(callback), session.caller.now)
    context = await read_context(session, callback.customer_id)
    history = await read_history(session.connection, callback.conversation_id)
    answered = await find_answered_contact(session.connection, callback.callback_id, session.caller)
    contact_facts = session.business.contact_facts
    brief = callback_brief(context, callback, session.caller, contact_facts, history, answered=answered)
    return _with_guidance(session, context, brief)


def _with_guidance(session: DeskSession, context: Context, brief: Brief) -> Brief:
    """The brief with what its reader is advised, what may help, and what customers are told."""
    advised = advise_audience(session.guide, context, session.caller.audience, session.business.contact_facts)
    return replace(brief, next=advised.next, content=advised.content, notices=advised.notices)
