"""From an anonymous visitor to a customer: a browser can claim anything, and nothing less than proof makes two people one."""

import pytest

from tests.channels.conftest import OpenDoor
from tests.channels.segment import WRITE_KEY, basic, batch, event
from tests.fixtures import Desk

KEY_OF_THE_SERVERS = "wk-of-the-servers"


@pytest.fixture(autouse=True)
async def doors(open_door: OpenDoor, desk: Desk) -> None:
    """A door whose writeKey stands in every page, and one whose writeKey only the shop's servers know."""
    await open_door("segment", name="shop", secret=WRITE_KEY)
    await open_door("segment", name="servers", secret=KEY_OF_THE_SERVERS, trusted="true")


class Site:
    """The shop's pages and servers, as their SDKs tell of them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sent = 0

    def _next(self, **fields: object) -> dict:
        self.sent += 1
        return event(**{"messageId": f"m-{self.sent}", **fields})

    def view(self, visitor: str = "visitor-1", **fields: object) -> dict:
        return self._next(type="page", event=None, name="Returns", anonymousId=visitor, **fields)

    def identify(self, visitor: str | None = "visitor-1", user: str | None = None, **traits: str) -> dict:
        return self._next(type="identify", event=None, anonymousId=visitor, userId=user, traits=traits)

    async def tell(self, *events: dict, door: str = "shop", key: str = WRITE_KEY) -> None:
        path = f"/v1/channels/segment/{door}/v1/batch"
        answered = await self.desk.http.post(path, json=batch(*events), headers=basic(key))
        assert answered.status_code == 200

    async def customer(self, kind: str, value: str) -> str:
        return (await self.desk.look_up(kind=kind, value=value)).json()["customer"]["id"]

    async def suggested(self, customer_id: str) -> set[str]:
        found = await self.desk("console", "GET", f"/v1/customers/{customer_id}/merge-suggestions")
        return {one["other_customer_id"] for one in found.json()["items"]}


@pytest.fixture
def site(desk: Desk) -> Site:
    return Site(desk)


async def test_who_logs_in_for_the_first_time_keeps_what_they_did_before(site: Site, desk: Desk) -> None:
    await site.tell(site.view(), site.view())
    visitor = await site.customer("device", "visitor-1")
    await site.tell(site.identify(user="u1", email="anna@example.de"))
    context = (await desk.look_up(kind="external", value="u1")).json()
    assert context["customer"]["id"] == visitor
    assert context["included"]["of"] == 3
    assert not any(one["verified"] for one in context["identities"])


@pytest.mark.promise("S25")
async def test_the_address_of_somebody_else_opens_nothing_of_theirs(site: Site, desk: Desk) -> None:
    await desk.register(identities=[("email", "anna@example.de", True)], text="My contract number is secret")
    await site.tell(site.view(), site.identify(user="stranger", email="anna@example.de"))
    stranger = (await desk.look_up(kind="external", value="stranger")).json()
    anna = (await desk.look_up()).json()
    assert stranger["customer"]["id"] != anna["customer"]["id"]
    assert "My contract number is secret" not in {one.get("text") for one in stranger["recent"]}
    assert anna["included"]["of"] == 1
    assert await site.suggested(stranger["customer"]["id"]) == {anna["customer"]["id"]}


async def test_a_customer_who_logs_in_on_a_new_device_is_suggested_as_the_visitor(site: Site, desk: Desk) -> None:
    await desk.register(identities=[("external", "u1")])
    anna = await site.customer("external", "u1")
    await site.tell(site.view())
    visitor = await site.customer("device", "visitor-1")
    await site.tell(site.identify(user="u1"))
    assert await site.customer("device", "visitor-1") == visitor != anna
    assert await site.suggested(anna) == {visitor}


async def test_a_person_makes_them_one_after_proof_and_can_undo_it(site: Site, desk: Desk) -> None:
    await desk.register(identities=[("external", "u1")])
    anna = await site.customer("external", "u1")
    await site.tell(site.view(), site.view())
    visitor = await site.customer("device", "visitor-1")
    await site.tell(site.identify(user="u1"))
    merges = f"/v1/customers/{anna}/merges"
    assert (await desk("console", "PUT", merges, {"other_customer_id": visitor})).status_code == 200
    one = (await desk.look_up(kind="device", value="visitor-1")).json()
    assert (one["customer"]["id"], one["included"]["of"]) == (anna, 4)
    await desk("console", "DELETE", f"{merges}/{visitor}")
    assert await site.customer("device", "visitor-1") == visitor


async def test_two_who_log_in_on_one_device_stay_two(site: Site) -> None:
    await site.tell(site.view(), site.identify(user="u1"))
    await site.tell(site.view(), site.identify(user="u2"))
    first, second = await site.customer("external", "u1"), await site.customer("external", "u2")
    assert first != second
    assert await site.suggested(second) == {first}


async def test_they_stay_two_when_the_device_tells_of_both_at_once(site: Site) -> None:
    await site.tell(site.view(), site.identify(user="u1"), site.identify(user="u2"), site.view(userId="u2"))
    assert await site.customer("external", "u1") != await site.customer("external", "u2")
    assert await site.customer("device", "visitor-1") == await site.customer("external", "u1")


async def test_an_alias_merges_nothing(site: Site, desk: Desk) -> None:
    await desk.register(identities=[("external", "u1")])
    await site.tell(site.view())
    anna, visitor = await site.customer("external", "u1"), await site.customer("device", "visitor-1")
    alias = {"type": "alias", "messageId": "a-1", "userId": "u1", "previousId": "visitor-1"}
    await site.tell(alias)
    assert await site.customer("device", "visitor-1") == visitor
    assert await site.suggested(anna) == {visitor}


async def test_the_shops_servers_prove_an_account_and_not_what_its_owner_typed(site: Site, desk: Desk) -> None:
    await desk.register(identities=[("email", "anna@example.de", True)])
    await site.tell(site.identify(user="u1"))
    told = site.identify(visitor=None, user="u1", email="anna@example.de")
    await site.tell(told, door="servers", key=KEY_OF_THE_SERVERS)
    context = (await desk.look_up(kind="external", value="u1")).json()
    verified = {(one["kind"], one["value"]): one["verified"] for one in context["identities"]}
    assert verified == {("external", "u1"): True, ("device", "visitor-1"): False}
    assert context["customer"]["assurance"] == "possession"
    assert await site.customer("email", "anna@example.de") != context["customer"]["id"]


async def test_a_proven_account_wins_over_what_a_browser_claimed_before(site: Site, desk: Desk) -> None:
    await desk.register(identities=[("external", "u1", True)])
    anna = await site.customer("external", "u1")
    await site.tell(site.identify(user="u2"))
    await site.tell(site.identify(user="u1"))
    assert await site.customer("external", "u1") == anna
    assert await site.suggested(anna) == {await site.customer("external", "u2")}
