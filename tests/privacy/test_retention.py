"""What is over its limit goes by itself, with all that hangs on it; its numbers stay, and so does what is held."""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from service.app.retention import worker_retention
from service.context.maintenance import CacheFinding, compare_cache
from service.insight.report.report import draw_up_report
from service.insight.report.week import parse_week
from service.privacy.retention import finding
from service.privacy.retention.preview import preview_retention
from tests.fixtures import NOW
from tests.registration.events import event_json


async def said(desk, text: str = "It leaks.", **fields) -> dict:
    answer = await desk.register(text=text, **fields)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


@pytest.mark.promise("G7")
async def test_six_years_after_its_end_a_conversation_goes_with_all_that_hangs_on_it(desk, retain, count):
    one = await said(desk, attempt=("restart", "failed"), facts={"order_number": "A-100"}, subject="Leak")
    assert await retain(5.9) == {}
    gone = await retain(0.2)
    assert (gone["interactions"], gone["conversations"]) == (1, 1)
    for table in ("interaction", "conversation", "attempt"):
        assert await count(table) == 0
    context = (await desk("console", "GET", f"/v1/customers/{one['customer_id']}/context")).json()
    assert context["conversations"] == [] and context["version"] > one["version"]


async def test_views_are_fresh_when_something_of_theirs_went(desk, retain, rooms):
    one = await said(desk)
    await desk.look_up()
    await retain(7)
    shown = (await desk.look_up()).json()
    assert "It leaks." not in str(shown)
    assert await compare_cache(rooms.reader, UUID(one["customer_id"])) is CacheFinding.EQUAL


@pytest.mark.promise("D2")
async def test_an_event_whose_interaction_went_is_answered_as_the_first_time(desk, retain, count):
    event = event_json(id="once")
    first = (await desk("channel", "POST", "/v1/interactions", event)).json()
    await retain(7)
    again = await desk("channel", "POST", "/v1/interactions", event)
    assert again.status_code == 200, again.text
    same = ("interaction_id", "customer_id", "conversation_id", "version")
    assert [again.json()[name] for name in same] == [first[name] for name in same]
    assert await count("interaction") == 0


@pytest.mark.promise("G7")
async def test_what_is_held_stays_until_it_is_released(desk, retain):
    one = await said(desk)
    path = f"/v1/customers/{one['customer_id']}/holds/lawsuit"
    await desk("privacy", "PUT", path, {"reason": "Lawsuit 4 O 17/26"})
    assert await retain(7) == {}
    await desk("privacy", "DELETE", path)
    assert (await retain())["interactions"] == 1


async def test_a_hold_keeps_all_that_are_merged(desk, retain):
    one, other = await said(desk), await said(desk, email="otto@example.de")
    body = {"other_customer_id": other["customer_id"]}
    await desk("console", "PUT", f"/v1/customers/{one['customer_id']}/merges", body)
    await desk("privacy", "PUT", f"/v1/customers/{one['customer_id']}/holds/lawsuit", {"reason": "Lawsuit"})
    assert await retain(7) == {}


async def test_data_of_restricted_customers_stay(desk, retain):
    one = await said(desk)
    body = {"restricted": True, "reason": "The data are disputed."}
    await desk("privacy", "PUT", f"/v1/customers/{one['customer_id']}/restriction", body)
    assert await retain(7) == {}


async def test_a_conversation_that_goes_on_keeps_its_beginning_for_twice_as_long(desk, retain, clock, count):
    one = await said(desk, ref="thread")
    for years in (5, 10):
        clock.offset = years * (NOW.replace(year=2027) - NOW)
        later = await said(desk, ref="thread", at=clock.now())
        assert later["conversation_id"] == one["conversation_id"]
    assert await retain(0.5) == {}
    assert await retain(1.6) == {"interactions": 1}
    assert [await count("interaction"), await count("conversation")] == [2, 1]


async def test_facts_go_that_were_not_stated_again(desk, retain, clock, count):
    await said(desk, facts={"color": "red", "size": "L"})
    clock.offset = 4 * (NOW.replace(year=2027) - NOW)
    await said(desk, facts={"size": "L"}, at=clock.now())
    await retain(3)
    assert await count("fact") == 1


async def test_for_ever_is_for_ever(desk, retain):
    await said(desk, facts={"color": "red"})
    assert await retain(500, interaction_days=0, fact_days=0) == {}


