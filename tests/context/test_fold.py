"""The context is the fold of what was registered: a naive fold, written here, must agree with all of the service."""

from collections import defaultdict
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures import NOW

IN_VAIN = {"missed", "abandoned", "failed"}
_customers = count(1)

events = st.fixed_dictionaries(
    {
        "at": st.integers(0, 40 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
        "ref": st.sampled_from("ab"),
        "channel": st.sampled_from(["chatbot", "phone", "store"]),
        "direction": st.sampled_from(["inbound", "outbound", "internal"]),
        "participant": st.fixed_dictionaries({"role": st.sampled_from(["customer", "bot"])}),
    },
    optional={
        "facts": st.dictionaries(
            st.sampled_from(["city", "order_number"]), st.sampled_from(["x", 1, [True], {"k": "v"}])
        ),
        "asks": st.lists(st.sampled_from(["city", "order_number", "never_said"]), max_size=2),
        "attempt": st.tuples(
            st.sampled_from(["Restart", "restart", "New cable"]), st.sampled_from(["failed", "worked"])
        ),
        "outcome": st.sampled_from(["answered", "missed", "abandoned", "failed"]),
        "mood": st.sampled_from([-1.0, -0.5, 0.25, 1.0]),
    },
)


def fold(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The context as a person would work it out on paper."""
    known: dict[str, Any] = {}
    said: dict[str, dict[str, Any]] = defaultdict(dict)
    tried: dict[str, dict[str, Any]] = defaultdict(dict)
    repeated = 0
    for event in events:
        repeated += sum(name in known for name in event.get("asks", ()))
        for name, value in event.get("facts", {}).items():
            for place in (known, said[event["ref"]]):
                if name not in place or event["at"] >= place[name][0]:
                    place[name] = (event["at"], value)
        if "attempt" in event:
            what, outcome = event["attempt"]
            earlier = tried[event["ref"]].get(what.lower())
            if earlier is None or event["at"] >= earlier[0]:
                tried[event["ref"]][what.lower()] = (event["at"], what, outcome, event["participant"]["role"])
    lately = [event for event in events if event["at"] > NOW - timedelta(days=30)]
    newest_first = [
        event for _, event in sorted(enumerate(events), key=lambda one: (one[1]["at"], one[0]), reverse=True)
    ]
    moods = [event["mood"] for event in newest_first if "mood" in event]
    weights = [0.8**age for age in range(len(moods))]
    attempts = {ref: [one[1:] for one in sorted(tried[ref].values())] for ref in {event["ref"] for event in events}}
    return {
        "known": {name: (value, at) for name, (at, value) in known.items()},
        "conversations": {
            ref: ({name: value for name, (_, value) in said[ref].items()}, attempts[ref]) for ref in attempts
        },
        "recent": [event["at"] for event in newest_first],
        "contacts_30d": len({(one["ref"], one["channel"]) for one in lately if one["direction"] == "inbound"}),
        "repeated_questions": repeated,
        "failed_attempts": sum(outcome == "failed" for of in attempts.values() for _, outcome, _ in of),
        "dropped_calls": sum(one.get("outcome") in IN_VAIN and one["direction"] != "outbound" for one in lately),
        "transfers": 0,
        "mood": round(sum(map(float.__mul__, moods, weights)) / sum(weights), 2) if moods else None,
    }


def as_folded(context: dict[str, Any]) -> dict[str, Any]:
    """What the service says, in the shape of the naive fold; conversations carry their ref as the subject."""
    signals = context["signals"]
    return {
        "known": {name: (fact["value"], moment(fact["at"])) for name, fact in context["known"].items()},
        "conversations": {
            one["subject"]: (one["facts"], [(each["what"], each["outcome"], each["by"]) for each in one["attempts"]])
            for one in context["conversations"]
        },
        "recent": [moment(one["occurred_at"]) for one in context["recent"]],
        **{name: signals[name] for name in signals if name != "churn_risk"},
    }


def moment(text: str) -> Any:
    return type(NOW).fromisoformat(text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(events, min_size=1, max_size=12))
@pytest.mark.promise("D6")
async def test_the_context_is_the_fold_of_the_interactions(company, history):
    email = f"customer{next(_customers)}@example.de"
    for event in history:
        await company.register(email=email, subject=event["ref"], **event)
    assert as_folded(await company.see(email)) == fold(history)
    assert as_folded(await company.see(email)) == fold(history), "from the cache too"
