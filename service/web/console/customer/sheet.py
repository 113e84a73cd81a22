"""The answers of the customer page, in the order in which a call makes an agent ask; pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, Struct

from service.conditions.model import Terms
from service.conditions.name_matching import ConfirmationAnswers
from service.conditions.till import ConfirmationFactor
from service.context.audiences import ConsoleCondition, ConsoleView
from service.context.content import ContextCallback, ContextConversation, RecentInteraction
from service.context.handed_over import is_broken
from service.context.model import AttemptRecord, IdentityRecord
from service.desks.verify import askable_factors
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    Channel,
    ConversationStatus,
    Direction,
    IdentityKind,
    IdentityLink,
)
from service.web.console.codes import FACTS, IDENTITIES
from service.web.console.customer.advised import AdvisedAction, advised_actions
from service.web.console.customer.mood import MoodCurve, mood_curve
from service.web.console.customer.steps import SuggestedStep, suggest_step

MAX_KNOWN = 7
"""Rows of what is known that stand above the fold; the rest opens below them."""
MAX_TRIED = 6


class KnownLine(Struct, frozen=True, kw_only=True):
    """Something that need not be asked: `word` is what people call it, in English.

    A fact whose `name` has no word is shown by the name itself, which is no text of the catalogs.

    It was said in the interaction `said_in` if that is among the newest, else `fact` leads to where it was said; what
    has neither was not said in an interaction.
    """

    word: str | None
    name: str
    value: str
    verified: bool
    channel: Channel | None = None
    source: str | None = None
    at: datetime | None = None
    said_in: UUID | None = None
    fact: str | None = None


class ConditionLine(Struct, frozen=True, kw_only=True):
    """A condition in force, and its terms as they are shown: a share of the price, an amount, or words."""

    condition: ConsoleCondition
    share: Decimal | None
    amount: Decimal | None
    currency: str
    text: str


class PresentContact(Struct, frozen=True, kw_only=True):
    """The contact in which the customer may be now; its conversation is open, or None."""

    channel: Channel
    conversation_id: UUID | None


class CustomerSheet(Struct, frozen=True, kw_only=True):
    """What the page answers; `matter` is the unresolved conversation with the latest activity."""

    view: ConsoleView
    stale: bool
    """Whether it comes from the cache while the database is out of reach."""
    number: str | None
    """The customer number."""
    matter: ContextConversation | None
    other_matters: tuple[ContextConversation, ...]
    last_words: RecentInteraction | None
    callbacks: tuple[ContextCallback, ...]
    """Those whose promise was broken first."""
    known: tuple[KnownLine, ...]
    attempts: tuple[AttemptRecord, ...]
    """What was tried in the matters that are open, the oldest first."""
    counts: dict[AttemptOutcome, int]
    step: SuggestedStep | None
    advised: tuple[AdvisedAction, ...]
    """What the company's rules advise, the one that belongs to the step first."""
    there: PresentContact
    """Where the customer is now, as far as the record tells."""
    factors: tuple[ConfirmationFactor, ...]
    """What the customer can be asked for, to be surer who speaks."""
    conditions: tuple[ConditionLine, ...]
    may_name_conditions: bool
    mood: MoodCurve | None
    shown_known: int = MAX_KNOWN
    shown_tried: int = MAX_TRIED


def customer_sheet(view: ConsoleView, now: datetime, *, stale: bool = False) -> CustomerSheet:
    """The sheet of this view of the context."""
    unresolved = tuple(one for one in view.conversations if one.status is not ConversationStatus.RESOLVED)
    attempts = tuple(sorted(chain.from_iterable(one.attempts for one in unresolved), key=lambda one: one.at))
    matter = unresolved[0] if unresolved else None
    there = _present_contact(view.recent, unresolved)
    step = suggest_step(view, attempts, now)
    return CustomerSheet(
        view=view,
        stale=stale,
        number=customer_number(view.identities),
        matter=matter,
        other_matters=unresolved[1:],
        last_words=last_words(view.recent, matter),
        callbacks=tuple(sorted(view.callbacks, key=lambda one: (not is_broken(one), one.promised_from))),
        known=tuple(known_lines(view)),
        attempts=attempts,
        counts={outcome: sum(one.outcome is outcome for one in attempts) for outcome in AttemptOutcome},
        step=step,
        advised=advised_actions(view.next, step),
        there=there,
        factors=tuple(askable_factors(_answers(view), there.channel)),
        conditions=tuple(_condition_line(one) for one in view.conditions),
        may_name_conditions=view.customer.assurance.rank >= Assurance.POSSESSION.rank,
        mood=mood_curve(view.recent),
    )


