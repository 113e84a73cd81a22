"""No other page, and no other session, changes anything in an agent's name."""

import pytest

from service.web.console.csrf import is_from_our_page, is_token_of

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


@pytest.mark.parametrize(
    ("session_token", "given", "known"),
    [
        ("a-token", "a-token", True),
        ("a-token", "another-token", False),
        ("a-token", "a-toke", False),
        ("a-token", "ä-token", False),
        ("a-token", "", False),
        ("a-token", None, False),
        ("", "", False),
        ("", None, False),
    ],
)
def test_a_token_counts_for_the_session_that_it_was_given_to(session_token, given, known):
    assert is_token_of(session_token, given) is known
