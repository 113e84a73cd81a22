"""A summary travels to the end: each desk reads what every desk before it wrote, with its author and time."""

from datetime import timedelta
from typing import Any

import pytest

from service.handoff.briefs import text as brief_text
from service.handoff.briefs.brief import callback_brief, handoff_brief
from service.handoff.briefs.words import ENGLISH, GERMAN
from service.handoff.caller import Caller
from service.handoff.model import HandoffGiver
from service.handoff.summaries import (
    MAX_SUMMARIES,
    MAX_SUMMARY_CHARS,
    NO_SUMMARIES,
    SummaryHistory,
    SummaryRecord,
    visible_summaries,
)
from service.model.vocabulary import Audience, Role
from tests.context.records import BERLIN, context, conversation, customer
from tests.fixtures import KEY_ID, NOW
from tests.handoff import examples
from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY

BOT = HandoffGiver(role=Role.BOT, name="the bot")
BEN = HandoffGiver(role=Role.CONSOLE, name="desk", queue="support", agent="Ben")
MATTER = conversation(subject="Router", transfers=4)
CONSOLE = Caller(key_id=KEY_ID, role=Role.CONSOLE, name="console", queue=None, now=NOW)


def written(*texts: str, by: HandoffGiver = BOT, history: SummaryHistory = NO_SUMMARIES) -> SummaryHistory:
    for text in texts:
        history = history.with_newest(SummaryRecord(text=text, by=by, at=NOW))
    return history


def texts_of(summaries: list[dict[str, Any]]) -> list[str]:
    return [one["text"] for one in summaries]


async def brief_of(office: Office, handoff: dict[str, Any], role: str = "console") -> dict[str, Any]:
    return (await office.desk(role, "GET", f"/v1/handoffs/{handoff['id']}/brief")).json()


async def passed_on(office: Office, handoff: dict[str, Any], queue: str = "support", **fields: Any) -> dict[str, Any]:
    """The handoff that the taker of this one transfers to a queue."""
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    return (await office.step(handoff, "transfer", token=taken["token"], to={"queue": queue}, **fields)).json()


async def ended(office: Office, handoff: dict[str, Any], step: str, **fields: Any) -> None:
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    assert (await office.step(handoff, step, token=taken["token"], **fields)).status_code == 200


async def test_every_desk_of_a_chain_reads_what_each_desk_before_it_wrote(office: Office, clock):
    first = (await office.hand_off(summary="Router is dead")).json()
    clock.advance(timedelta(minutes=5))
    second = await passed_on(office, first)
    assert (second["summary"], texts_of(second["packet"]["summaries"])) == (None, ["Router is dead"])
    assert (await brief_of(office, second))["what"]["summary"] == "Router is dead"
    third = await passed_on(office, second, "repairs", summary="Cable changed")
    for seen in (third["packet"], await brief_of(office, third)):
        newest, oldest = seen["summaries"]
        assert (newest["text"], newest["by"], newest["queue"], newest["agent"], newest["at"]) == (
            *("Cable changed", "agent", "support", "Ben"),
            "2026-11-23T09:05:00Z",
        )
        assert (oldest["text"], oldest["by"], oldest["name"], oldest["agent"]) == (
            "Router is dead",
            "bot",
            "the bot",
            None,
        )


@pytest.mark.parametrize("step", ["return", "complete"])
async def test_what_a_desk_wrote_at_the_end_is_read_when_the_conversation_goes_on(office: Office, step):
    await ended(office, (await office.hand_off(summary="Router is dead")).json(), step, summary="A cable is sent")
    again = (await office.hand_off(reason={"text": "No cable came"})).json()
    seen = await office.handoff(again)
    assert texts_of(seen["packet"]["summaries"]) == ["A cable is sent", "Router is dead"]
    assert (await brief_of(office, again))["summaries"][0]["agent"] == "Ben"


async def test_who_calls_back_reads_the_summaries_after_the_offers_expired_in_every_queue(office: Office, until: Until):
    """The bot's summary is with the claim, however many queues were asked before the callback."""
    await office.desk.register(at=MONDAY, identities=[("email", "anna@example.de"), ("phone", "0171/1234567")])
    await office.queue("first", max_offers=1, fallback={"queue": "support"})
    handoff = (await office.hand_off(to={"queue": "first"}, summary="Router is dead", reason={"code": "x"})).json()
    await until(MONDAY + timedelta(minutes=2))
    assert texts_of((await brief_of(office, handoff))["summaries"]) == ["Router is dead"]
    await until(MONDAY + timedelta(minutes=5))
    callback = await office.callback((await office.handoff(handoff))["callback_id"])
    claimed = (await office.call(callback, "claim", agent="Dana")).json()
    assert texts_of(claimed["brief"]["summaries"]) == ["Router is dead"]
    assert "Router is dead (a bot, the bot, 23 Nov 2026 10:00)" in claimed["brief"]["text"]


