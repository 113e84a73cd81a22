"""No other page, and no other session, changes anything in an agent's name."""

import pytest

from service.web.console.csrf import fresh_token, is_from_our_page, is_token_of

OURS = "https://desk.example"


@pytest.mark.parametrize(
    ("headers", "public_url", "ours"),
    [
        ({"origin": OURS}, OURS, True),
        ({"origin": OURS, "sec-fetch-site": "same-origin"}, OURS, True),
        ({"origin": OURS, "host": "10.0.0.7:8080"}, OURS, True),
        ({"origin": "https://DESK.example", "host": "desk.example"}, "", True),
        ({"origin": "http://127.0.0.1:8080", "host": "127.0.0.1:8080"}, "", True),
        ({"origin": "http://127.0.0.1:8080", "host": "127.0.0.1:8080"}, OURS, True),
        ({"sec-fetch-site": "same-origin"}, OURS, True),
        ({}, OURS, False),
        ({"host": "desk.example"}, "", False),
        ({"origin": "null", "host": "desk.example"}, OURS, False),
        ({"origin": "", "host": ""}, "", False),
        ({"origin": "https://", "host": ""}, "", False),
        ({"origin": "https://evil.example", "host": "desk.example"}, OURS, False),
        ({"origin": "https://evil.example", "host": "desk.example"}, "", False),
        ({"origin": "http://desk.example"}, OURS, False),
        ({"origin": "https://desk.example.evil.example", "host": "desk.example"}, OURS, False),
        ({"origin": "https://desk.example:444", "host": "desk.example"}, OURS, False),
        ({"origin": "file://desk.example", "host": "desk.example"}, "", False),
        ({"origin": OURS, "sec-fetch-site": "same-site"}, OURS, False),
        ({"origin": OURS, "sec-fetch-site": "cross-site"}, OURS, False),
        ({"sec-fetch-site": "none"}, OURS, False),
        ({"sec-fetch-site": "cross-site", "host": "desk.example"}, "", False),
    ],
)
def test_a_change_is_taken_from_our_own_pages_alone(headers, public_url, ours):
    assert is_from_our_page(headers, public_url) is ours


A_TOKEN, ANOTHER_TOKEN = fresh_token("a-session"), fresh_token("another-session")


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (A_TOKEN, True),
        (ANOTHER_TOKEN, False),
        (A_TOKEN[:-1], False),
        (A_TOKEN[1:], False),
        ("a-session", False),
        ("ä-session", False),
        ("", False),
        (None, False),
    ],
    ids=["own", "foreign", "cut", "shifted", "bare", "odd", "empty", "none"],
)
def test_a_token_counts_for_the_session_that_it_was_given_to(given, known):
    assert is_token_of("a-session", given) is known


def test_without_a_session_no_token_counts():
    assert not is_token_of("", fresh_token(""))


def test_no_two_pages_carry_the_same_token():
    assert fresh_token("a-session") != fresh_token("a-session")
