"""Rules as people write them and as they are answered, and what became of what they advised."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from service.context.guidance.model import NextAction
from service.insight.expressions import MAX_CHARS
from service.insight.languages import MAX_LANGUAGES
from service.insight.purposes import OfferPurpose
from service.model.interaction import Language, RequestShape, ShortText, Timestamp

MAX_REASONS = 10
RuleName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Expression = Annotated[str, Meta(min_length=1, max_length=MAX_CHARS)]
FactLabel = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
ActionCode = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
RuleWords = Annotated[str, Meta(min_length=1, max_length=1000)]
RuleAudience = Literal["console", "bot"]


class RuleInput(RequestShape, frozen=True, omit_defaults=False):
    """A rule: whom it concerns, what to do then, what to say, and what that rests on."""

    title: Annotated[ShortText, Meta(description="What the rule is for, in words of the company.")]
    condition: Annotated[
        Expression, Meta(description="Whom it concerns, in CEL over the console's view and the prepared facts.")
    ]
    action: Annotated[ActionCode, Meta(description="What to do, as a code such as `call_back`; programs act on it.")]
    words: Annotated[
        Annotated[dict[Language, RuleWords], Meta(min_length=1, max_length=MAX_LANGUAGES)],
        Meta(description="What to say, by language; `{name}` stands for the value of a fact of `because`."),
    ]
    because: Annotated[
        Annotated[dict[FactLabel, Expression], Meta(max_length=MAX_REASONS)]
        | Annotated[tuple[Expression, ...], Meta(max_length=MAX_REASONS)],
        Meta(description="Facts it rests on: expressions in CEL by a name, or paths such as `signals.mood`."),
    ] = ()
    until: Annotated[
        Expression | None,
        Meta(description="Until when it holds: an expression in CEL that gives a time; null for none."),
    ] = None
    priority: Annotated[
        Annotated[int, Meta(ge=0, le=100)], Meta(description="Its rank among rules: the higher number comes first.")
    ] = 50
    audiences: Annotated[
        Annotated[tuple[RuleAudience, ...], Meta(min_length=1, max_length=2)],
        Meta(description="Who is advised: people at the console, bots, or both."),
    ] = ("console",)
    valid_from: Annotated[
        Timestamp | None, Meta(description="From when the rule holds, RFC 3339 with offset; null for always.")
    ] = None
    valid_until: Annotated[
        Timestamp | None, Meta(description="When it ends, RFC 3339 with offset; null for no end.")
    ] = None
    enabled: Annotated[bool, Meta(description="Whether it advises at all; false also silences a shipped rule.")] = True
    purpose: OfferPurpose = "service"


class Rule(Struct, frozen=True, kw_only=True):
    """A rule as it counts now."""

    name: Annotated[RuleName, Meta(description="The rule's name; it stays when the rule changes.")]
    shipped: Annotated[bool, Meta(description="Whether it is as askonce brings it, not written by the company.")]
    title: Annotated[str, Meta(description="What the rule is for.")]
    condition: Annotated[str, Meta(description="Whom it concerns, in CEL.")]
    action: Annotated[str, Meta(description="What to do, as a code.")]
    words: Annotated[dict[str, str], Meta(description="What to say, by language, with facts in braces.")]
    because: Annotated[dict[str, str], Meta(description="Facts it rests on, each an expression in CEL, by name.")]
    until: Annotated[str | None, Meta(description="Until when it holds, in CEL; null if it does not say.")]
    priority: Annotated[int, Meta(description="Its rank among rules, 0 to 100.")]
    audiences: Annotated[tuple[RuleAudience, ...], Meta(description="Who is advised.")]
    purpose: OfferPurpose
    valid_from: Annotated[Timestamp | None, Meta(description="From when it holds; null for always.")]
    valid_until: Annotated[Timestamp | None, Meta(description="When it ends; null for no end.")]
    enabled: Annotated[bool, Meta(description="Whether it advises at all.")]


class RuleDryRun(RequestShape, frozen=True):
    """A rule that is tried out and stored nowhere."""

    rule: Annotated[RuleInput, Meta(description="The rule, as it would be stored.")]


class UndecidedReason(Struct, frozen=True, kw_only=True):
    """Why a rule could not be decided, and how often."""

    why: Annotated[str, Meta(description="What the language said of the first such customer.")]
    customers: Annotated[int, Meta(description="Of how many customers it said so.")]


class DryRunResult(Struct, frozen=True, kw_only=True):
    """Whom a rule would have met among the newest customers."""

    looked_at: Annotated[int, Meta(description="Customers that were looked at, the newest first: at most 1000.")]
    met: Annotated[int, Meta(description="Customers that the rule would advise on now.")]
    customers: Annotated[tuple[UUID, ...], Meta(description="The ids of those customers, the newest first.")]
    undecided: Annotated[int, Meta(description="Customers of whom the rule can decide nothing; they are not met.")]
    reasons: Annotated[
        tuple[UndecidedReason, ...],
        Meta(description="Why it could not be decided, the most frequent first; at most 10."),
    ]
    complete: Annotated[bool, Meta(description="Whether all were looked at; false if the time was up before.")]


class OutcomeInput(RequestShape, frozen=True):
    """What became of an action that was advised."""

    taken: Annotated[bool, Meta(description="Whether it was done; false for not now.")]
    note: Annotated[
        Annotated[str, Meta(min_length=1, max_length=1000)] | None,
        Meta(description="What else is to be said; or null."),
    ] = None


class RecordedOutcome(Struct, frozen=True, kw_only=True):
    """What became of an action, on record."""

    id: Annotated[UUID, Meta(description="The id of the record.")]
    customer_id: Annotated[UUID, Meta(description="The customer, canonical after merges.")]
    rule: Annotated[str, Meta(description="The rule that had advised it.")]
    taken: Annotated[bool, Meta(description="Whether it was done.")]
    note: Annotated[str | None, Meta(description="What else was said; null if nothing was.")]
    at: Annotated[Timestamp, Meta(description="When it was reported.")]
    version: Annotated[int, Meta(description="The customer's version that it brought about.")]


class OutcomeCount(Struct, frozen=True, kw_only=True):
    """Answers of one kind to what a rule advised."""

    answers: Annotated[int, Meta(description="How often it was answered so.")]
    customers: Annotated[int, Meta(description="Of how many customers.")]
    solved: Annotated[int, Meta(description="After how many of them a matter was solved within 7 days.")]


class RuleOutcomes(Struct, frozen=True, kw_only=True):
    """What became of what a rule advised: a rule that never helps is seen."""

    rule: Annotated[str, Meta(description="The rule's name.")]
    since: Annotated[Timestamp, Meta(description="From when on answers are counted: 90 days back.")]
    taken: Annotated[OutcomeCount, Meta(description="What was done.")]
    declined: Annotated[OutcomeCount, Meta(description="What was not done: how customers fared without it.")]


class NextActions(Struct, frozen=True, kw_only=True):
    """What to do next for a customer."""

    customer_id: Annotated[UUID, Meta(description="The customer, canonical after merges.")]
    version: Annotated[int, Meta(description="The version of the customer that it rests on.")]
    next: Annotated[
        tuple[NextAction, ...], Meta(description="At most 3 actions, the highest priority first; empty if none holds.")
    ]
