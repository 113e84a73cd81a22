"""Queues and their hours, over HTTP."""

import pytest

from tests.handoff.conftest import Office
from tests.handoff.examples import OFFICE_HOURS, queue_json


async def test_a_queue_is_defined_and_defined_anew(office: Office):
    first = await office.queue("sales", title="Sales", max_offers=5)
    assert first.status_code == 201
    assert first.json()["fallback"] == {"callback": True}
    again = await office.queue("sales", fallback={"queue": "support"}, partner="Fixit")
    assert again.status_code == 200
    read = (await office.desk("console", "GET", "/v1/queues/sales")).json()
    assert read == again.json()
    assert (read["max_offers"], read["fallback"], read["partner"]) == (3, {"queue": "support"}, "Fixit")


async def test_hours_until_the_last_minute_of_a_day_last_until_midnight_and_the_answer_says_so(office: Office):
    calendar = {"time_zone": "Europe/Berlin", "hours": "Mo-Su 00:00-23:59"}
    queue = (await office.desk("admin", "PUT", "/v1/queues/night", {"title": "Night", "calendar": calendar})).json()
    assert queue["notes"] == ["00:00-23:59 is read as 00:00-24:00: open until midnight."]
    hours = (await office.desk("bot", "GET", "/v1/queues/night/hours?at=2026-11-21T22:59:30Z")).json()
    assert (hours["open"], hours["until"]) == (True, None)


async def test_queues_are_listed_by_name_in_pages(office: Office):
    first = (await office.desk("console", "GET", "/v1/queues?limit=1")).json()
    rest = (await office.desk("console", "GET", f"/v1/queues?after={first['next']}")).json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["repairs", "support"]


@pytest.mark.parametrize(
    ("at", "open_", "reason"),
    [
        ("2026-11-23T09:00:00Z", True, "Open until 18:00."),
        ("2026-11-23T18:00:00%2B01:00", False, "Closed: outside opening hours; opens Tuesday 09:00."),
        ("2026-12-25T10:00:00Z", False, "Closed: Christmas Day (Erster Weihnachtstag); opens Monday 09:00."),
    ],
)
async def test_the_hours_say_whether_it_is_open_and_why(office: Office, at, open_, reason):
    hours = (await office.desk("bot", "GET", f"/v1/queues/support/hours?at={at}")).json()
    assert (hours["open"], hours["reason"]) == (open_, reason)


async def test_without_a_moment_the_hours_are_those_of_now(office: Office):
    hours = (await office.desk("bot", "GET", "/v1/queues/support/hours")).json()
    assert (hours["open"], hours["until"]) == (True, "2026-11-23T17:00:00Z")


@pytest.mark.parametrize(
    ("changes", "problem", "field"),
    [
        ({"calendar": OFFICE_HOURS | {"hours": "Mo off"}}, "calendar-invalid", "calendar.hours"),
        ({"calendar": OFFICE_HOURS | {"time_zone": "Berlin"}}, "calendar-invalid", "calendar.time_zone"),
        ({"fallback": {"queue": "nowhere"}}, "invalid-input", "fallback.queue"),
        ({"fallback": {"queue": "sales"}}, "invalid-input", "fallback.queue"),
        ({"fallback": {}}, "invalid-input", "fallback"),
        ({"fallback": {"callback": False}}, "invalid-input", "fallback.callback"),
        ({"offer_timeout_s": 0}, "invalid-input", "offer_timeout_s"),
    ],
)
async def test_a_queue_that_could_not_work_is_refused(office: Office, changes, problem, field):
    answer = await office.queue("sales", **changes)
    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{problem}"), answer.text
    assert answer.json()["errors"][0]["field"] == field


async def test_fallbacks_never_lead_in_a_circle(office: Office):
    await office.queue("first", fallback={"queue": "support"})
    answer = await office.queue("support", fallback={"queue": "first"})
    assert answer.status_code == 400
    assert "lead back" in answer.json()["errors"][0]["message"]


async def test_a_name_that_does_not_fit_into_a_path_is_refused(office: Office):
    answer = await office.desk("admin", "PUT", "/v1/queues/two%20words", queue_json())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "name")


async def test_an_unknown_queue_has_no_hours(office: Office):
    answer = await office.desk("bot", "GET", "/v1/queues/nowhere/hours")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/queue-unknown")
    bad = await office.desk("bot", "GET", "/v1/queues/support/hours?at=noon")
    assert bad.json()["errors"][0]["field"] == "at"
