"""What customers said is quoted without telling who they are."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.insight.quotes import LEFT_OUT, MAX_CHARS, SaidText, asked_questions, chosen_quotes, cut, without_person
from service.model.vocabulary import Channel
from tests.fixtures import NOW

TEXTS = [
    ("My number is +49 171 5550100, call me", None, "My number is […], call me"),
    ("Order A-10472 and customer 4711 are mine", None, "Order […] and customer […] are mine"),
    ("Write to anna.mayer@example.com or see https://example.com/a?b=1", None, "Write to […] or see […]"),
    ("@AmazonHelp where is it", None, "[…] where is it"),
    ("Hello, Anna Mayer here, Anna's router is down", "Anna Mayer", "Hello, […] […] here, […] router is down"),
    ("Hi, my name is Bob Stone and I wait", None, "Hi, my name is […] and I wait"),
    ("Ich heiße Jörg Öttinger. Was nun?", None, "Ich heiße […]. Was nun?"),
    ("It is broken.\n\nKind regards\nAnna Mayer", None, "It is broken."),
    ("Es geht nicht.\nViele Grüße, Anna", None, "Es geht nicht."),
    ("I am angry since 3 days, 24 h", None, "I am angry since 3 days, 24 h"),
    ("", "Anna", ""),
    ("顧客 عميل 🙂", "顧客", "[…] عميل 🙂"),
]


@pytest.mark.parametrize(("text", "name", "left"), TEXTS)
def test_a_quote_names_no_person(text, name, left):
    assert without_person(text, name) == left


def test_a_long_quote_ends_in_a_whole_word():
    assert len(cut("word " * 100)) <= MAX_CHARS + 2
    assert cut("word " * 100).endswith("word …")
    assert cut("x" * 500).endswith("…")


def said(text: str, *, customer: int = 1, mood: float | None = None, minutes: int = 0) -> SaidText:
    return SaidText(
        customer_id=UUID(int=customer),
        name=None,
        channel=Channel.EMAIL,
        at=NOW - timedelta(minutes=minutes),
        mood=mood,
        text=text,
    )


@pytest.mark.parametrize("text", ["\n" * 1000, " " * 1000, "best " * 200, "a" * 1000, "Aa-b " * 200])
def test_no_text_takes_long(text):
    for number in range(50):  # until the test's time is up, if one takes seconds
        assert LEFT_OUT not in without_person(text, f"Anna {number}")
        assert asked_questions([said(text)], most=1) == []


def test_the_question_of_most_customers_comes_first_and_one_customer_counts_once():
    texts = [
        said("Where is my parcel?", customer=1),
        said("Where is my parcel? Where is my parcel?", customer=1),
        said("WHERE is my parcel ?", customer=2),
        said("Hello. How do I cancel my contract? Thanks", customer=3),
        said("why?", customer=4),
    ]
    asked = asked_questions(texts, most=5)
    assert [(one.text, one.customers) for one in asked] == [
        ("Where is my parcel?", 2),
        ("How do I cancel my contract?", 1),
    ]


def test_quotes_are_the_saddest_and_the_happiest_of_different_customers():
    texts = [
        said("I am really quite happy", customer=1, mood=0.9),
        said("Nothing works, three days now", customer=2, mood=-0.9),
        said("Nothing works, still nothing", customer=2, mood=-0.8),
        said("Neither good nor bad at all", customer=3, mood=0.0),
        said("Without any mood to speak of", customer=4),
        said("ok", customer=5, mood=-1.0),
        said("NOTHING works, three days now", customer=6, mood=-0.9),
    ]
    chosen = [one.customer_id.int for one in chosen_quotes(texts, most=3)]
    assert chosen == [1, 2, 3]
    assert len(chosen_quotes(texts, most=5)) == 4
    assert chosen_quotes([], most=5) == []
