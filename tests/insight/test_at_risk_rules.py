"""The pure rules of the early warning, as tables."""

import pytest

from service.context.content import Signals
from service.context.signals import churn_risk
from service.insight.at_risk.model import WayTally
from service.insight.at_risk.rules import WAY_CODE, assess_risk, is_rise, risky_ways

CALM = {"contacts": 0, "repeated_questions": 0, "failed_attempts": 0, "dropped_calls": 0, "mood": None, "rating": None}
HOPELESS = WayTally(way=("chatbot", "phone"), matters=40, gave_up=18)


def signals(mood: float | None = None, **burdens) -> Signals:
    risk = churn_risk(**CALM | burdens | {"mood": mood})
    counts = {"contacts_30d": 0, "repeated_questions": 0, "failed_attempts": 0, "dropped_calls": 0, "transfers": 0}
    return Signals(**counts, mood=mood, churn_risk=risk)


def ways(*counted: tuple[str, int, int]) -> list[WayTally]:
    return [WayTally(way=tuple(way.split(">")), matters=matters, gave_up=gave_up) for way, matters, gave_up in counted]


@pytest.mark.parametrize(
    ("burdens", "gone", "level"),
    [
        ({}, [], "low"),
        ({}, [("chatbot",)], "low"),
        ({}, [("chatbot", "phone")], "medium"),
        ({"failed_attempts": 2}, [], "medium"),
        ({"failed_attempts": 2}, [("phone",), ("chatbot", "phone")], "high"),
        ({"failed_attempts": 2, "dropped_calls": 3}, [("chatbot", "phone")], "high"),
    ],
)
def test_a_way_on_which_many_gave_up_is_one_level_more(burdens, gone, level):
    risk = assess_risk(signals(**burdens), gone, {HOPELESS.way: HOPELESS})
    assert risk.level == level
    said = [one.value for one in risk.reasons if one.code == WAY_CODE]
    assert said == ([0.45] if ("chatbot", "phone") in gone else [])
    assert risk.way == (HOPELESS if said else None)


def test_the_level_comes_first_then_the_number_of_reasons_then_the_mood():
    urgencies = [
        assess_risk(signals(**burdens), (), {}).urgency
        for burdens in (
            {"failed_attempts": 2},
            {"failed_attempts": 1, "dropped_calls": 1},
            {"failed_attempts": 1, "dropped_calls": 1, "mood": -0.2},
            {"failed_attempts": 2, "dropped_calls": 3},
            {"failed_attempts": 2, "dropped_calls": 1, "mood": -0.9},
        )
    ]
    assert urgencies == sorted(urgencies)
    assert len(set(urgencies)) == len(urgencies)


@pytest.mark.parametrize(
    ("counted", "found"),
    [
        ([], {}),
        ([("phone", 20, 8)], {"phone": (20, 8)}),
        ([("phone", 19, 19)], {}),
        ([("phone", 20, 7)], {}),
        ([("chatbot>phone", 12, 8), ("chatbot>phone>email", 8, 2)], {"chatbot": (20, 10), "chatbot>phone": (20, 10)}),
        ([("chatbot", 80, 0), ("chatbot>phone", 20, 20)], {"chatbot>phone": (20, 20)}),
        (
            [("web>web>web>web>web", 30, 30)],
            {"web": (30, 30), "web>web": (30, 30), "web>web>web": (30, 30), "web>web>web>web": (30, 30)},
        ),
    ],
)
def test_a_way_says_something_once_twenty_matters_went_it_and_two_in_five_gave_up(counted, found):
    risky = {">".join(one.way): (one.matters, one.gave_up) for one in risky_ways(ways(*counted))}
    assert risky == found


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "high", True),
        ("medium", "high", True),
        ("high", "high", False),
        ("high", "medium", False),
        (None, "medium", False),
        (None, "low", False),
    ],
)
def test_others_are_told_when_a_customer_comes_to_be_at_high_risk(before, after, told):
    assert is_rise(before, after) is told
