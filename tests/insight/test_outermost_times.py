"""Times on the first and last day of the calendar, such as an end that stands for ever, take nothing down."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from service.errors import InvalidInput
from service.insight.advice.model import RuleInput
from service.insight.advice.values import value_in_words
from service.insight.notices.model import NoticeInput
from service.model.clock import local_time
from service.model.decode import decode_json
from service.web.console.formats import Formats
from tests.api.story import QUEUE
from tests.patience import until

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LAST, FIRST = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
RULE = b'{"title": "t", "condition": "true", "action": "a", "words": {"en": "x"}, "because": {}, "valid_from": "%b"}'


@pytest.mark.parametrize("time", [b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_in_utc_is_refused_with_its_field(time):
    for body, shape, field in (
        (b'{"texts": {"en": "x"}, "from": "%b"}', NoticeInput, "from"),
        (b'{"texts": {"en": "x"}, "until": "%b"}', NoticeInput, "until"),
        (RULE, RuleInput, "valid_from"),
    ):
        with pytest.raises(InvalidInput) as refused:
            decode_json(body % time, shape)
        assert refused.value.field == field


def test_an_end_in_9999_is_told_in_words_and_on_pages():
    assert value_in_words(LAST, "en", BERLIN) == "31 Dec 9999 23:59"
    assert Formats("en", BERLIN).field(LAST) == "9999-12-31T23:59"
    assert local_time(FIRST, NEW_YORK) == FIRST
    assert decode_json(b'{"texts": {"en": "x"}, "until": "9999-12-31T23:59:59Z"}', NoticeInput).ends_at is not None
    assert local_time(LAST.replace(tzinfo=timezone(timedelta(hours=2))), BERLIN).year == LAST.year


async def test_a_rule_with_an_end_in_9999_leaves_every_view_readable(desk):
    await desk("admin", "PUT", "/v1/rules/for_ever", {
        "title": "For ever", "condition": "true", "action": "greet", "words": {"en": "Until {end}."},
        "because": {"end": "[timestamp('9999-12-31T23:59:59Z')]"},
    })  # fmt: skip
    customer = (await desk.register()).json()["customer_id"]

    async def advised() -> bool:
        answer = await desk("console", "GET", f"/v1/customers/{customer}/next")
        return [one["words"] for one in answer.json()["next"]] == ["Until 31 Dec 9999 23:59."]

    await until(advised, seconds=2)
    assert (await desk.look_up()).status_code == 200


async def test_a_period_or_moment_at_the_edge_of_the_calendar_is_answered_or_refused(desk):
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    for path, status in (
        ("/v1/journeys/flow?segment=a&to=0001-01-05", 200),
        ("/v1/notices?at=0001-01-01T00:00:00%2B14:00", 400),
        ("/v1/notices?at=9999-12-31T23:59:59-14:00", 400),
        ("/v1/notices?at=9999-12-31T23:59:59Z", 200),
        ("/v1/queues/support/hours?at=9999-12-31T23:59:59-14:00", 400),
        ("/v1/queues/support/hours?at=9999-12-31T23:59:59Z", 400),
        ("/v1/queues/support/hours?at=0001-01-01T00:00:00Z", 400),
    ):
        assert (await desk("console", "GET", path)).status_code == status, path
