"""Conditions over what is known of a customer: a wrong one is refused with the place, none can take the service down."""

import pytest

from service.errors import InvalidInput
from service.insight.expressions import MAX_CHARS, parse_condition

_THREE_WALKS = "recent.exists(a, recent.exists(b, recent.exists(c, true)))"


@pytest.mark.parametrize(
    "text",
    [
        r"recent.exists(a, a.text.matches('^[0-9]{5}$')) || customer.segments.exists(s, s.matches(r'^b2b_\d+$'))",
        r"""customer.name == "all(" || customer.name == 'a\'b' || customer.name == 'it"s' // exists(""",
    ],
)
def test_a_pattern_and_what_stands_in_quotes_or_comments_is_no_walk_too_many(text):
    parse_condition(text, field="rule")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("signals.mood <", "Line 1, character 15: mismatched input"),
        ("signals.mood < 0 and true", "Line 1, character 18: mismatched input 'and'"),
        ("true &&\n  foo == 1", "Line 2, character 3: `foo` is unknown; known are as_of, callbacks"),
        ("", "Line 1, character 1"),
        (
            "recent.exists(a, recent.exists(b, recent.exists(c, true)))",
            "at most 6 walks over lists, 2 within each other",
        ),
        ("recent.exists(a, true) && " * 7 + "true", "at most 6 walks over lists"),
        (f'// "\n{_THREE_WALKS}\n// "', "2 within each other"),
        (f'r"\\" == "" || {_THREE_WALKS} || "\\"" == ""', "2 within each other"),
        (f'"""x"y""" == "" || {_THREE_WALKS} || """x"y""" == ""', "2 within each other"),
        (_THREE_WALKS.replace("exists", "exists // x\n"), "2 within each other"),
        ("recent.exists(a, recent.exists(b, b.text.matches('x')))", "`matches` counts as one"),
        (r"recent.exists(a, a.text.matches('\\w{50}'))", "of 250 parts"),
        ("recent.exists(a, a.text.matches('((a{9}){9}){9}'))", "of 250 parts"),
        (r"recent.exists(a, a.text.matches('(?x)a{#\n50}'))", "of 250 parts"),
        (r"recent.exists(a, a.text.matches('\\w\x7b50}'))", "of 250 parts"),
        (r"recent.exists(a, a.text.matches('\\w{5' + '0}'))", "takes one text in quotes"),
        ("recent.exists(a, matches(a.text, 'x'))", "takes one text in quotes"),
        ("signals.contacts_30d", "Line 1, character 1: A value that is true or false is expected, not int."),
        ("customer.name", "true or false is expected, not str."),
        ("conversations.map(c, c.id)", "true or false is expected, not list."),
        ("now", "true or false is expected, not datetime."),
        ("(" * MAX_CHARS + "true", f"at most {MAX_CHARS} characters"),
        ("(" * 900 + "true" + ")" * 900, "Line 1, character 97: Recursion limit of 96 exceeded"),
    ],
)
def test_a_wrong_condition_is_refused_with_the_place_of_its_error(text, said):
    with pytest.raises(InvalidInput) as refused:
        parse_condition(text, field="rule")
    assert refused.value.field == "rule"
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("signals.modd < 0.0", "Line 1, character 9: `signals.modd` is unknown; known are contacts_30d,"),
        ("true &&\n signals.churn_risk.size == 1", "Line 2, character 21: `signals.churn_risk.size`"),
        ("conversations.exists(c, c.state == 'open')", "`c.state` is unknown; known are id, subject, status"),
        ("recent.filter(r, r.mod < 0.0).size() > 1", "`r.mod` is unknown"),
        ("recent.filter(r, has(r.mood)).exists(x, x.moood < 0.0)", "`x.moood` is unknown"),
        ("conversations.exists(c, c.attempts.all(a, a.whom == 'x'))", "`a.whom` is unknown; known are what"),
        ("conversations[0].subjekt == 'x'", "`conversations[…].subjekt` is unknown"),
        ("has(customer.nam)", "`customer.nam` is unknown"),
        ("customer.name.first == 'x'", "`customer.name.first` is unknown; what stands before it has no fields"),
        ("known.city.valu == 'Ulm'", "`known.city.valu` is unknown; known are value, source"),
        ("recent.exits(r, true)", "Line 1, character 8: `exits()` is unknown; known are all, bytes,"),
        ("lower(customer.name) == 'anna'", "Line 1, character 1: `lower()` is unknown"),
        ("r.mood < 0.0 && recent.exists(r, true)", "Line 1, character 1: `r` is unknown; known are as_of"),
        ("recent.exists(i, r, r.mood < 0.0)", "Line 1, character 18: `r` is unknown"),
        ("now.year > 2025", "`now.year` is unknown; what stands before it has no fields"),
        ("[signals.modd].size() > 1", "`signals.modd` is unknown"),
        ("handoffs.exists(h, h.given_by == 'x')", "`h.given_by` is unknown; known are id, state"),
    ],
)
def test_a_field_that_no_customer_has_is_refused_with_those_there_are(text, said):
    with pytest.raises(InvalidInput) as refused:
        parse_condition(text, field="rule")
    assert said in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "signals.mood != null && signals.mood < -0.3",
        "known.exists(k, k == 'city') && known['city'].value == 'Ulm'",
        "known.city.value.street == 'x'",
        "conversations.exists(c, c.facts.order.lines[0].sku == 'x')",
        "conversations.map(c, c.status).exists(s, s == 'open')",
        "conversations.exists(c, c.opened_at < now - duration('48h'))",
        "customer.segments.exists(s, s.startsWith('b2'))",
        "'signals.modd'.size() > 3 && \"customer.nope\" != ''",
        "recent.exists(r, recent.exists(o, o.channel != r.channel)) // signals.modd",
        "(signals.dropped_calls > 1 || size(handoffs) > 2) && handoffs.all(h, h.to.queue == 'x')",
        "{'a': signals.mood}.a == 0.1",
        "now.getFullYear() >= 2026 && timestamp('2026-01-01T00:00:00Z') < now && .5 < 1.0",
        "int(double(size(customer.segments))) in [1, 2] ? true : false",
    ],
)
def test_fields_that_exist_and_values_that_may_be_anything_are_taken(text):
    assert parse_condition(text, field="rule").text == text


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("1 / 0 > 1", "division by zero"),
        ("known.city.value.nothing == 1", "nothing"),
        ("signals.failed_attempts + 'a' == 1", "No such overload"),
        ("9223372036854775807 + signals.failed_attempts > 1", "overflow"),
        ("known.city.value", "a value of the type dict, not true or false"),
    ],
)
def test_what_a_condition_cannot_decide_is_not_met_and_says_why(text, failed):
    met, why = parse_condition(text, field="rule").decide(
        {"signals": {"failed_attempts": 2}, "known": {"city": {"value": {}}}}
    )
    assert not met
    assert why is not None
    assert failed in why


def test_a_walk_named_in_quotes_costs_nothing():
    quoted = parse_condition("known.exists(k, k == '.exists(.exists(.exists(.all(')", field="rule")
    assert quoted.is_met({"known": {".exists(.exists(.exists(.all(": 1}})
