"""Renders the context as JSON, once per view, so that answering is sending bytes."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Raw

from service.context.audiences import BotView, ConsoleView, MarketingView, SalesView, StoreView
from service.context.content import Context, ContextCondition, ContextReason
from service.context.disclosure import STANDARD_CONTACT_FACTS, ContactFacts, visible_fact
from service.context.guidance.guide import NO_GUIDE, Guide
from service.context.guidance.model import NO_GUIDANCE, Guidance
from service.context.partner import partner_view
from service.errors import CustomerUnknown, RoleNotAllowed
from service.model.names import initials
from service.model.vocabulary import Assurance, Audience, ConversationStatus, InteractionKind, Role


class ViewName(StrEnum):
    """The views that are rendered and cached."""

    CONSOLE = "console"
    BOT = "bot"
    BOT_IDENTIFIED = "bot_identified"
    """The bot's view with contact facts, of a customer who has shown more than a claim."""
    STORE = "store"
    STORE_KNOWN = "store_known"
    """The store's view with the full name, for a customer who showed a card or more."""
    SALES = "sales"
    MARKETING = "marketing"


BOT_VIEWS = frozenset({ViewName.BOT, ViewName.BOT_IDENTIFIED})
Shape = TypeVar("Shape", ConsoleView, BotView, StoreView, MarketingView)

_encoder = msgspec.json.Encoder()
_PARTNER_PREFIX = "partner:"
_HANDOFF_HIDDEN_FROM_BOTS = {
    "given_by": Raw(b"null"), "reason": ContextReason(code=None, text=None), "taken_by": None,
}  # fmt: skip
_TOUCHPOINT_HIDDEN_FROM_BOTS: dict[str, object] = {
    "participant": None,
    "text": None,
    "facts": {},
    "asks": (),
    "attempt": None,
}
_CALLBACK_HIDDEN_FROM_BOTS = {"phone": None, "reason": "", "preferred_agent": None}
_AUDIENCE_OF_ROLE = {
    Role.ADMIN: Audience.CONSOLE,
    Role.CONSOLE: Audience.CONSOLE,
    Role.BOT: Audience.BOT,
    Role.STORE: Audience.STORE,
    Role.PARTNER: Audience.PARTNER,
    Role.SALES: Audience.SALES,
    Role.MARKETING: Audience.MARKETING,
}


def audience_of(role: Role) -> Audience:
    """The audience that a key of this role belongs to. RoleNotAllowed for one that reads no context."""
    try:
        return _AUDIENCE_OF_ROLE[role]
    except KeyError:
        raise RoleNotAllowed from None


def view_name_for(audience: Audience, assurance: Assurance = Assurance.NONE, *, queue: str | None = None) -> str:
    """The view of an audience on a customer who is this sure to be the one; a partner sees what `queue` was handed."""
    match audience:
        case Audience.PARTNER:
            return partner_view_name(queue)
        case Audience.STORE if assurance.rank >= Assurance.POSSESSION.rank:
            return ViewName.STORE_KNOWN
        case Audience.BOT if assurance.rank >= Assurance.POSSESSION.rank:
            return ViewName.BOT_IDENTIFIED
        case _:
            return ViewName(audience)


def partner_view_name(queue: str | None) -> str:
    """The view of the partner that serves this queue; to one that serves none, every customer is absent."""
    if queue is None:
        raise CustomerUnknown
    return f"{_PARTNER_PREFIX}{queue}"


def is_partner_view(view: str) -> bool:
    """Whether a view lasts only as long as something entitles a partner to it."""
    return view.startswith(_PARTNER_PREFIX)


def is_automatic_view(view: str) -> bool:
    """Whether a view is of an audience that may read but little through a claimed link."""
    return view != ViewName.CONSOLE


def claimed_view_name(view: str, key: str) -> str:
    """The view through the claimed link of the identity of this key (`identity_key`)."""
    return f"{ViewName.BOT if view == ViewName.BOT_IDENTIFIED else view}~{key}"


def queue_of_partner_view(view: str) -> str:
    """The queue whose partner has this view."""
    return view.removeprefix(_PARTNER_PREFIX)


def render_views(
    context: Context, contact_facts: ContactFacts = STANDARD_CONTACT_FACTS, guide: Guide = NO_GUIDE
) -> dict[str, bytes]:
    """The JSON of every view; partners' views are there for the queues that are entitled now."""
    advice = guide.advise(context, Audience.CONSOLE, texts=False)  # the console's view shows no other guidance
    for_bot = advise_audience(guide, context, Audience.BOT, contact_facts)
    return _render_automatic_views(context, contact_facts, for_bot) | {
        ViewName.CONSOLE: _encoder.encode(console_view(context, advice)),
        ViewName.BOT_IDENTIFIED: _encoder.encode(bot_view(context, contact_facts, for_bot, identified=True)),
    }


def render_claimed_views(
    context: Context, contact_facts: ContactFacts, key: str, guide: Guide = NO_GUIDE
) -> dict[str, bytes]:
    """The JSON of the views through a claimed link; `context` has only what that link may show."""
    for_bot = advise_audience(guide, context, Audience.BOT, contact_facts)
    views = _render_automatic_views(context, contact_facts, for_bot)
    return {claimed_view_name(view, key): body for view, body in views.items()}


