"""The map of gaps: which questions no content answers, counted once, with real examples."""

from datetime import timedelta
from uuid import UUID

from service.insight.content.gaps import QuestionRecord, group_gaps, unanswered
from service.journey.model import Phase
from service.model.vocabulary import Channel
from tests.fixtures import NOW
from tests.insight.test_content_ranking import item

HELP = Phase.GET_HELP


def asked(customer: int = 1, subject: str | None = "Router", text: str = "Why is it red?", **fields) -> QuestionRecord:
    given = {
        "customer_id": UUID(int=customer),
        "conversation_id": UUID(int=customer),
        "occurred_at": NOW,
        "channel": Channel.WEB,
        "language": "de",
        "segments": (),
        "asked_again": 0,
    }
    return QuestionRecord(subject=subject, text=text, **(given | fields))


ANSWERED = [
    ({}, asked(), HELP, True),
    ({}, asked(subject=None, text="Warum blinkt der ROUTER?"), HELP, True),
    ({}, asked(subject="Invoice"), HELP, False),
    ({}, asked(), Phase.BUY, False),
    ({}, asked(), None, True),
    ({"languages": ("en",)}, asked(), HELP, False),
    ({"channels": (Channel.STORE,)}, asked(), HELP, False),
    ({"segments": ("vip",)}, asked(), HELP, False),
    ({"segments": ("vip",)}, asked(segments=("new", "vip")), HELP, True),
    ({"subjects": ("net",)}, asked(subject="Net is down"), HELP, True),
]


def test_a_question_is_answered_by_content_about_it_for_its_phase_segment_language_and_channel():
    for fields, question, phase, is_answered in ANSWERED:
        left = list(unanswered([(question, phase)], [item(title="Help", **fields), item("other", subjects=("x",))]))
        assert (not left) is is_answered, (fields, question, phase)


def test_gaps_count_questions_and_customers_and_each_matter_once():
    first = asked(asked_again=2)
    again = asked(occurred_at=NOW + timedelta(hours=1), asked_again=2, text="And now?")
    gaps = group_gaps([(first, HELP), (again, HELP), (asked(2, segments=("a", "b"), subject="ROUTER"), HELP)])
    assert [(one.segment, one.questions, one.customers, one.asked_again) for one in gaps] == [
        (None, 2, 1, 2),
        ("a", 1, 1, 0),
        ("b", 1, 1, 0),
    ]
    assert [one.text for one in gaps[0].examples] == ["And now?", "Why is it red?"]


async def test_the_map_reads_questions_of_the_period_and_loses_those_that_content_answers(desk, clock):
    texts = {
        "router": "Why does it blink?",
        "invoice": "What is item 3?",
        "praise": "All is well.",
        "link": "See /a?b=1",
    }
    for subject, text in texts.items():
        await desk.register(subject=subject, ref=subject, text=text, kind="message", direction="inbound")
    clock.advance(timedelta(minutes=1))
    found = (await desk("console", "GET", "/v1/content/gaps")).json()
    assert (found["questions"], found["unanswered"], found["is_partial"]) == (2, 2, False)
    assert {(one["subject"], one["phase"], one["examples"][0]["text"]) for one in found["gaps"]} == {
        ("router", "get_help", "Why does it blink?"),
        ("invoice", "get_help", "What is item 3?"),
    }
    await desk("admin", "PUT", "/v1/content/router", {"title": "Help", "text": "Pull.", "subjects": ["router"]})
    found = (await desk("console", "GET", "/v1/content/gaps")).json()
    assert [one["subject"] for one in found["gaps"]] == ["invoice"]
    empty = (await desk("console", "GET", "/v1/content/gaps?segment=vip")).json()
    assert (empty["questions"], empty["gaps"]) == (0, [])
    decade = (await desk("console", "GET", "/v1/content/gaps?from=2016-01-01T00:00:00Z")).json()
    assert decade["questions"] == 2
    wrong = await desk("console", "GET", "/v1/content/gaps?from=2027-01-01T00:00:00Z")
    assert wrong.json()["errors"][0]["field"] == "from"
