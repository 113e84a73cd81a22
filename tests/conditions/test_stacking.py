"""Which conditions apply together: priorities, exclusive ones, and what never competes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.conditions.rules import Applicability
from service.conditions.stacking import apply_stacking
from service.model.vocabulary import ConditionKind, Stacking
from tests.conditions.examples import PROPERTY, condition

APPLIES = Applicability(True, "Applies to 1 of 1 line.")
OUT = Applicability(False, "Not in store DE-042.")


def terms(title, priority=0, stacking=Stacking.STACK, kind=ConditionKind.DISCOUNT):
    return condition(title=title, priority=priority, stacking=stacking, kind=kind)


EXCLUSIVE_LOW = terms("Only low", 1, Stacking.EXCLUSIVE)
EXCLUSIVE_HIGH = terms("Only high", 9, Stacking.EXCLUSIVE)
STACKS_MID = terms("Mid", 5)
STACKS_LOW = terms("Low", 1)
NOTE = terms("Prefers tea", -5, kind=ConditionKind.NOTE)
STEP_FREE = terms("Step-free access", -5, Stacking.EXCLUSIVE, ConditionKind.ACCOMMODATION)


@pytest.mark.parametrize(
    ("held", "applying"),
    [
        ([STACKS_MID, STACKS_LOW], {"Mid", "Low"}),
        ([EXCLUSIVE_HIGH, STACKS_MID, STACKS_LOW], {"Only high"}),
        ([EXCLUSIVE_LOW, STACKS_MID], {"Mid"}),
        ([EXCLUSIVE_LOW, EXCLUSIVE_HIGH], {"Only high"}),
        ([EXCLUSIVE_LOW, STACKS_LOW], {"Only low"}),
        ([EXCLUSIVE_HIGH, NOTE, STEP_FREE], {"Only high", "Prefers tea", "Step-free access"}),
        ([], set()),
    ],
)
def test_the_higher_priority_decides_in_whatever_order_they_are_looked_at(held, applying):
    for order in itertools.permutations(held):
        verdicts = apply_stacking([(term, APPLIES) for term in order])
        assert {term.title for term, verdict in zip(order, verdicts, strict=True) if verdict.applies} == applying


def test_the_excluded_one_is_told_by_which():
    _, low = apply_stacking([(EXCLUSIVE_HIGH, APPLIES), (STACKS_LOW, APPLIES)])
    assert low == (False, "Another exclusive condition with higher priority applies: Only high.")
    _, exclusive = apply_stacking([(STACKS_MID, APPLIES), (EXCLUSIVE_LOW, APPLIES)])
    assert exclusive == (False, "It excludes others, and one with higher priority applies: Mid.")
    _, same = apply_stacking([(EXCLUSIVE_LOW, APPLIES), (STACKS_LOW, APPLIES)])
    assert same == (False, "Another exclusive condition applies: Only low.")


def test_one_that_does_not_apply_itself_excludes_nothing_and_keeps_its_reason():
    assert apply_stacking([(EXCLUSIVE_HIGH, OUT), (STACKS_LOW, APPLIES)]) == [OUT, APPLIES]


held_conditions = st.lists(
    st.builds(
        terms,
        title=st.just("Any"),
        priority=st.integers(-2, 2),
        stacking=st.sampled_from(Stacking),
        kind=st.sampled_from(ConditionKind),
    ),
    max_size=6,
)


@PROPERTY
@given(held_conditions)
def test_an_exclusive_discount_stands_alone_and_something_always_stands(held):
    competing = {ConditionKind.DISCOUNT, ConditionKind.PRICE, ConditionKind.VIP, ConditionKind.ENTITLEMENT}
    verdicts = apply_stacking([(term, APPLIES) for term in held])
    standing = [t for t, verdict in zip(held, verdicts, strict=True) if verdict.applies and t.kind in competing]
    assert len(standing) <= 1 or all(term.stacking is Stacking.STACK for term in standing)
    assert bool(standing) is any(term.kind in competing for term in held)
