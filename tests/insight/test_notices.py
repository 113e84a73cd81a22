"""Notices over HTTP: shown in the reader's language, drafted by a changed calendar, and who is told."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from service.app.worker import worker_dependencies
from service.events.journal import read_events_after
from service.events.model import NoticePublished
from service.events.payload import cloud_event_json, event_data
from service.events.rules import EventFilter
from service.insight.evaluation import EvaluationTerms, evaluate_changes
from service.model.vocabulary import Audience
from service.search.indexing import index_changes
from service.worker.relay import relay_outbox
from tests.fixtures import NOW
from tests.handoff.examples import queue_json

pytestmark = pytest.mark.slow

UNTIL = (NOW + timedelta(days=3)).isoformat()
CLOSED = {"texts": {"en": "Closed tomorrow.", "de": "Morgen geschlossen."}, "until": UNTIL}


async def put(desk, name="closed", **fields):
    return await desk("admin", "PUT", f"/v1/notices/{name}", CLOSED | fields)


async def shown(desk, query="", role="bot"):
    answer = await desk(role, "GET", f"/v1/notices{query}")
    assert answer.status_code == 200, answer.text
    return [one["text"] for one in answer.json()["items"]]


async def test_a_notice_is_shown_in_the_nearest_language_while_it_lasts(desk):
    assert (await put(desk)).status_code == 201
    for query, text in (
        ("", "Closed tomorrow."),
        ("?language=de-AT", "Morgen geschlossen."),
        ("?language=fr", "Closed tomorrow."),
    ):
        for role in ("channel", "bot", "console", "store"):
            assert await shown(desk, query, role) == [text]
    assert await shown(desk, f"?at={(NOW + timedelta(days=4)).strftime('%Y-%m-%dT%H:%M:%SZ')}") == []


async def test_a_notice_is_shown_where_it_belongs(desk):
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())
    await put(desk, channels=["web"], queues=["repairs"], segments=["business"])
    for query, count in (
        ("?channel=web", 0),
        ("?channel=web&segment=business", 1),
        ("?channel=phone&segment=business", 0),
        ("?queue=repairs&segment=business", 1),
        ("?queue=sales&segment=business", 0),
    ):
        assert len(await shown(desk, query)) == count, query


async def test_a_draft_is_told_to_nobody_until_a_person_publishes_it(desk):
    assert (await put(desk, state="draft")).json()["published_at"] is None
    assert await shown(desk) == []
    assert await shown(desk, "?state=draft", "console") == ["Closed tomorrow."]
    assert (await desk("bot", "GET", "/v1/notices?state=draft")).status_code == 403
    published = (await desk("admin", "POST", "/v1/notices/closed/publish")).json()
    assert (published["state"], published["reach"]["customers"]) == ("published", 0)
    assert await shown(desk) == ["Closed tomorrow."]
    assert (await desk("admin", "DELETE", "/v1/notices/closed")).status_code == 204
    assert await shown(desk) == []


REFUSED = {
    "until": [{"until": NOW.isoformat()}, {"from": UNTIL}, {"until": "2026-11-24T10:00:00"}, {"until": "later"}],
    "texts": [
        {"texts": {}},
        {"texts": {"xx": "Hi"}},
        {"texts": {"en": "Hi", "EN": "Hi"}},
        {"texts": {"not a tag": "Hi"}},
    ],
    "texts[...]": [{"texts": {"en": ""}}, {"texts": {"en": "x" * 10_000}}],
    "queues": [{"queues": ["none"]}],
    "channels[0]": [{"channels": ["telepathy"]}],
    "state": [{"state": "perhaps"}],
    "options_when_closed[0].url": [{"options_when_closed": [{"texts": {"en": "Hi"}, "url": "javascript:alert(1)"}]}],
    "options_when_closed[0].texts": [{"options_when_closed": [{"texts": {"xx": "Hi"}}]}],
}


async def test_what_cannot_be_a_notice_is_refused_with_the_field(desk):
    for field, changes in REFUSED.items():
        for change in changes:
            answer = await put(desk, **change)
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), change
    many = {f"{a}{b}": "Hi" for a in "abcdefghij" for b in "abcdefghijklmnopqrst"}
    assert (await put(desk, texts=many)).json()["errors"][0]["field"] == "texts"
    for query, field in (("?language=xx", "language"), ("?channel=fax", "channel"), ("?at=soon", "at")):
        assert (await desk("bot", "GET", f"/v1/notices{query}")).json()["errors"][0]["field"] == field


async def test_a_new_closed_day_drafts_the_notice_for_a_person_to_publish(desk):
    weekdays = {"time_zone": "Europe/Berlin", "hours": "Mo-Fr 09:00-18:00"}
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json() | {"calendar": weekdays})
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json() | {"calendar": weekdays | {"closed": ["2026-11-27"]}})
    (draft,) = (await desk("console", "GET", "/v1/notices?state=draft")).json()["items"]
    assert (draft["id"], draft["drafted_for"], draft["queues"]) == ("hours-repairs-2026-11-27", "repairs", ["repairs"])
    assert "is closed on 27 November." in draft["texts"]["en"]
    assert "ist am 27. November geschlossen." in draft["texts"]["de"]
    assert draft["options"][0]["text"] == (
        "Urgent: leave your telephone number, and we call you back from 30 November, 09:00."
    )
    assert await shown(desk) == []
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json() | {"calendar": weekdays | {"closed": ["2026-11-27"]}})
    assert len((await desk("console", "GET", "/v1/notices?state=draft")).json()["items"]) == 1


async def test_whom_a_notice_concerns_is_counted_less_those_who_refuse(desk):
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())
    ids = {}
    for name in ("anna", "ben", "cleo", "dora"):
        email = f"{name}@example.de"
        ids[name] = (await desk.register(email=email, ref=name, subject="Router")).json()["customer_id"]
        if name != "dora":
            handoff = {"identity": {"kind": "email", "value": email}, "conversation": {"ref": name}}
            given = handoff | {"to": {"queue": "repairs"}, "mode": "offer"}
            assert (await desk("bot", "POST", "/v1/handoffs", given, idempotency_key=name)).status_code == 201
    wishes = {"channels": {"email": "refused"}, "do_not_contact": [{"channel": "phone"}]}
    await desk("console", "PUT", f"/v1/customers/{ids['ben']}/preferences", wishes)
    await desk("console", "PUT", f"/v1/customers/{ids['cleo']}/preferences", {"channels": {"phone": "preferred"}})
    put_notice = await put(desk, queues=["repairs"], channels=["email", "phone"])
    assert put_notice.json()["reach"] == {"customers": 3, "channels": {"email": 2, "phone": 2}}
    told = (await desk("console", "GET", "/v1/notices/closed/customers")).json()["items"]
    assert {one["customer_id"]: one["channels"] for one in told} == {
        ids["anna"]: ["email", "phone"],
        ids["cleo"]: ["phone", "email"],
    }
    page = (await desk("console", "GET", "/v1/notices/closed/customers?channel=phone&limit=1")).json()
    assert len(page["items"]) == 1
    assert page["next"]


async def test_a_published_notice_is_told_once_with_whom_it_concerns(desk, rooms):
    await desk.register(subject="Router")
    await put(desk, channels=["email"], state="draft")
    for _ in range(2):
        await desk("admin", "POST", "/v1/notices/closed/publish")
    await put(desk, texts={"en": "Closed the day after tomorrow."})
    while await relay_outbox(worker_dependencies(rooms)):
        pass
    terms = EvaluationTerms(now=NOW, zone=ZoneInfo("Europe/Berlin"), gave_up_after=timedelta(days=14))
    while await evaluate_changes(rooms.database, terms) or await index_changes(rooms.database):
        pass
    async with rooms.database.connection() as connection:
        told = [one for one in await read_events_after(connection, 0, 100) if one.family == "notice"]
    (event,) = told
    data = msgspec.to_builtins(event_data(event))
    assert (data["notice_id"], data["customers"], data["channels"]) == ("closed", 1, {"email": 1})
    assert EventFilter(audience=Audience.STORE).matches(event)
    assert b'"type":"askonce.notice.published"' in cloud_event_json(event, source="/")
    await desk("admin", "DELETE", "/v1/notices/closed")
    async with rooms.database.connection() as connection:
        (gone,) = [one for one in await read_events_after(connection, 0, 100) if one.family == "notice"]
    assert event_data(gone) == NoticePublished()
