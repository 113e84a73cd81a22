"""Which of the conditions that apply by themselves may apply together."""

from collections.abc import Sequence

from service.conditions.model import Condition
from service.conditions.rules import Applicability
from service.model.vocabulary import ConditionKind, Stacking

_COMPETING = frozenset({ConditionKind.DISCOUNT, ConditionKind.PRICE, ConditionKind.VIP, ConditionKind.ENTITLEMENT})
"""Kinds that exclude each other; a note and an accommodation take nothing away and always stay."""


def stack(judged: Sequence[tuple[Condition, Applicability]]) -> list[Applicability]:
    """The verdicts in the order given, after the higher priority has excluded what it does not stand with.

    At the same priority an exclusive condition goes first, then the older one.
    """
    verdicts = [verdict for _, verdict in judged]
    chosen: list[Condition] = []
    for place in sorted(range(len(judged)), key=lambda place: _rank(judged[place][0])):
        condition, verdict = judged[place]
        if not verdict.applies or condition.kind not in _COMPETING:
            continue
        if chosen and Stacking.EXCLUSIVE in {condition.stacking, chosen[0].stacking}:
            verdicts[place] = Applicability(False, _excluded(condition, chosen[0]))
        else:
            chosen.append(condition)
    return verdicts


def _rank(condition: Condition) -> tuple[int, bool, bytes]:
    return (-condition.priority, condition.stacking is not Stacking.EXCLUSIVE, condition.id.bytes)


def _excluded(condition: Condition, first: Condition) -> str:
    higher = " with higher priority" if first.priority > condition.priority else ""
    if first.stacking is Stacking.EXCLUSIVE:
        return f"Another exclusive condition{higher} applies: {first.title}."
    return f"It excludes others, and one{higher} applies: {first.title}."
