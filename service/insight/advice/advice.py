"""What the rules advise on a customer now: at most three actions, the highest priority first; pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import cel
from msgspec import Struct

from service.context.content import Context
from service.context.guidance.model import Guidance, NextAction
from service.context.views import console_view
from service.insight.advice.compiled import CompiledRule, Reader
from service.insight.advice.prepared import (
    CLOSING_QUEUES,
    SOLVED_LATELY,
    STUCK_MATTERS,
    ClosingQueues,
    next_solved_change,
    solved_lately,
    stuck_matters,
)
from service.insight.condition_fields import NOW
from service.insight.expressions import facts_of, prepare_facts
from service.insight.purposes import MARKETING, refuses_marketing
from service.model.vocabulary import Audience, Channel

MAX_ACTIONS = 3
NOW_REFRESH = timedelta(minutes=1)
"""For so long at most a view shows what a rule that reads `now` advised."""


class _PreparedFacts(Struct, frozen=True, kw_only=True):
    """The facts that were prepared last: those for bots are mostly among those for the console, right before."""

    moment: tuple[UUID, int, datetime]
    """Whose they are, of which version and time."""
    facts: dict[str, Any]
    prepared: cel.Context

    def has(self, moment: tuple[UUID, int, datetime], facts: dict[str, Any]) -> bool:
        """Whether all these facts are among them."""
        return moment == self.moment and facts.items() <= self.facts.items()


class Advice:
    """Rules with what they need besides a customer's context."""

    def __init__(
        self, rules: Iterable[CompiledRule], closing: ClosingQueues, zone: ZoneInfo, default_language: str
    ) -> None:
        self._rules = sorted(rules, key=lambda one: (-one.rule.priority, one.name))
        self._reads = {one.name: one.reads for one in self._rules}
        self._closing, self._zone, self._default_language = closing, zone, default_language
        self._prepared: _PreparedFacts | None = None

    def advise(self, context: Context, audience: Audience) -> Guidance:
        """What the rules for this audience advise at `as_of`; `context` has only what it may know."""
        now, answered = context.as_of, {one.rule for one in context.answered_rules}
        rules = [one for one in self._rules if audience in one.rule.audiences]
        if refuses_marketing(context, Channel.CHATBOT if audience is Audience.BOT else None):
            rules = [one for one in rules if one.rule.purpose != MARKETING]
        active = [one for one in rules if one.holds_at(now) and one.name not in answered]
        reads = frozenset[str]().union(*(self._reads[one.name] for one in active))
        actions: list[NextAction] = []
        if active:
            reader = self.reader_of(context)
            facts = self.facts(context, reads)
            for rule in active:
                action, _why = rule.advise(facts, reader, now)
                actions += [] if action is None else [action]
        return Guidance(next=tuple(actions[:MAX_ACTIONS]), changes_at=self._next_change(context, rules, reads, actions))

    def reader_of(self, context: Context) -> Reader:
        """For whom words are chosen."""
        language = context.customer.language
        return Reader(language=language, default_language=self._default_language, zone=self._zone)

    def facts(self, context: Context, reads: Iterable[str]) -> cel.Context:
        """What rules that read these variables are evaluated over."""
        names = frozenset(reads)
        shown = facts_of(console_view(context), context.as_of, names)
        facts: dict[str, Any] = {name: shown[name] for name in names & shown.keys()}
        if CLOSING_QUEUES in names:
            facts[CLOSING_QUEUES] = self._closing.at(context.as_of)
        if SOLVED_LATELY in names:
            facts[SOLVED_LATELY] = solved_lately(context)
        if STUCK_MATTERS in names:
            facts[STUCK_MATTERS] = stuck_matters(context)
        moment = (context.customer.id, context.version, context.as_of)
        if self._prepared is None or not self._prepared.has(moment, facts):
            self._prepared = _PreparedFacts(moment=moment, facts=facts, prepared=prepare_facts(facts, names))
        return self._prepared.prepared

    def _next_change(
        self, context: Context, rules: Sequence[CompiledRule], reads: frozenset[str], actions: Iterable[NextAction]
    ) -> datetime | None:
        """The next moment at which time alone may change what is advised."""
        now = context.as_of
        changes = [at for one in rules for at in (one.rule.valid_from, one.rule.valid_until)]
        changes += [one.until for one in actions]
        if NOW in reads:
            changes.append(now + NOW_REFRESH)
        if CLOSING_QUEUES in reads:
            changes.append(self._closing.next_change(now))
        if SOLVED_LATELY in reads:
            changes.append(next_solved_change(context))
        return min((at for at in changes if at is not None and at > now), default=None)
