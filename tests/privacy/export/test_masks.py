"""An export names no other person."""

from uuid import UUID

import pytest

from service.privacy.export.masks import OTHER_PERSON, OTHER_WORDS, QUOTED, Masking

KEY = UUID("01900000-0000-7000-8000-000000000001")
MASKING = Masking(
    own=frozenset({"anna@example.de", "+491715550100"}), staff=("Bob Baker",), roles={KEY: "console"}, region="DE"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write to Anna@Example.de", "Write to Anna@Example.de"),
        ("Write to carl@example.de.", f"Write to {OTHER_PERSON}."),
        ("From: Carl Cool <carl@example.de>", f"From: {OTHER_PERSON}"),
        ("Call me: 0171 5550100", "Call me: 0171 5550100"),
        ("His number is +49 30 901820, call him", f"His number is {OTHER_PERSON}, call him"),
        ("Order 4711-0815-2026 for 12345678901", "Order 4711-0815-2026 for 12345678901"),
        ("Thanks, Bob Baker!", "Thanks, [agent]!"),
    ],
)
def test_texts_keep_what_is_the_customers_and_hide_others(text, shown):
    assert MASKING.others(text) == shown


def test_agents_are_named_by_their_role():
    assert MASKING.agent(str(KEY)) == "console"
    assert MASKING.agent(str(UUID(int=0))) == "system"
    assert MASKING.agent("bob") == "agent"
    assert MASKING.agent("customer") == "customer"
    assert MASKING.agent([{"agent": "bob", "outcome": "busy"}]) == [{"agent": "agent", "outcome": "busy"}]
    assert MASKING.agent({"role": "console", "name": "Bob's key", "queue": None})["name"] == "agent"


def test_who_spoke_for_the_company_is_a_role():
    spoken = {"participant": {"role": "agent", "id": "b1", "name": "Bob Baker"}, "facts": {"plan": "L"}}
    assert MASKING.others(spoken) == {"participant": {"role": "agent"}, "facts": {"plan": "L"}}
    mine = {"participant": {"role": "customer", "name": "Anna Weber"}}
    assert MASKING.others(mine) == mine


def test_a_thread_shows_that_another_person_wrote_and_not_what():
    data = {"stranger": True, "from": "carl@x.de", "from_name": "Carl", "subject": "Re: mine", "message_id": "m@x"}
    record = {"text": "I am Carl", "details": {"data": data}}
    shown = MASKING.interaction(record)
    assert shown == {"text": OTHER_WORDS, "details": {"data": {"stranger": True, "message_id": "m@x"}}}


def test_what_a_mail_quotes_is_left_out():
    record = {"text": "Yes", "details": {"data": {"full_text": "Yes\n> Carl wrote", "subject": "Hi"}}}
    assert MASKING.interaction(record)["details"]["data"] == {"full_text": QUOTED, "subject": "Hi"}


def test_identities_of_others_in_a_conversation_are_left_out():
    listed = [{"kind": "email", "value": "anna@example.de"}, {"kind": "email", "value": "carl@example.de"}]
    assert MASKING.identities(listed) == listed[:1]
    assert MASKING.identities(["email:anna@example.de", "email:carl@example.de"]) == ["email:anna@example.de"]
