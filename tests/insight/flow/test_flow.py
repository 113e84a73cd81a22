"""The journeys of a segment over HTTP: every number is that of the matters behind it."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from tests.fixtures import NOW

pytestmark = pytest.mark.slow

FLOW = "/v1/journeys/flow"
MATTERS = "/v1/journeys/matters"
DAY = timedelta(days=1)


class Town:
    """Customers of segments, and what happened to them."""

    def __init__(self, desk):
        self.desk = desk

    async def settle(self, name: str, *segments: str) -> str:
        """A customer with these segments; the id."""
        identities = [{"kind": "email", "value": f"{name}@example.de", "verified": True}]
        body = {"name": name, "identities": identities, "segments": list(segments)}
        answer = await self.desk("console", "POST", "/v1/customers", body, idempotency_key=name)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def go(self, name: str, ref: str, *way: str, at=NOW - 2 * DAY, **fields) -> str:
        """The customer comes by these channels, an hour apart; the id of the conversation."""
        for number, channel in enumerate(way):
            answer = await self.desk.register(
                email=f"{name}@example.de", ref=ref, channel=channel, at=at + timedelta(hours=number), **fields
            )
            assert answer.status_code == 201, answer.text
        return answer.json()["conversation_id"]

    async def solve(self, conversation: str) -> None:
        answer = await self.desk("console", "PATCH", f"/v1/conversations/{conversation}", {"status": "resolved"})
        assert answer.status_code == 200, answer.text

    async def flow(self, query: str = "segment=new", **headers) -> dict:
        answer = await self.desk("console", "GET", f"{FLOW}?{query}", **headers)
        assert answer.status_code == 200, answer.text
        return answer.json() if "accept" not in headers else answer

    async def matters(self, query: str = "") -> list[dict]:
        answer = await self.desk("console", "GET", f"{MATTERS}?segment=new&{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


@pytest.fixture
def town(desk):
    return Town(desk)


@pytest.fixture
async def busy(town):
    """Segment `new`: chatbot > phone solved, chatbot > phone open, chatbot given up, six contacts; `old`: one by phone."""
    await town.settle("anna", "new", "loyal")
    await town.settle("ben", "new")
    await town.settle("carla", "old")
    await town.settle("dora")
    await town.solve(await town.go("anna", "1", "chatbot", "phone"))
    await town.go("ben", "2", "chatbot", "phone")
    await town.go("ben", "3", "chatbot", at=NOW - 20 * DAY)
    await town.go("anna", "4", "web", "email", "phone", "phone", "phone", "store")
    await town.go("carla", "5", "phone")
    await town.go("dora", "6", "social")
    return town


def nodes(flow: dict) -> dict:
    return {(one["step"], one["channel"]): one for one in flow["segments"][0]["steps"]}


async def test_each_matter_of_the_segment_is_counted_once_on_its_way(busy):
    flow = await busy.flow()
    (segment,) = flow["segments"]
    assert (segment["name"], segment["members"], segment["matters"]) == ("new", 2, 4)
    assert segment["endings"] == {"solved": 1, "gave_up": 1, "open": 2}
    bot = nodes(flow)[1, "chatbot"]
    assert (bot["matters"], bot["solved"], bot["gave_up"], bot["open"]) == (3, 0, 1, 0)
    assert nodes(flow)[2, "phone"]["solved"] == 1
    (link,) = [one for one in segment["links"] if one["from"] == {"step": 1, "channel": "chatbot"}]
    assert (link["to"], link["matters"], link["share"]) == ({"step": 2, "channel": "phone"}, 2, 0.5)
    assert link["median_wait_s"] == 3600


async def test_the_fifth_contact_stands_for_all_later_ones(busy):
    last = nodes(await busy.flow())[5, "phone"]
    assert (last["matters"], last["open"]) == (1, 1)
    (matter,) = await busy.matters("step=5")
    assert (matter["contacts"], matter["way"]) == (6, ["web", "email", "phone", "phone", "phone"])


async def test_two_segments_stand_side_by_side(busy):
    flow = await busy.flow("segment=new&compare=old")
    assert [(one["name"], one["matters"]) for one in flow["segments"]] == [("new", 4), ("old", 1)]
    assert {one["segment"] for one in flow["worst"]} == {"new", "old"}
    assert flow["differences"] == []


async def test_a_matter_of_a_customer_in_both_segments_counts_in_each(busy):
    both = (await busy.flow("segment=new&compare=loyal"))["segments"]
    assert [(one["matters"], one["endings"]["solved"]) for one in both] == [(4, 1), (2, 1)]


async def test_the_picture_the_list_and_the_table_add_up_to_the_matters_behind_them(busy):
    flow = await busy.flow()
    (segment,) = flow["segments"]
    for node in segment["steps"]:
        place = f"step={node['step']}&step_channel={node['channel']}"
        for query, number in [("", "matters"), *((f"&ending={one}", one) for one in ("solved", "gave_up", "open"))]:
            assert len(await busy.matters(place + query)) == node[number], (place, number)
    for link in segment["links"]:
        came = f"step={link['to']['step']}&step_channel={link['to']['channel']}&came_from={link['from']['channel']}"
        assert len(await busy.matters(came)) == link["matters"]
    for way in flow["ways"]:
        shown = await busy.matters(f"way={'>'.join(way['way'])}")
        assert {one["conversation_id"] for one in shown} == set(way["examples"])
    table = await busy.flow(accept="text/csv")
    rows = list(csv.DictReader(StringIO(table.text), strict=True))
    total = {part: sum(int(row["matters"]) for row in rows if row["part"] == part) for part in ("total", "way", "link")}
    assert total == {"total": 4, "way": 4, "link": sum(one["matters"] for one in segment["links"])}


async def test_the_picture_is_svg_on_request(busy):
    answer = await busy.flow(accept="image/svg+xml")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg")


async def test_ways_below_the_threshold_are_hidden_and_can_be_opened(busy):
    (segment,) = (await busy.flow("segment=new&threshold=0.3"))["segments"]
    assert segment["hidden"] == {"ways": 2, "matters": 2}
    assert len(await busy.matters("threshold=0.3&hidden=true")) == 2


async def test_a_customer_who_was_asked_for_what_was_known_is_counted_where_it_happened(town):
    await town.settle("anna", "new")
    await town.go("anna", "1", "chatbot", facts={"order_number": "A-1"})
    await town.go("anna", "1", "phone", at=NOW - DAY)
    await town.go(
        "anna", "1", "phone", at=NOW - DAY + timedelta(minutes=1), direction="outbound", asks=["order_number"]
    )
    flow = await town.flow()
    assert nodes(flow)[2, "phone"]["asked_again"] == flow["segments"][0]["links"][0]["asked_again"] == 1
    assert (flow["ways"][0]["repeated_questions"], flow["worst"][0]["frictions"]) == (1, 1)
    assert len(await town.matters("step=2&asked_again=true")) == 1
    assert await town.matters("step=1&asked_again=true") == []


async def test_the_worst_journeys_are_those_with_the_most_frictions_then_the_longest(busy):
    await busy.go("ben", "7", "phone", kind="call", outcome="missed")
    await busy.go("ben", "8", "phone", attempt=("Restarted it", "failed"))
    worst = (await busy.flow())["worst"]
    assert [one["frictions"] for one in worst] == [1, 1, 0, 0, 0, 0]
    assert {(one["dropped_calls"], one["failed_attempts"]) for one in worst[:2]} == {(1, 0), (0, 1)}
    assert worst[2]["contacts"] == 6


async def test_a_matter_that_only_we_spoke_in_is_on_no_way_and_is_said(busy):
    alone = await busy.go("ben", "9", "email", direction="outbound")
    (segment,) = (await busy.flow())["segments"]
    assert (segment["matters"], segment["without_own_contact"]) == (4, 1)
    assert [one["conversation_id"] for one in await busy.matters("way=none")] == [alone]


async def test_after_a_merge_the_matters_of_both_belong_to_the_segment(busy):
    ids = {name: await busy.settle(name, *segments) for name, segments in {"eva": ["new"], "fay": []}.items()}
    await busy.go("fay", "10", "store")
    merged = await busy.desk("console", "PUT", f"/v1/customers/{ids['eva']}/merges", {"other_customer_id": ids["fay"]})
    assert merged.status_code in {200, 201}
    (matter,) = await busy.matters("step=1&step_channel=store")
    assert matter["customer_id"] == merged.json().get("customer_id", ids["eva"])
    assert (await busy.flow())["segments"][0]["members"] == 3


async def test_a_customer_belongs_to_a_segment_by_rule_as_well(busy, database):
    customer = await busy.settle("gina")
    await busy.go("gina", "11", "phone")
    async with database.transaction() as connection:
        await connection.execute("INSERT INTO segment_member VALUES ('late', $1, $2)", customer, NOW)
    assert (await busy.flow("segment=late"))["segments"][0]["matters"] == 1


@pytest.mark.parametrize(
    ("query", "matters"),
    [
        ("channel=email", 1),
        ("channel=social", 0),
        ("subject=", 4),
        ("subject=Router", 0),
        ("from=2026-11-18", 3),
        ("from=2026-11-01&to=2026-11-10", 1),
        ("from=2016-11-01T00:00:00Z", 4),
        ("queue=support", 0),
    ],
)
async def test_a_filter_leaves_the_matters_that_it_says(busy, query, matters):
    assert (await busy.flow(f"segment=new&{query}"))["segments"][0]["matters"] == matters


async def test_a_subject_and_a_queue_choose_matters(town):
    from tests.handoff.examples import queue_json

    await town.settle("anna", "new")
    conversation = await town.go("anna", "1", "chatbot", subject="Router  DOWN")
    await town.go("anna", "2", "chatbot")
    assert (await town.desk("admin", "PUT", "/v1/queues/support", queue_json())).status_code in {200, 201}
    wanted = {"identity": {"kind": "email", "value": "anna@example.de"}, "conversation": {"id": conversation}}
    handoff = wanted | {"to": {"queue": "support"}, "mode": "offer", "reason": {"code": "technical", "text": "Down."}}
    assert (await town.desk("bot", "POST", "/v1/handoffs", handoff, idempotency_key="1")).status_code == 201
    for query in ("subject=router down", "queue=support"):
        assert [one["conversation_id"] for one in await town.matters(query)] == [conversation]


async def test_messages_of_one_sitting_are_one_contact_if_a_pause_is_given(town):
    await town.settle("anna", "new")
    for minute in (0, 4, 9, 60):
        await town.go("anna", "1", "chatbot", at=NOW - DAY + timedelta(minutes=minute))
    assert (await town.matters())[0]["contacts"] == 4
    assert (await town.matters("pause=10"))[0]["contacts"] == 2


async def test_the_matters_come_page_by_page(busy):
    first = (await busy.desk("console", "GET", f"{MATTERS}?segment=new&limit=3")).json()
    rest = (await busy.desk("console", "GET", f"{MATTERS}?segment=new&limit=3&after={first['next']}")).json()
    shown = [one["conversation_id"] for one in first["items"] + rest["items"]]
    assert (len(shown), len(set(shown)), rest["next"]) == (4, 4, None)


@pytest.mark.parametrize("query", ["", "segment=", "segment=*", "segment=new&compare=*"])
async def test_without_a_segment_the_ones_there_are_are_named(busy, query):
    answer = await busy.desk("console", "GET", f"{FLOW}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "segment")
    assert "There are loyal, new, old." in answer.json()["detail"]


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("from", "from=soon"),
        ("from", "from=2026-11-21T09:30:00"),
        ("from", "from=2026-12-01"),
        ("from", "from=0001-01-01"),
        ("to", "to=2026-13-01"),
        ("channel", "channel=fax"),
        ("threshold", "threshold=1.5"),
        ("threshold", "threshold=nan"),
        ("pause", "pause=-1"),
        ("pause", "pause=99999"),
        ("step", "step=6"),
        ("step", "step_channel=phone"),
        ("way", "way=phone>fax"),
        ("ending", "ending=happy"),
        ("asked_again", "asked_again=perhaps"),
        ("after", "after=1"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_its_name(town, field, query):
    answer = await town.desk("console", "GET", f"{MATTERS}?segment=new&{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), answer.text


async def test_a_segment_that_nobody_belongs_to_has_no_matters(town):
    (segment,) = (await town.flow("segment=unknown"))["segments"]
    assert (segment["members"], segment["matters"], segment["steps"]) == (0, 0, [])


async def test_a_rating_is_no_further_contact_about_the_matter(town):
    await town.settle("anna", "new")
    await town.go("anna", "1", "phone")
    await town.go("anna", "1", "web", at=NOW - DAY, kind="feedback", rating={"scale": 5, "value": 4})
    (segment,) = (await town.flow())["segments"]
    assert [(one["step"], one["channel"], one["matters"]) for one in segment["steps"]] == [(1, "phone", 1)]
