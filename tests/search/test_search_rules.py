"""How a query is understood, marked and corrected."""

import pytest

from service.search.marks import marked_name, marked_segments, marked_value
from service.search.neighbours import neighbours
from service.search.query import understand


def identities(text: str) -> dict[str, str]:
    """Kind -> canonical value of what the text may be."""
    return {one.kind.value: one.value for one in understand(text, "DE").identities}


def marked(segments) -> str:
    """The text with the matched parts in brackets."""
    return "".join(f"[{one.text}]" if one.match else one.text for one in segments)


@pytest.mark.parametrize("text", ["0171/1234567", "+49 171 1234567", "tel:+491711234567", "0049 (171) 123-4567"])
def test_a_telephone_number_is_understood_in_any_spelling(text):
    assert identities(text)["phone"] == "+491711234567"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("ANNA@Example.de", "email", "anna@example.de"),
        ("k 4711", "customer_number", "K4711"),
        ("Gold:77 88", "loyalty_card", "GOLD:7788"),
        ("@Anna.M", "username", "anna.m"),
        ("crm:0815", "external", "crm:0815"),
    ],
)
def test_every_kind_of_identity_is_looked_for_in_its_canonical_form(text, kind, value):
    assert identities(text)[kind] == value


@pytest.mark.parametrize(
    ("typed", "beginning"),
    [("0171 12", "+4917112"), ("0049171", "+49171"), ("+4917", "+4917"), ("k-471", "K-471"), ("shop:47", "47")],
)
def test_the_beginning_of_a_number_is_looked_for_while_it_is_typed(typed, beginning):
    assert beginning in understand(typed, "DE").beginnings


@pytest.mark.parametrize("name", ["Anna Mayer", "Meier, Anna", "frau dr. ANA MEYER"])
def test_a_name_is_looked_for_by_its_sound_in_any_order(name):
    assert sorted(understand(name, "DE").name_words) == ["ana", "meier"]


def test_a_letter_alone_is_neither_a_name_nor_a_number():
    query = understand("a", "DE")
    assert (query.name_words, query.number, query.beginnings) == ((), "", ())


def test_words_that_are_all_punctuation_are_looked_for_as_nothing():
    assert understand("?!", "DE").searched == []


@pytest.mark.parametrize("wrong", ["+491711234568", "+49171123456", "+4917112345677", "+491712134567", "+491711234577"])
def test_one_wrong_missing_added_or_swapped_digit_leads_to_the_number(wrong):
    assert "+491711234567" in neighbours(wrong)


@pytest.mark.parametrize(
    ("wrong", "right"), [("A-4712", "A-4711"), ("K4711", "B4711"), ("ana@example.de", "anna@example.de")]
)
def test_one_wrong_letter_leads_to_the_number(wrong, right):
    assert right in neighbours(wrong)


@pytest.mark.parametrize("text", ["4711", "x" * 41])
def test_what_is_too_short_or_too_long_for_a_number_is_not_corrected(text):
    assert neighbours(text) == set()


@pytest.mark.parametrize(
    ("value", "sought", "shown"),
    [
        ("+491711234567", "0171 123", "+49[171123]4567"),
        ("A-4711", "a47", "[A-47]11"),
        ("anna@example.de", "anna@", "[anna]@example.de"),
        ("+491711234567", "+491711234567", "[+491711234567]"),
    ],
)
def test_the_part_of_a_number_that_was_typed_is_marked(value, sought, shown):
    assert marked(marked_value(value, sought)) == shown


def test_words_of_a_name_are_marked_however_they_are_spelt():
    assert marked(marked_name("Dr. Anna Mayer", ("meier",))) == "Dr. Anna [Mayer]"


def test_matched_words_are_segments_and_markup_of_a_customer_stays_text():
    segments = marked_segments("the <b>\ue000router\ue001</b> blinks")
    assert [(one.text, one.match) for one in segments] == [("the <b>", False), ("router", True), ("</b> blinks", False)]
