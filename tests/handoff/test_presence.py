"""Who is offered a handoff while agents are known to be there or not: by pure rules, and over HTTP."""

from datetime import timedelta

import msgspec
import pytest

from service.agents.model import AgentPresence, AgentWishes
from service.handoff.model import Offer, OfferEnd, OfferTarget
from service.handoff.offering import ask_next, with_next_offer
from service.handoff.queues.model import StaffedQueue
from service.handoff.rules import preferred_agent
from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY, handoff, queue

TURKISH = AgentWishes(language="tr")


def anna(**changes) -> AgentPresence:
    """Anna of the queue support, who is there, speaks Turkish and knows billing."""
    known = {"name": "anna", "there": True, "skills": ("billing",), "languages": ("tr",)}
    return AgentPresence(**known | changes)


def staffed(*agents: AgentPresence, **changes) -> StaffedQueue:
    """The queue support with these agents."""
    return StaffedQueue(**msgspec.structs.asdict(queue(**changes)), agents=agents)


def story(asked) -> list[tuple]:
    """The offers of a handoff: whom, how each ended, how many were there, for whom alone."""
    return [(one.to.agent or one.to.queue, one.end, one.agents_available, one.only_fitting) for one in asked.offers]


@pytest.mark.parametrize(
    ("agents", "offers"),
    [
        ([], [("support", None, None, False)]),
        ([anna(in_queue=False)], [("support", None, None, False)]),
        ([anna()], [("support", None, 1, False)]),
        ([anna(), anna(name="ben"), anna(name="carl", there=False)], [("support", None, 2, False)]),
        ([anna(there=False)], [("support", "no_agents", 0, False), ("night", None, None, False)]),
    ],
)
def test_a_queue_is_offered_what_somebody_there_can_take(agents, offers):
    queues = [staffed(*agents, fallback="night"), queue("night", hours="24/7")]
    asked = ask_next(handoff(offers=()), queues, now=MONDAY)
    assert story(asked) == offers
    assert asked.queue == offers[-1][0]


def test_where_nobody_is_there_at_all_no_offer_stands_and_the_reason_is_kept():
    asked = ask_next(handoff(offers=()), [staffed(anna(there=False))], now=MONDAY)
    assert asked.deadline is None
    assert story(asked) == [("support", OfferEnd.NO_AGENTS, 0, False)]
    assert with_next_offer(handoff(offers=()), [staffed(anna(there=False))], now=MONDAY) is None


@pytest.mark.parametrize(
    ("agents", "offers"),
    [
        ([], [("anna", None, None, False)]),
        ([anna()], [("anna", None, None, False)]),
        ([anna(in_queue=False)], [("anna", None, None, False)]),
        ([anna(there=False), anna(name="ben")], [("anna", "absent", None, False), ("support", None, 1, False)]),
        ([anna(there=False, in_queue=False)], [("anna", "absent", None, False), ("support", None, None, False)]),
        ([anna(there=False)], [("anna", "absent", None, False), ("support", "no_agents", 0, False)]),
    ],
)
def test_an_offer_to_an_absent_agent_goes_on_at_once_and_to_an_unknown_one_stands(agents, offers):
    asked = ask_next(handoff(offers=()), [staffed(*agents)], now=MONDAY, agent="anna")
    assert story(asked) == offers


def test_agents_who_do_not_fit_are_asked_after_one_offer_that_waits_for_one_who_does():
    german = anna(languages=("de",))
    first = ask_next(handoff(offers=(), wishes=TURKISH), [staffed(german, max_offers=1)], now=MONDAY)
    assert story(first) == [("support", None, 0, True)]
    second = ask_next(first, [staffed(german, max_offers=1)], now=MONDAY)
    assert story(second)[1:] == [("support", None, 1, False)]
    assert with_next_offer(second, [staffed(german, max_offers=1)], now=MONDAY) is None


def test_while_an_agent_fits_offers_are_for_those_who_fit():
    both = staffed(anna(), anna(name="ben", languages=()))
    first = ask_next(handoff(offers=(), wishes=TURKISH), [both], now=MONDAY)
    assert story(ask_next(first, [both], now=MONDAY)) == [("support", None, 1, True)] * 2


