"""What a desk that is not ours may know of a handoff or callback, in its packet and its brief; pure.

A partner's desk that was asked reads the matter, as its view of the customer shows it. A bot reads what its view shows
of the conversation, without contact facts: it asks for those in the conversation itself. A till reads no facts.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from service.conditions.model import Scope
from service.conditions.rules import is_seen_at
from service.context.content import ContextCondition, ContextFact
from service.context.disclosure import ContactFacts, VisibleFact, masked_facts
from service.model.vocabulary import Audience

_scope_decoder = msgspec.json.Decoder(Scope)


def is_told_words(audience: Audience, *, serves: bool) -> bool:
    """Whether the words of the conversation are shown: to our own desks, and to the partner's desk that was asked."""
    return audience is Audience.CONSOLE or (audience is Audience.PARTNER and serves)


def is_told_matter(audience: Audience, *, serves: bool) -> bool:
    """Whether the subject and the attempts are shown: where words are, and to bots."""
    return audience is Audience.BOT or is_told_words(audience, serves=serves)


def visible_facts(
    known: Mapping[str, ContextFact],
    said: Mapping[str, Raw],
    audience: Audience,
    contact_facts: ContactFacts,
    *,
    serves: bool,
) -> dict[str, VisibleFact]:
    """The known facts that an audience of others is shown; `said` are the values of this conversation."""
    if is_told_words(audience, serves=serves):
        return masked_facts(contact_facts.gate(known, said))
    if audience is Audience.BOT:
        return contact_facts.gate({name: replace(known[name], value=said[name]) for name in known if name in said})
    return {}


def visible_conditions(
    conditions: Iterable[ContextCondition], audience: Audience, store: str | None
) -> tuple[ContextCondition, ...]:
    """Those that are meant for the audience; a till's key of a `store` sees those that hold there."""
    return tuple(
        one
        for one in conditions
        if audience in one.audiences
        and (audience is not Audience.STORE or is_seen_at(_scope_decoder.decode(one.scope), store))
    )