def last_words(
    newest_first: Iterable[RecentInteraction], matter: ContextConversation | None
) -> RecentInteraction | None:
    """The newest thing that the customer said, in this matter if it is among the newest; None if nothing was said."""
    said = [one for one in newest_first if one.direction is Direction.INBOUND and one.text]
    in_matter = [one for one in said if matter is not None and one.conversation_id == matter.id]
    return next(iter(in_matter or said), None)


def known_lines(view: ConsoleView) -> Iterable[KnownLine]:
    """Facts, the newest first, then the identities that people ask for, unless a fact says the same."""
    facts = sorted(view.known.items(), key=lambda item: item[1].at, reverse=True)
    values = set()
    for name, fact in facts:
        said_in = _said_in(view.recent, name, fact.value)
        values.add(shown_value(fact.value))
        yield KnownLine(
            word=FACTS.get(name),
            name=name,
            value=shown_value(fact.value),
            verified=fact.verified,
            channel=fact.channel,
            source=fact.source,
            at=fact.at,
            said_in=said_in,
            fact=name if fact.channel is not None and said_in is None else None,
        )
    yield from (_identity_line(one) for one in view.identities if one.kind in IDENTITIES and one.value not in values)


def customer_number(identities: Sequence[IdentityRecord]) -> str | None:
    """The number by which the company knows the customer."""
    return next((one.value for one in identities if one.kind is IdentityKind.CUSTOMER_NUMBER), None)


def shown_value(value: object) -> str:
    """A value of a fact as a person reads it: texts as they are, lists with commas, objects as pairs."""
    match value:
        case Raw():
            return shown_value(msgspec.json.decode(value))
        case str():
            return value
        case bool():
            return "✓" if value else "✗"
        case list():
            return ", ".join(map(shown_value, value))
        case dict():
            return ", ".join(f"{name}: {shown_value(one)}" for name, one in value.items())
        case _:
            return msgspec.json.encode(value).decode()


def _present_contact(
    newest_first: Sequence[RecentInteraction], unresolved: Sequence[ContextConversation]
) -> PresentContact:
    """The channel on which the customer turned to us last, and that conversation, else the latest, if it is open."""
    last = next((one for one in newest_first if one.direction is Direction.INBOUND), None)
    open_ids = [one.id for one in unresolved]
    in_last = [one for one in open_ids if last is not None and one == last.conversation_id]
    return PresentContact(
        channel=Channel.PHONE if last is None else last.channel, conversation_id=next(iter(in_last or open_ids), None)
    )


def _answers(view: ConsoleView) -> ConfirmationAnswers:
    known = {
        name: msgspec.json.decode(view.known[name].value) for name in ("postal-code", "bday") if name in view.known
    }
    phones = tuple(one.value for one in view.identities if one.kind is IdentityKind.PHONE)
    return ConfirmationAnswers(postal_code=known.get("postal-code"), birth_date=known.get("bday"), phones=phones)


def _said_in(newest_first: Iterable[RecentInteraction], name: str, value: Raw) -> UUID | None:
    said = (one.id for one in newest_first if name in one.facts and bytes(one.facts[name]) == bytes(value))
    return next(said, None)


def _condition_line(condition: ConsoleCondition) -> ConditionLine:
    terms = msgspec.json.decode(condition.terms, type=Terms)
    return ConditionLine(
        condition=condition,
        share=None if terms.percent is UNSET else terms.percent / 100,
        amount=None if terms.amount is UNSET else terms.amount,
        currency=terms.currency or "",
        text=terms.text or "",
    )


def _identity_line(identity: IdentityRecord) -> KnownLine:
    return KnownLine(
        word=IDENTITIES[identity.kind],
        name=identity.kind,
        value=identity.value,
        verified=identity.link is IdentityLink.PROVEN,
        source=identity.source,
        at=identity.linked_at,
    )
