"""What a company enters has a limit: each question and each changed customer meets all of it."""

import pytest

from service.insight.content import repository as contents
from service.insight.notices import repository as notices
from service.insight.segments import repository as segments

pytestmark = pytest.mark.slow

KINDS = {
    "content": (contents, "MAX_ITEMS", {"title": "Help", "text": "Pull the plug."}),
    "notices": (notices, "MAX_NOTICES", {"texts": {"en": "Closed tomorrow."}}),
    "segments": (segments, "MAX_DEFINED", {"title": "Loud", "rule": "signals.dropped_calls > 0"}),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_one_too_many_is_refused_and_what_is_there_can_be_replaced(desk, monkeypatch, kind):
    repository, limit, body = KINDS[kind]
    monkeypatch.setattr(repository, limit, 2)
    answers = [await desk("admin", "PUT", f"/v1/{kind}/{name}", body) for name in ("a", "b", "c", "a")]
    assert [one.status_code for one in answers] == [201, 201, 400, 200]
    assert "There are 2 " in answers[2].json()["detail"]
    assert (await desk("admin", "GET", f"/v1/{kind}/c")).status_code == 404