def _render_automatic_views(context: Context, contact_facts: ContactFacts, for_bot: Guidance) -> dict[str, bytes]:
    partners = {
        partner_view_name(one.queue): _encoder.encode(partner_view(context, one.queue, contact_facts))
        for one in context.entitlements
    }
    return partners | {
        ViewName.BOT: _encoder.encode(bot_view(context, contact_facts, for_bot)),
        ViewName.STORE: _encoder.encode(store_view(context, full_name=False)),
        ViewName.STORE_KNOWN: _encoder.encode(store_view(context, full_name=True)),
        ViewName.SALES: _encoder.encode(sales_view(context)),
        ViewName.MARKETING: _encoder.encode(_convert_context(context, MarketingView, ())),
    }


def render_bot_view(
    context: Context, contact_facts: ContactFacts, *, identified: bool, asking: UUID | None, guide: Guide = NO_GUIDE
) -> bytes:
    """The JSON of the bot's view for the conversation that asks."""
    advice = advise_audience(guide, context, Audience.BOT, contact_facts)
    return _encoder.encode(bot_view(context, contact_facts, advice, identified=identified, asking=asking))


def console_view(context: Context, advice: Guidance = NO_GUIDANCE) -> ConsoleView:
    """The whole context, with the conditions that the console may see."""
    view = _convert_context(context, ConsoleView, _visible_conditions(context.conditions, Audience.CONSOLE))
    return msgspec.structs.replace(view, next=advice.next)


def bot_view(
    context: Context,
    contact_facts: ContactFacts = STANDARD_CONTACT_FACTS,
    advice: Guidance = NO_GUIDANCE,
    *,
    identified: bool = False,
    asking: UUID | None = None,
) -> BotView:
    """What is known and tried in the matters that are still open.

    Contact facts are there if the customer is `identified`, or if they were said in the conversation that is `asking`.
    """
    unresolved = tuple(one for one in context.conversations if one.status is not ConversationStatus.RESOLVED)
    if identified:
        known = {name: visible_fact(fact) for name, fact in context.known.items()}
    else:
        said = next((one.facts for one in context.conversations if one.id == asking), None)
        known = contact_facts.gate(context.known, said)
        unresolved = contact_facts.hide(unresolved, but=asking)
    context = msgspec.structs.replace(context, conversations=unresolved, known=known)
    view = _convert_context(context, BotView, _visible_conditions(context.conditions, Audience.BOT))
    return msgspec.structs.replace(view, next=advice.next, content=advice.content, notices=advice.notices)


def advise_audience(guide: Guide, context: Context, audience: Audience, contact_facts: ContactFacts) -> Guidance:
    """What this audience is advised on a customer; only people at the console and bots are advised."""
    match audience:
        case Audience.CONSOLE:
            return guide.advise(context, audience)
        case Audience.BOT:
            return guide.advise(for_bots(context, contact_facts), audience)
        case _:
            return NO_GUIDANCE


def for_bots(context: Context, contact_facts: ContactFacts) -> Context:
    """The context without what a bot may not know of anybody: what is advised to bots rests on nothing else.

    Segments and wishes of contact are there, and interactions without their words: they decide whom advice is for.
    """
    hidden = {"name": None, "preferred_channel": None, "communication_style": None}
    return msgspec.structs.replace(
        context,
        customer=msgspec.structs.replace(context.customer, **hidden),
        identities=(),
        conditions=_visible_conditions(context.conditions, Audience.BOT),
        known={name: fact for name, fact in context.known.items() if name not in contact_facts},
        conversations=contact_facts.hide(context.conversations),
        recent=tuple(msgspec.structs.replace(one, **_TOUCHPOINT_HIDDEN_FROM_BOTS) for one in context.recent),
        handoffs=tuple(
            msgspec.structs.replace(one, to=msgspec.structs.replace(one.to, agent=None), **_HANDOFF_HIDDEN_FROM_BOTS)
            for one in context.handoffs
        ),
        callbacks=tuple(msgspec.structs.replace(one, **_CALLBACK_HIDDEN_FROM_BOTS) for one in context.callbacks),
        invalid_numbers=(),
    )


def store_view(context: Context, *, full_name: bool) -> StoreView:
    """Who it is, in initials unless `full_name`, what the shops owe them, and what waits for them there."""
    name = context.customer.name
    if name is not None and not full_name:
        customer = msgspec.structs.replace(context.customer, name=initials(name))
        context = msgspec.structs.replace(context, customer=customer)
    return _convert_context(context, StoreView, _visible_conditions(context.conditions, Audience.STORE))


def sales_view(context: Context) -> SalesView:
    """What is open, promised and kept the customer from buying, without words of the customer."""
    shown = {name: getattr(context, name) for name in SalesView.__struct_fields__ if name in Context.__struct_fields__}
    shown["conversations"] = [one for one in context.conversations if one.status is not ConversationStatus.RESOLVED]
    shown["conditions"] = _visible_conditions(context.conditions, Audience.CONSOLE, Audience.SALES)
    shown["concerns"] = [one for one in context.recent if one.kind is InteractionKind.CONCERN]
    return msgspec.convert(shown, SalesView, from_attributes=True)


def _convert_context(context: Context, shape: type[Shape], conditions: tuple[ContextCondition, ...]) -> Shape:
    """The fields that the shape names, and of the conditions these."""
    return msgspec.convert(msgspec.structs.replace(context, conditions=conditions), shape, from_attributes=True)


def _visible_conditions(conditions: Iterable[ContextCondition], *audiences: Audience) -> tuple[ContextCondition, ...]:
    """Those that one of the audiences may see."""
    return tuple(one for one in conditions if not set(audiences).isdisjoint(one.audiences))
