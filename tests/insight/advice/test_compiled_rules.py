"""Rules as data: a wrong one is refused with its field, and what has no value is never said."""

from datetime import timedelta

import pytest

from service.errors import InvalidInput
from service.insight.advice.advice import NOW_REFRESH, Advice
from service.insight.advice.compiled import compile_rule
from service.insight.advice.model import RuleInput
from service.insight.advice.prepared import ClosingQueues
from service.insight.advice.values import MAX_VALUE_CHARS, value_in_words
from service.model.vocabulary import Audience
from tests.context.records import BERLIN, context, conversation, fact
from tests.fixtures import NOW


def rule(**fields) -> RuleInput:
    return RuleInput(**{"title": "A rule", "condition": "true", "action": "say", "words": {"en": "Hello."}} | fields)


def advised(*rules: RuleInput, **known):
    compiled = [compile_rule(f"rule_{number}", one) for number, one in enumerate(rules)]
    return Advice(compiled, ClosingQueues([]), BERLIN, "en").advise(context(**known), Audience.CONSOLE)


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"condition": "signals.mood <"}, "condition", "Line 1, character 15"),
        ({"condition": "signals.modd < 0.0"}, "condition", "`signals.modd` is unknown"),
        ({"condition": "size(next) > 0"}, "condition", "`next` is unknown; known are"),
        ({"because": {"mood": "signals.nothing"}}, "because.mood", "is unknown"),
        ({"because": ("moods",)}, "because.moods", "is unknown; known are as_of"),
        ({"until": "later"}, "until", "`later` is unknown"),
        ({"until": "signals.mood"}, "until", "A time is expected, not float."),
        ({"condition": "size(stuck_matters)"}, "condition", "A value that is true or false is expected, not int."),
        ({"words": {"en": "At {time}."}}, "words.en", "`{time}` stands for no fact of `because`; known are none."),
        ({"words": {"zz": "Hello."}}, "words", "A language tag such as"),
        ({"words": {"de": "Hallo.", "DE": "Hallo."}}, "words", "Each language is named once."),
        ({"audiences": ("bot", "bot")}, "audiences", "Each audience is named once."),
        ({"valid_from": NOW, "valid_until": NOW}, "valid_until", "later than `valid_from`"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_field(fields, field, said):
    with pytest.raises(InvalidInput) as refused:
        compile_rule("wrong", rule(**fields))
    assert refused.value.field == field
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("fields", "met"),
    [
        ({}, True),
        ({"condition": "1 / 0 > 0"}, False),
        ({"enabled": False}, False),
        ({"valid_from": NOW + timedelta(seconds=1)}, False),
        ({"valid_until": NOW}, False),
        ({"valid_from": NOW, "valid_until": NOW + timedelta(days=1)}, True),
        ({"audiences": ("bot",)}, False),
        ({"until": "as_of"}, False),
        ({"until": "known.wish.value"}, True),
        ({"words": {"en": "By {mood}."}, "because": {"mood": "signals.mood"}}, False),
        ({"because": ("signals.mood",)}, True),
    ],
)
def test_a_rule_advises_while_it_holds_and_all_of_its_words_have_values(fields, met):
    assert bool(advised(rule(**fields)).next) is met


def test_three_actions_at_most_are_advised_and_the_highest_priority_comes_first():
    guidance = advised(*(rule(priority=number) for number in (10, 40, 30, 20)))
    assert [one.rule for one in guidance.next] == ["rule_1", "rule_2", "rule_3"]


def test_words_of_customers_are_one_short_line_in_words_of_the_company():
    told = rule(words={"en": "About {what}."}, because={"what": "known.wish.value"})
    (action,) = advised(told, facts=(fact("wish", "a\n{x} <b>" + "y" * 300),)).next
    assert action.words.startswith("About a {x} <b>y")
    assert len(action.words) == len("About .") + MAX_VALUE_CHARS + 1


@pytest.mark.parametrize(
    ("fields", "changes_at"),
    [
        ({}, None),
        ({"condition": "now > as_of"}, NOW + NOW_REFRESH),
        ({"valid_until": NOW + timedelta(days=3)}, NOW + timedelta(days=3)),
        ({"valid_from": NOW + timedelta(days=2)}, NOW + timedelta(days=2)),
        ({"until": "conversations[0].last_at + duration('5h')"}, NOW + timedelta(hours=5)),
    ],
)
def test_advice_says_when_time_alone_may_change_it(fields, changes_at):
    assert advised(rule(**fields), conversations=(conversation(),)).changes_at == changes_at


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        (None, "en", None), ("", "en", None), ([], "en", None), (True, "en", "yes"), (False, "de", "nein"),
        (3, "en", "3"), (0.5, "de-CH", "0,5"), (["a", 2], "en", "a, 2"), ({"a": 1}, "en", '{"a":1}'),
        (NOW, "en", "21 Nov 2026 10:30"), (NOW, "de", "21.11.2026 10:30"),
    ],
)  # fmt: skip
def test_a_value_is_told_in_words(value, language, words):
    assert value_in_words(value, language, BERLIN) == words