def test_what_is_wanted_does_not_matter_where_nobody_is_declared():
    assert story(ask_next(handoff(offers=(), wishes=TURKISH), [queue()], now=MONDAY)) == [
        ("support", None, None, False)
    ]


@pytest.mark.parametrize(
    ("last", "agents", "wishes", "preferred"),
    [
        ("anna", [anna()], None, "anna"),
        ("anna", [anna()], TURKISH, "anna"),
        ("anna", [anna(languages=("de",))], TURKISH, None),
        ("anna", [anna(there=False)], None, None),
        ("anna", [anna(in_queue=False)], None, None),
        ("anna", [anna(name="ben")], None, None),
        ("anna", [], None, None),
        (None, [anna()], None, None),
    ],
)
def test_the_last_agent_is_asked_first_who_is_there_in_the_queue_and_fits(last, agents, wishes, preferred):
    assert preferred_agent(last, agents, wishes) == preferred


def test_the_last_agent_has_fifteen_seconds_and_then_the_queue_is_asked():
    first = ask_next(handoff(offers=()), [staffed(anna(), max_offers=1)], now=MONDAY, last_agent="anna")
    assert (story(first), first.deadline) == ([("anna", None, None, False)], MONDAY + timedelta(seconds=15))
    then = ask_next(first, [staffed(anna(), max_offers=1)], now=first.deadline)
    assert (then.offers[-1].to, then.deadline) == (OfferTarget(queue="support"), first.deadline + timedelta(seconds=60))


def test_an_agent_who_is_named_is_asked_instead_of_the_last_one():
    asked = ask_next(handoff(offers=()), [staffed(anna())], now=MONDAY, agent="ben", last_agent="anna")
    assert asked.offers[-1].to.agent == "ben"


def test_an_offer_that_waited_for_nobody_is_not_among_those_of_the_queue():
    waited = Offer(to=OfferTarget(queue="support"), offered_at=MONDAY, agents_available=0, only_fitting=True)
    assert with_next_offer(handoff(offers=(waited,)), [queue(max_offers=1)], now=MONDAY) is not None


async def declare(office: Office, name: str, **fields) -> None:
    """An agent of the queue support, who is there unless told otherwise."""
    answer = await office.desk("console", "PUT", f"/v1/agents/{name}", {"queues": ["support"]} | fields)
    assert answer.status_code in {200, 201}, answer.text


async def test_an_offer_says_how_many_agents_are_there(office: Office):
    unknown = (await office.hand_off()).json()
    assert unknown["offers"][0]["agents_available"] is None
    await declare(office, "anna")
    await declare(office, "ben", available=False)
    assert (await office.hand_off("console")).json()["offers"][0]["agents_available"] == 1


async def test_where_nobody_is_there_the_customer_is_called_back_and_the_reason_is_told(office: Office):
    await declare(office, "anna", available=False)
    given = (await office.hand_off()).json()
    assert (given["state"], given["onward_reason"]) == ("fell_back", "no_agents")
    assert [(one["end"], one["agents_available"]) for one in given["offers"]] == [("no_agents", 0)]
    assert (await office.callback(given["callback_id"]))["handoff_id"] == given["id"]
    path = f"/v1/handoffs/{given['id']}/brief"
    assert (await office.desk("console", "GET", path)).json()["what"]["onward_reason"] == "no_agents"
    text = await office.desk("console", "GET", path, accept="text/plain")
    assert "No agent of the desk asked before was there" in text.text


async def test_an_absent_agent_is_passed_over_at_once(office: Office, until: Until):
    await declare(office, "ben")
    await until(MONDAY + timedelta(seconds=60))
    await declare(office, "anna")
    await until(MONDAY + timedelta(seconds=100))
    given = (await office.hand_off(to={"agent": "ben", "queue": "support"})).json()
    assert (given["state"], given["to"], given["onward_reason"]) == (
        "offered",
        {"queue": "support", "agent": None},
        "absent",
    )
    assert given["offers"][0]["end"] == "absent"
    assert given["offers"][1]["agents_available"] == 1