async def test_who_calls_back_after_a_desk_failed_reads_what_that_desk_wrote(office: Office):
    handoff = (await office.hand_off(summary="Router is dead")).json()
    await ended(office, handoff, "fail", summary="The line broke")
    path = f"/v1/callbacks/{(await office.handoff(handoff))['callback_id']}/brief"
    read = (await office.desk("console", "GET", path)).json()
    assert texts_of(read["summaries"]) == ["The line broke", "Router is dead"]


async def test_a_partner_reads_the_summaries_by_role_and_without_names(office: Office):
    """S2: no name of an agent of another desk, and none of a key."""
    handoff = await passed_on(
        office, (await office.hand_off(summary="Router is dead")).json(), "repairs", summary="Cable"
    )
    for seen in ((await office.handoff(handoff, "partner"))["packet"], await brief_of(office, handoff, "partner")):
        assert [(one["text"], one["by"]) for one in seen["summaries"]] == [
            ("Cable", "agent"),
            ("Router is dead", "bot"),
        ]
        assert {one[name] for one in seen["summaries"] for name in ("name", "queue", "agent")} == {None}


async def test_a_chain_of_more_than_three_transfers_is_said(office: Office):
    handoff = (await office.hand_off()).json()
    for _ in range(4):
        handoff = await passed_on(office, handoff)
    signals = (await office.desk.look_up()).json()["signals"]
    assert (signals["transfers"], signals["churn_risk"]["reasons"]) == (4, ["transferred 4 times"])
    read = await brief_of(office, handoff)
    assert (read["what"]["transfers"], "transferred 4 times" in read["text"]) == (4, True)


async def test_after_a_merge_the_summaries_of_both_desks_are_read(office: Office):
    handoff = (await office.hand_off(summary="Router is dead")).json()
    other = (await office.desk.register(email="anna.bauer@example.de", at=MONDAY)).json()["customer_id"]
    path = f"/v1/customers/{other}/merges"
    await office.desk("admin", "PUT", path, {"other_customer_id": handoff["customer_id"]})
    moved = await passed_on(office, handoff, summary="Cable changed")
    assert texts_of((await brief_of(office, moved))["summaries"]) == ["Cable changed", "Router is dead"]


def test_twenty_summaries_are_shown_each_with_an_equal_share_and_the_rest_is_counted():
    history = written(*(f"{number:03}" + "x" * 9_000 for number in range(MAX_SUMMARIES + 3)))
    shown = history.shown()
    assert (len(shown), history.left_out, shown[0].text[:3]) == (MAX_SUMMARIES, 3, "022")
    assert {(len(one.text), one.text_cut) for one in shown} == {(MAX_SUMMARY_CHARS // MAX_SUMMARIES, True)}
    (alone,) = written("x" * 10_000).shown()
    assert (len(alone.text), alone.text_cut) == (10_000, False)


@pytest.mark.parametrize(
    ("audience", "serves", "told"),
    [
        (Audience.CONSOLE, True, [("Cable changed", "Ben"), ("Router is dead", None)]),
        (Audience.PARTNER, True, [("Cable changed", None), ("Router is dead", None)]),
        (Audience.PARTNER, False, []),
        (Audience.BOT, True, [("Router is dead", None)]),
        (Audience.BOT, False, [("Router is dead", None)]),
        (Audience.STORE, True, []),
    ],
)
def test_each_audience_reads_what_it_may_and_of_the_authors_too(audience, serves, told):
    """S2: a bot reads what machines wrote, and not the words of people."""
    history = written("Cable changed", by=BEN, history=written("Router is dead"))
    shown = visible_summaries(history.shown(), audience, serves=serves)
    assert [(one.text, one.agent) for one in shown] == told


def test_a_brief_says_in_both_languages_who_wrote_and_how_often_the_matter_was_passed_on():
    history = written("Cable changed", by=BEN, history=written("Router is\ndead"))
    records = {"customers": (customer(),), "conversations": (MATTER,)}
    handed = examples.handoff(conversation_id=MATTER.conversation_id)
    read = handoff_brief(context(**records), handed, CONSOLE, history=history)
    english, german = (brief_text.render_plain_text(read, language, BERLIN) for language in (ENGLISH, GERMAN))
    assert (
        "Summaries, the newest first:\n"
        "  Cable changed (an agent, Ben, support, 21 Nov 2026 10:30)\n"
        "  Router is dead (a bot, the bot, 21 Nov 2026 10:30)\n"
    ) in english
    assert "transferred 4 times" in english
    assert "Cable changed (von der Beratung, Ben, support, 21.11.2026 10:30)" in german
    assert "4-mal weitergegeben" in german
    assert "\\*" in brief_text.render_markdown(
        callback_brief(context(**records), examples.callback(), CONSOLE, history=written("*")), ENGLISH, BERLIN
    )