async def test_what_is_much_goes_in_small_portions(desk, retain, monkeypatch, count):
    monkeypatch.setattr(finding, "INTERACTIONS_AT_ONCE", 2)
    for number in range(7):
        await said(desk, ref=f"thread-{number % 2}")
    assert (await retain(7))["interactions"] == 7
    assert [await count("interaction"), await count("conversation")] == [0, 0]
    assert await count("expired_count WHERE item = 'opened' AND n = 2") == 1


async def test_a_report_of_an_old_week_says_what_it_said_before(desk, retain, rooms, clock):
    await said(desk, facts={"order_number": "A-1"})
    await said(desk, asks=["order_number"], kind="question", direction="outbound")
    rating = {"kind": "feedback", "rating": {"value": 4, "scale": 5}}
    await said(desk, email="otto@example.de", **rating)

    async def report() -> object:
        zone = ZoneInfo(rooms.settings.time_zone)
        week = parse_week("2026-W47", zone, clock.now())
        async with rooms.database.connection() as connection:
            return await draw_up_report(connection, week, zone, clock.now(), gave_up_days=14)

    clock.offset = 2 * (NOW.replace(year=2027) - NOW)
    before = await report()
    assert (await retain(7))["interactions"] == 3
    assert await report() == before


async def test_a_dry_run_says_what_then_goes(desk, retain, rooms, clock, count):
    one = await said(desk, facts={"color": "red"}, subject="Leak")
    await said(desk, email="otto@example.de")
    await desk("privacy", "PUT", f"/v1/customers/{one['customer_id']}/holds/lawsuit", {"reason": "Lawsuit"})
    clock.offset = 7 * (NOW.replace(year=2027) - NOW)
    async with rooms.database.connection() as connection:
        told = {one.category: one for one in await preview_retention(connection, rooms.settings, clock.now())}
    assert await count("interaction") == 2
    assert {one.category: one.records for one in told.values() if one.records} == await retain()
    assert (told["facts"].held, told["facts"].records, told["interactions"].oldest) == (1, 0, NOW)


async def test_the_worker_lets_go_once_a_day(desk, rooms, clock, count):
    await said(desk)
    let_go = worker_retention(rooms)
    assert [await let_go(clock.now()), await let_go(clock.now()), await let_go(clock.now())] == [True, False, False]
    clock.offset = 7 * (NOW.replace(year=2027) - NOW)
    assert [await let_go(clock.now()), await let_go(clock.now())] == [True, False]
    assert await count("interaction") == 0


async def test_who_was_inactive_for_long_is_erased_and_who_has_something_in_force_stays(desk, retain, count):
    one, _ = await said(desk), await said(desk, email="otto@example.de")
    term = {"kind": "discount", "title": "10 %", "terms": {"percent": 10}, "valid_from": NOW.isoformat()}
    answer = await desk("admin", "POST", f"/v1/customers/{one['customer_id']}/conditions", term, idempotency_key="c")
    assert answer.status_code == 201, answer.text
    assert await retain(1.9, inactive_customer_days=730) == {}
    assert await retain(0.2, inactive_customer_days=730) == {"customers": 1}
    assert [await count("customer"), await count("interaction")] == [1, 1]


async def test_attachments_go_with_their_interactions(desk, retain, tmp_path):
    folder = tmp_path / "2026-11-21" / "mail"
    folder.mkdir(parents=True)
    (folder / "1").write_text("A photo.")
    await said(desk, data={"attachments": [{"name": "photo.png", "reference": "file:2026-11-21/mail/1"}]})
    await retain(7, attachments_dir=str(tmp_path))
    assert not folder.exists()


async def test_who_withdrew_analysis_is_in_no_number_that_stays(desk, retain, count):
    one = await said(desk)
    withdrawn = {"consents": [{"purpose": "analysis", "state": "withdrawn"}]}
    await desk("console", "PUT", f"/v1/customers/{one['customer_id']}/consents", withdrawn)
    assert (await retain(7))["interactions"] == 1
    assert await count("expired_count") == 0


async def test_a_dry_run_counts_the_customers_who_would_be_erased(desk, rooms, clock):
    await said(desk)
    settings = msgspec.structs.replace(rooms.settings, inactive_customer_days=30)
    clock.offset = NOW.replace(year=2027) - NOW
    async with rooms.database.connection() as connection:
        told = await preview_retention(connection, settings, clock.now())
    assert {one.category: one.records for one in told if one.records} == {"customers": 1}