async def test_an_offer_goes_on_when_its_agent_leaves(office: Office, until: Until):
    await declare(office, "anna")
    await declare(office, "ben")
    given = (await office.hand_off(to={"agent": "ben", "queue": "support"})).json()
    assert given["deadline"] == "2026-11-23T09:01:00Z"
    await until(MONDAY + timedelta(seconds=5))
    await declare(office, "ben", available=False)
    stored = await office.handoff(given)
    assert [(one["to"]["agent"], one["end"]) for one in stored["offers"]] == [("ben", "absent"), (None, None)]
    assert (stored["deadline"], stored["offers"][1]["agents_available"]) == ("2026-11-23T09:01:05Z", 1)
    await office.step(given, "accept", agent="anna")
    await declare(office, "anna", available=False)
    assert (await office.handoff(given))["taken_by"] == "anna"


async def test_agents_who_leave_before_the_next_offer_are_not_waited_for(office: Office, until: Until):
    await declare(office, "anna")
    given = (await office.hand_off()).json()
    await until(MONDAY + timedelta(seconds=90))
    stored = await office.handoff(given)
    assert [one["end"] for one in stored["offers"]] == ["expired", None]
    await until(MONDAY + timedelta(seconds=121))
    stored = await office.handoff(given)
    assert (stored["state"], stored["onward_reason"]) == ("fell_back", "no_agents")


async def test_each_agent_is_told_who_has_what_is_wanted_and_the_brief_says_what_that_is(office: Office, until: Until):
    await office.desk.register("bot", at=MONDAY, language="tr")
    await declare(office, "anna", languages=["tr"], skills=["Billing"])
    await declare(office, "ben", languages=["de"], skills=["billing"])
    given = (await office.hand_off(skills=["billing"], language="auto")).json()
    assert given["wishes"] == {"skills": ["billing"], "language": "tr"}
    assert (given["offers"][0]["only_fitting"], given["offers"][0]["agents_available"]) == (True, 1)
    for agent, fits in (("anna", True), ("ben", False), ("carl", None)):
        (item,) = (await office.desk("console", "GET", f"/v1/handoffs?queue=support&agent={agent}")).json()["items"]
        assert item["fits"] is fits, agent
    await declare(office, "anna", available=False)
    await until(MONDAY + timedelta(seconds=60))
    stored = await office.handoff(given)
    assert (stored["offers"][1]["only_fitting"], stored["offers"][1]["agents_available"]) == (False, 1)
    text = await office.desk("console", "GET", f"/v1/handoffs/{given['id']}/brief", accept="text/plain")
    assert "Wanted of the agent: billing, tr" in text.text


async def test_a_partner_and_a_bot_are_told_nothing_of_agents_of_other_queues(office: Office):
    """S1 of agents: neither who they are nor what they can do."""
    await declare(office, "anna", skills=["billing"])
    await office.hand_off("bot", to={"queue": "repairs"}, skills=["billing"])
    for role in ("partner", "bot"):
        (item,) = (await office.desk(role, "GET", "/v1/handoffs?agent=anna")).json()["items"]
        assert item["fits"] is None, role


async def test_who_served_the_customer_last_is_asked_first_when_that_is_preferred(office: Office, until: Until):
    await declare(office, "anna")
    await declare(office, "ben")
    first = (await office.hand_off()).json()
    token = (await office.step(first, "accept", agent="anna")).json()["token"]
    moved = (await office.step(first, "transfer", token=token, to={"queue": "support"}, prefer="last_agent")).json()
    assert moved["offers"][-1]["to"]["agent"] is None
    token = (await office.step(moved, "accept", agent="ben")).json()["token"]
    await office.step(moved, "complete", token=token)
    assert (await office.hand_off()).json()["offers"][-1]["to"]["agent"] is None
    again = (await office.hand_off("console", prefer="last_agent")).json()
    offer = (await office.handoff(again))["offers"][-1]
    assert (offer["to"]["agent"], again["deadline"]) == ("ben", "2026-11-23T09:00:15Z")
    await until(MONDAY + timedelta(seconds=15))
    assert (await office.handoff(again))["to"] == {"queue": "support", "agent": None}


async def test_an_agent_named_alone_belongs_to_the_queue_that_is_declared(office: Office):
    await declare(office, "anna")
    assert (await office.hand_off(to={"agent": "anna"})).json()["to"] == {"queue": "support", "agent": None}
