"""Which representation a request gets."""

import pytest

from service.web.http.negotiation import choose_media_type

OFFERED = ("application/json", "text/markdown", "text/plain")


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/markdown", "text/markdown"),
        ("text/plain, application/json", "application/json"),
        ("text/plain, application/json;q=0.9", "text/plain"),
        ("text/*", "text/markdown"),
        ("text/*;q=0.5, text/plain", "text/plain"),
        ("*/*, application/json;q=0", "text/markdown"),
        ("Text/Markdown; charset=utf-8", "text/markdown"),
        ("image/png", "application/json"),
        ("text/plain;q=many", "application/json"),
        ("text/plain;q=inf", "text/plain"),
    ],
)
def test_the_representation_a_request_likes_best_is_chosen(accepted, chosen):
    assert choose_media_type(accepted, OFFERED) == chosen
