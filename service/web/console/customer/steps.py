"""What an agent should do next: only what follows from the record by a plain rule; pure.

Each rule is a step with its reason. The first that holds counts. Where none holds, nothing is suggested.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from service.context.audiences import ConsoleView
from service.context.content import ContextCallback
from service.context.model import AttemptRecord
from service.model.vocabulary import AttemptOutcome, CallbackState, HandoffState
from service.web.console.words import _

MANY_FAILED = 2


class StepRule(StrEnum):
    """The rules, the most urgent first."""

    MISSED_CALLBACK = "missed_callback"
    CALL_DUE = "call_due"
    NUMBER_NEEDED = "number_needed"
    HANDOFF_OFFERED = "handoff_offered"
    HANDOFF_TAKEN = "handoff_taken"
    ATTEMPT_PENDING = "attempt_pending"
    NOTHING_HELPED = "nothing_helped"


STEPS = {
    StepRule.MISSED_CALLBACK: _("Apologise, then call back"),
    StepRule.CALL_DUE: _("Call back now, as promised"),
    StepRule.NUMBER_NEEDED: _("Ask for a number that can be called back"),
    StepRule.HANDOFF_OFFERED: _("Say that %(queue)s has been asked to take over"),
    StepRule.HANDOFF_TAKEN: _("Say that %(queue)s is taking care of it"),
    StepRule.ATTEMPT_PENDING: _("Ask how it went: %(what)s"),
    StepRule.NOTHING_HELPED: _("Try none of it again: hand over"),
}
STEP_REASONS = {
    StepRule.MISSED_CALLBACK: _("A call was promised for %(window)s, and none was made."),
    StepRule.CALL_DUE: _("A call is promised for %(window)s."),
    StepRule.NUMBER_NEEDED: _("A call is promised for %(window)s, and no known number can be called."),
    StepRule.HANDOFF_OFFERED: _("The matter waits in this queue."),
    StepRule.HANDOFF_TAKEN: _("This queue has taken the matter."),
    StepRule.ATTEMPT_PENDING: _("This was tried, and its outcome is not on record yet."),
    StepRule.NOTHING_HELPED: _("%(count)s attempts failed, and none worked."),
}


class SuggestedStep(Struct, frozen=True, kw_only=True):
    """A step, and what its words are filled in with; `callback` gives the window."""

    rule: StepRule
    callback: ContextCallback | None = None
    queue: str = ""
    what: str = ""
    count: int = 0

    @property
    def words(self) -> str:
        """What to do, in English."""
        return STEPS[self.rule]

    @property
    def reason(self) -> str:
        """Why, in English."""
        return STEP_REASONS[self.rule]


_CALLBACK_RULES = {
    CallbackState.MISSED: StepRule.MISSED_CALLBACK,
    CallbackState.UNCALLABLE: StepRule.NUMBER_NEEDED,
    CallbackState.DUE: StepRule.CALL_DUE,
}


def suggest_step(view: ConsoleView, attempts: Sequence[AttemptRecord], now: datetime) -> SuggestedStep | None:
    """The most urgent step that the record gives rise to; None if it gives rise to none."""
    steps = [_call_step(one, now) for one in view.callbacks]
    steps += [
        SuggestedStep(
            rule=StepRule.HANDOFF_OFFERED if one.state is HandoffState.OFFERED else StepRule.HANDOFF_TAKEN,
            queue=one.to.queue,
        )
        for one in view.handoffs
    ]
    steps += [
        SuggestedStep(rule=StepRule.ATTEMPT_PENDING, what=one.what)
        for one in attempts
        if one.outcome is AttemptOutcome.PENDING
    ]
    failed = sum(one.outcome is AttemptOutcome.FAILED for one in attempts)
    if failed >= MANY_FAILED and all(one.outcome is not AttemptOutcome.WORKED for one in attempts):
        steps.append(SuggestedStep(rule=StepRule.NOTHING_HELPED, count=failed))
    urgency = list(StepRule)
    return min((one for one in steps if one), key=lambda step: urgency.index(step.rule), default=None)


def _call_step(callback: ContextCallback, now: datetime) -> SuggestedStep | None:
    rule = _CALLBACK_RULES.get(callback.state)
    if callback.state is not CallbackState.UNCALLABLE and callback.kept is False:
        rule = StepRule.MISSED_CALLBACK
    if rule is None and callback.state is CallbackState.SCHEDULED and callback.due_at <= now:
        rule = StepRule.CALL_DUE
    return None if rule is None else SuggestedStep(rule=rule, callback=callback)
