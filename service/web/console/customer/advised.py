"""What the company's rules advise, as the card of the next step shows it; pure."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

from service.context.guidance.model import NextAction
from service.web.console.customer.steps import StepRule, SuggestedStep
from service.web.console.words import _

ACTIONS: Mapping[str, str] = MappingProxyType({
    "apologise_and_call_back": _("Apologise, then call back"),
    "hand_over": _("Try none of it again: hand over"),
    "offer_callback": _("Offer a callback"),
    "ask_rating": _("Ask for a rating"),
    "name_condition": _("Name the condition"),
})  # fmt: skip
"""What people call the actions of the rules that askonce brings along."""
REASONS: Mapping[str, str] = MappingProxyType({
    "promised_from": _("Promised from"),
    "promised_to": _("Promised until"),
    "failed": _("Failed attempts"),
    "subject": _("Matter"),
    "queue": _("Queue"),
    "closes_at": _("Closes"),
    "solved": _("Last contact"),
    "condition": _("Condition"),
    "uses_left": _("Uses left"),
})  # fmt: skip
_SAID_BY_STEP = MappingProxyType(
    {
        StepRule.MISSED_CALLBACK: "apologise_and_call_back",
        StepRule.NOTHING_HELPED: "hand_over",
    }
)
"""Actions that say the same as a step which follows from the record."""


class AdvisedAction(Struct, frozen=True, kw_only=True):
    """An action, and what people call it, in English; an action of the company's own goes by its code.

    The step that stands above it says its title and reason already if it is `said_above`.
    """

    action: NextAction
    word: str | None
    said_above: bool


def advised_actions(actions: Iterable[NextAction], step: SuggestedStep | None) -> tuple[AdvisedAction, ...]:
    """The actions, the one that belongs to the step first."""
    above = None if step is None else _SAID_BY_STEP.get(step.rule)
    advised = [
        AdvisedAction(action=one, word=ACTIONS.get(one.action), said_above=one.action == above) for one in actions
    ]
    return tuple(sorted(advised, key=lambda one: not one.said_above))
