"""How a customer wants to be contacted is stated once, shown to desks, and kept apart in what is merged."""

from datetime import timedelta
from typing import Any

import pytest

from service.app.rooms import Rooms
from tests.fixtures import NOW, Desk
from tests.identity.test_merged_customers import ANNA, BEN, Household

NO_ADVERTS = {"channel": "phone", "purpose": "marketing", "until": None}


@pytest.fixture
async def anna(desk: Desk) -> Household:
    """Anna and Ben, who wrote to us."""
    household = Household(desk)
    await household.writes(ANNA)
    await household.writes(BEN)
    return household


async def wishes(household: Household, email: str = ANNA, **stated: Any) -> Any:
    return await household.console("PUT", email, "/preferences", stated)


async def test_a_wish_is_one_more_version_and_shown_in_the_console_and_in_no_view_of_machines(anna: Household):
    before = await anna.view(ANNA)
    stated = {"channels": {"email": "preferred", "phone": "refused"}, "do_not_contact": [NO_ADVERTS]}
    assert await wishes(anna, **stated) == stated
    after = await anna.view(ANNA)
    assert (before["preferences"], after["preferences"]) == ({"channels": {}, "do_not_contact": []}, stated)
    assert (after["version"], after["customer"]["preferred_channel"]) == (before["version"] + 1, "email")
    assert await anna.console("GET", ANNA, "/preferences") == stated
    for role in ("bot", "store"):
        assert "marketing" not in (await anna.desk.look_up(role)).text


async def test_what_is_not_sent_stays_and_the_preferred_channel_of_the_record_agrees(anna: Household):
    await anna.console("PATCH", ANNA, "", {"preferred_channel": "web"})
    assert await wishes(anna, do_not_contact=[NO_ADVERTS]) == {
        "channels": {"web": "preferred"}, "do_not_contact": [NO_ADVERTS],
    }  # fmt: skip
    await wishes(anna, channels={"phone": "refused", "email": "allowed"})
    assert (await anna.console("GET", ANNA, ""))["preferred_channel"] is None
    await anna.console("PATCH", ANNA, "", {"preferred_channel": "phone"})
    assert await anna.console("GET", ANNA, "/preferences") == {
        "channels": {"email": "allowed", "phone": "preferred"}, "do_not_contact": [NO_ADVERTS],
    }  # fmt: skip
    assert (await wishes(anna, channels={}, do_not_contact=[])) == {"channels": {}, "do_not_contact": []}


async def test_the_strictest_wish_counts_while_merged_and_each_has_its_own_again_afterwards(anna: Household):
    await wishes(anna, channels={"email": "preferred"})
    ben = await wishes(anna, BEN, channels={"email": "refused", "web": "preferred"}, do_not_contact=[NO_ADVERTS])
    await anna.merge(ANNA, BEN)
    both = {"channels": {"email": "refused", "web": "preferred"}, "do_not_contact": [NO_ADVERTS]}
    assert await anna.console("GET", ANNA, "/preferences") == (await anna.view(ANNA))["preferences"] == both
    assert await wishes(anna, channels={"email": "allowed"}) == both
    assert (await anna.console("GET", BEN, ""))["preferred_channel"] == "web"
    await anna.unmerge(ANNA, BEN)
    assert await anna.console("GET", ANNA, "/preferences") == {"channels": {"email": "allowed"}, "do_not_contact": []}
    assert await anna.console("GET", BEN, "/preferences") == ben


async def test_a_wish_stays_with_the_customer_whose_interactions_are_split_off(anna: Household):
    first = await anna.writes(ANNA)
    stated = await wishes(anna, do_not_contact=[NO_ADVERTS])
    body = {"interactions": [first["interaction_id"]]}
    split = await anna.console("POST", ANNA, "/split", body, idempotency_key="split")
    assert await anna.console("GET", ANNA, "/preferences") == stated
    anna.ids["new"] = split["id"]
    assert await anna.console("GET", "new", "/preferences") == {"channels": {}, "do_not_contact": []}


async def test_a_wish_with_an_end_is_shown_until_then_and_not_a_moment_longer(anna: Household, clock):
    until = NOW + timedelta(days=30)
    await wishes(anna, do_not_contact=[{"channel": "email", "until": until.isoformat()}])
    clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert [one["channel"] for one in (await anna.view(ANNA))["preferences"]["do_not_contact"]] == ["email"]
    clock.advance(timedelta(seconds=1))
    assert (await anna.view(ANNA))["preferences"]["do_not_contact"] == []
    assert (await anna.console("GET", ANNA, "/preferences"))["do_not_contact"] == []


@pytest.mark.parametrize(
    "stated",
    [
        {"channels": {"email": "preferred", "web": "preferred"}},
        {"channels": {"pigeon": "allowed"}},
        {"channels": {"email": "loved"}},
        {"do_not_contact": [{"channel": "phone", "purpose": "gossip"}]},
        {"do_not_contact": [{"purpose": "all"}]},
        {"do_not_contact": [{"channel": "phone", "until": "2026-11-21T09:30:00"}]},
    ],
)
async def test_a_wish_that_says_nothing_clear_is_refused_and_changes_nothing(anna: Household, stated):
    refused = await anna.desk("console", "PUT", f"/v1/customers/{anna.ids[ANNA]}/preferences", stated)
    assert refused.status_code == 400, refused.text
    assert (await anna.view(ANNA))["version"] == 1


async def test_a_channel_may_state_a_wish_and_reads_none(anna: Household, rooms: Rooms):
    path = f"/v1/customers/{anna.ids[ANNA]}/preferences"
    answer = await anna.desk("channel", "PUT", path, {"do_not_contact": [NO_ADVERTS]})
    assert answer.json() == {"id": anna.ids[ANNA], "version": 2}
    for role in ("bot", "store", "partner"):
        assert (await anna.desk(role, "PUT", path, {})).status_code == 403
        assert (await anna.desk(role, "GET", path)).status_code == 403
    async with rooms.database.connection() as connection:
        audited = await connection.fetch("SELECT action, fields FROM change_audit ORDER BY version")
    assert [(row["action"], row["fields"]) for row in audited] == [("preferences.changed", ["do_not_contact"])]
