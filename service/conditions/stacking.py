"""Which of the conditions that apply by themselves may apply together."""

from collections.abc import Sequence

from service.conditions.model import Condition
from service.conditions.rules import Applicability
from service.model.vocabulary import ConditionKind, Stacking

_EXCLUDING_KINDS = frozenset(
    {ConditionKind.DISCOUNT, ConditionKind.PRICE, ConditionKind.VIP, ConditionKind.ENTITLEMENT}
)
"""Kinds that exclude each other; a note and an accommodation take nothing away and always stay."""


def apply_stacking(evaluated: Sequence[tuple[Condition, Applicability]]) -> list[Applicability]:
    """The verdicts in the order given, after the higher priority has excluded what it does not stand with.

    At the same priority an exclusive condition goes first, then the older one.
    """
    results = [verdict for _, verdict in evaluated]
    chosen: list[Condition] = []
    for index in sorted(range(len(evaluated)), key=lambda place: _rank(evaluated[place][0])):
        condition, result = evaluated[index]
        if not result.applies or condition.kind not in _EXCLUDING_KINDS:
            continue
        if chosen and Stacking.EXCLUSIVE in {condition.stacking, chosen[0].stacking}:
            results[index] = Applicability(False, _reason_excluded(condition, chosen[0]))
        else:
            chosen.append(condition)
    return results


def _rank(condition: Condition) -> tuple[int, bool, bytes]:
    return (-condition.priority, condition.stacking is not Stacking.EXCLUSIVE, condition.id.bytes)


def _reason_excluded(condition: Condition, first: Condition) -> str:
    higher = " with higher priority" if first.priority > condition.priority else ""
    if first.stacking is Stacking.EXCLUSIVE:
        return f"Another exclusive condition{higher} applies: {first.title}."
    return f"It excludes others, and one{higher} applies: {first.title}."
