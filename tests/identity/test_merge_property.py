"""D22: merge, anything, unmerge equals never merged. The same steps in two worlds, one of which never merges."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings, strategies

from service.context.maintenance import CacheFinding, compare_cache
from service.context.views import ViewName
from service.embedded.supervisor import EmbeddedServers
from service.identity.golden.reading import read_golden
from tests.handoff.test_state_machine import Service
from tests.registration.events import event_json

pytestmark = [pytest.mark.slow, pytest.mark.promise("D22")]

PEOPLE = "abc"
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_worlds = count(1)


class World:
    """Three people whose identities nobody else has, and what is done to them."""

    def __init__(self, service: Service, *, merges: bool) -> None:
        self.service = service
        self.merges = merges
        self.tag = f"{next(_worlds):05}"
        self._tagged = rf"([a-z][0-9]|\+49171|K){self.tag}(@|\.|[0-9]{{2}}$|[0-9]{{2}}\")"
        self.ids: dict[str, str] = {}
        self.conversations: dict[str, str] = {}
        self._events = count()
        service.clock.offset = timedelta()
        for person in PEOPLE:
            self.write(person, (("customer_number", f"{person}9", True),), text=f"I am {person}")

    def identity(self, kind: str, name: str) -> tuple[str, str]:
        """An identity of this world alone; `name` is two letters or digits."""
        values = {"email": f"{name}{self.tag}@example.de", "phone": f"0171{self.tag}{ord(name[0]) % 10}{name[-1]}"}
        return kind, values.get(kind, f"K{self.tag}.{name}")

    def call(self, method: str, path: str, body: object = None) -> Any:
        key = f"{self.tag}-{next(self._events)}"
        headers = {"authorization": f"Bearer {self.service.key}", "idempotency-key": key}
        answer = self.service.run(self.service.http.request(method, path, json=body, headers=headers))
        assert answer.status_code < 500, answer.text
        return answer.json() if answer.content else None

    def write(self, person: str, others: tuple[tuple[Any, ...], ...] = (), **fields: Any) -> None:
        given = [(*self.identity(kind, name), *verified) for kind, name, *verified in others]
        identities = [self.identity("email", f"{person}0"), *given]
        body = event_json(
            id=f"{self.tag}-{next(self._events)}", identities=identities, at=self.service.clock.now(), **fields
        )
        answer = self.call("POST", "/v1/interactions", body)
        self.ids.setdefault(person, answer["customer_id"])
        self.conversations[person] = answer["conversation_id"]

    def merge(self, survivor: str, other: str) -> None:
        if self.merges:
            self.call("PUT", f"/v1/customers/{self.ids[survivor]}/merges", {"other_customer_id": self.ids[other]})

    def unmerge_all(self) -> None:
        merged = "SELECT customer_id, merged_into FROM customer WHERE merged_into IS NOT NULL"
        while rows := self.service.fetch(merged):
            self.call("DELETE", f"/v1/customers/{rows[0]['merged_into']}/merges/{rows[0]['customer_id']}")

    def owner(self, kind: str, value: str) -> str | None:
        """The person whose identity it is, as if nobody were ever merged; None if it is not known."""
        rows = self.service.fetch(
            "SELECT customer_id FROM identity WHERE kind::text = $1 AND value LIKE '%' || $2", kind, value[-8:]
        )
        return next((person for person, one in self.ids.items() if rows and UUID(one) == rows[0]["customer_id"]), None)

    def decided(self) -> set[frozenset[str]]:
        """The pairs of people about whom something is decided."""
        names = {UUID(customer_id): person for person, customer_id in self.ids.items()}
        rows = self.service.fetch("SELECT customer_id, other_customer_id FROM match_decision")
        pairs = [(names.get(row["customer_id"]), names.get(row["other_customer_id"])) for row in rows]
        return {frozenset((one, other)) for one, other in pairs if one and other}

    def golden(self, customer_id: UUID) -> Any:
        """What is chosen among all that is said of a customer."""

        async def read() -> Any:
            async with self.service.database.connection() as connection:
                return await read_golden(connection, [customer_id])

        return msgspec.to_builtins(self.service.run(read()).fields)

    def customers(self) -> list[UUID]:
        """All customers with an identity of this world, in the order in which they came."""
        owned = "SELECT DISTINCT customer_id FROM identity WHERE value ~ $1 ORDER BY customer_id"
        return [row["customer_id"] for row in self.service.fetch(owned, f"^{self._tagged}")]

    def view(self, customer_id: UUID | str) -> dict[str, Any]:
        read = self.service.rooms.reader.read_by_id(
            UUID(str(customer_id)), ViewName.CONSOLE, now=self.service.clock.now()
        )
        return msgspec.json.decode(self.service.run(read).body)

    def views(self) -> list[Any]:
        """What a console sees of each, and its golden record, without ids, versions and names of this world."""
        seen = [without_versions(self.view(one) | {"golden": self.golden(one)}) for one in self.customers()]
        text = IDS.sub("id", msgspec.json.encode(seen).decode())
        return msgspec.json.decode(re.sub(self._tagged, r"\1TAG\2", text))

    def cached_differences(self) -> list[CacheFinding]:
        found = [self.service.run(compare_cache(self.service.rooms.reader, UUID(str(one)))) for one in self.customers()]
        return [one for one in found if one in {CacheFinding.OLDER, CacheFinding.DIFFERENT}]


def without_versions(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_versions(one) for name, one in value.items() if name not in {"version", "as_of"}}
    return [without_versions(one) for one in value] if isinstance(value, list) else value


Step = Callable[[World], object]
people = strategies.sampled_from(PEOPLE)
names = strategies.sampled_from(["city", "order_number", "tel"])


def optionally(**fields: Any) -> strategies.SearchStrategy[dict[str, Any]]:
    return strategies.fixed_dictionaries({}, optional=fields)


@strategies.composite
def written(draw: strategies.DrawFn) -> tuple[str, Step]:
    """A message or call of somebody, perhaps with identities of others, new or known."""
    person = draw(people)
    kinds = strategies.sampled_from(["email", "phone", "customer_number", "device"])
    other = strategies.tuples(
        kinds, strategies.builds("{}{}".format, people, strategies.integers(0, 1)), strategies.booleans()
    )
    others = tuple(draw(strategies.lists(other, max_size=2)))
    fields = draw(
        optionally(
            ref=strategies.sampled_from(["r1", "r2"]),
            subject=strategies.sampled_from(["Router", "Invoice"]),
            facts=strategies.dictionaries(names, strategies.integers(0, 3), max_size=2),
            asks=strategies.lists(names, max_size=2, unique=True),
            attempt=strategies.tuples(
                strategies.sampled_from(["Restart", "Reset"]), strategies.sampled_from(["failed", "worked"])
            ),
            participant=strategies.just({"role": "customer", "name": f"Name of {person}"}),
            language=strategies.sampled_from(["de", "en"]),
            text=strategies.sampled_from(["Hello", "Help"]),
        )
    )
    if draw(strategies.integers(0, 4)) == 0:
        fields |= {"channel": "phone", "kind": "call", "outcome": "missed"}
    return f"{person} writes {others} {fields}", lambda world: world.write(person, others, **fields)


def _wishes(value: int) -> dict[str, Any]:
    """A channel that is preferred, one that is refused, and a purpose."""
    channels = ["email", "phone", "web"]
    purpose = ["marketing", "survey", "all"][value % 3]
    return {
        "channels": {channels[value % 3]: "preferred", channels[(value + 1) % 3]: ["refused", "allowed"][value % 2]},
        "do_not_contact": [{"channel": channels[value // 3 % 3], "purpose": purpose}],
    }


@strategies.composite
def stated(draw: strategies.DrawFn) -> tuple[str, Step]:
    """What a desk states of somebody by the id."""
    person, name, value = draw(people), draw(names), draw(strategies.integers(0, 9))
    condition = {"title": f"C{value}", "kind": "note", "terms": {"text": "x"}, "valid_until": "2027-01-01T00:00:00Z"}
    paths = {
        "correct": ("PUT", f"/facts/{name}", {"value": value}),
        "delete": ("DELETE", f"/facts/{name}", None),
        "profile": ("PATCH", "", {"name": f"{person}{value}", "language": "fr", "segments": [f"s{value}"]}),
        "condition": ("POST", "/conditions", condition),
        "preferences": ("PUT", "/preferences", _wishes(value)),
    }
    what = draw(strategies.sampled_from(sorted(paths)))
    method, path, body = paths[what]
    return f"{what} {name}={value} of {person}", lambda world: world.call(
        method, f"/v1/customers/{world.ids[person]}{path}", body
    )


@strategies.composite
def promised(draw: strategies.DrawFn) -> tuple[str, Step]:
    """A handoff or a callback of somebody, by the id or by the address; an identity by hand; a conversation resolved."""
    person, by_id, number = draw(people), draw(strategies.booleans()), draw(strategies.integers(0, 1))
    what = draw(strategies.sampled_from(["handoff", "callback", "identity", "resolve"]))

    def step(world: World) -> object:
        kind, value = world.identity("email", f"{person}0")
        named = {"customer_id": world.ids[person]} if by_id else {"identity": {"kind": kind, "value": value}}
        if what == "handoff":
            told = {"reason": {"text": "Help"}, "to": {"queue": "support"}, "facts": {"city": number}}
            return world.call("POST", "/v1/handoffs", named | told)
        if what == "callback":
            return world.call("POST", "/v1/callbacks", named | {"queue": "support", "reason": "Later"})
        if what == "identity":
            kind, value = world.identity("phone", f"{person}{number}")
            if world.owner(kind, value) not in {None, person}:
                return None  # it is refused, but taken for proof of the other one's while they are merged
            return world.call("PUT", f"/v1/customers/{world.ids[person]}/identities", {"kind": kind, "value": value})
        return world.call("PATCH", f"/v1/conversations/{world.conversations[person]}", {"status": "resolved"})

    return f"{what} of {person} by id {by_id} {number}", step


@strategies.composite
def sourced(draw: strategies.DrawFn) -> tuple[str, Step]:
    """What a source states of somebody, what a person pins or takes back of it, and whom somebody decides about."""
    person, source = draw(people), draw(strategies.sampled_from(["crm", "shop"]))
    name, value = draw(strategies.sampled_from(["Weber", "Koch", "Meier"])), draw(strategies.integers(1, 9))
    what = draw(strategies.sampled_from(["record", "record", "pin", "unpin", "remove", "decide"]))

    def step(world: World) -> object:
        customer = f"/v1/customers/{world.ids[person]}"
        if what == "record":
            kind, number = world.identity("customer_number", f"{person}9")
            record = {
                "name": {"given": person * 3, "family": name},
                "birth_date": f"1980-01-0{value}",
                "emails": [world.identity("email", f"{person}{value % 2}")[1]],
                "identities": [{"kind": kind, "value": number, "verified": True}],
                "verified": value % 3 == 0,
            }
            return world.call("PUT", f"/v1/sources/{source}/records/K{world.tag}.{person}", record)
        if what == "pin":
            return world.call("PUT", f"{customer}/golden/family", {"value": name})
        if what == "unpin":
            pinned = "SELECT FROM golden_pin WHERE field = 'family' AND customer_id = $1"
            if not world.service.fetch(pinned, UUID(world.ids[person])):
                return None  # it is absent, but that of the other one is taken back while they are merged
            return world.call("DELETE", f"{customer}/golden/family")
        if what == "remove":
            kind, number = world.identity("phone", f"{person}{value % 2}")
            if world.owner(kind, number) != person:
                return None  # it is refused, but taken away from the other one while they are merged
            return world.call("DELETE", f"{customer}/identities", {"kind": kind, "value": number})
        other = PEOPLE[(PEOPLE.index(person) + 1) % len(PEOPLE)]
        decision = {"decision": ["apart", "later", "household"][value % 3]}
        return world.call("PUT", f"/v1/matches/{world.ids[person]}/{world.ids[other]}", decision)

    return f"{what} {source} {name} {value} of {person}", step


read = people.map(lambda person: (f"read {person}", lambda world: world.view(world.ids[person])))
merged = strategies.permutations(PEOPLE).map(
    lambda pair: (f"merge {pair[1]} into {pair[0]}", lambda world: world.merge(pair[0], pair[1]))
)
unmerged = strategies.just(("unmerge all", World.unmerge_all))
writes = strategies.one_of(written(), written(), stated(), stated(), promised(), sourced(), sourced())
steps = strategies.lists(
    strategies.one_of(writes, writes, writes, read, merged | unmerged, merged), min_size=6, max_size=14
)
fifty_writes = strategies.tuples(merged, strategies.lists(writes, min_size=50, max_size=50)).map(
    lambda story: [story[0], *story[1]]
)


def survivors_show_all(together: World, apart: World) -> None:
    """While they are merged, each survivor's view has what all of its set have in the other world."""
    sets: dict[UUID, list[int]] = {}
    for place, row in enumerate(_sets(together)):
        sets.setdefault(row, []).append(place)
    alone = apart.views()
    for survivor, places in sets.items():
        event("merged" if len(places) > 1 else "alone")
        seen = together.view(survivor)
        assert len(seen["identities"]) == sum(len(alone[place]["identities"]) for place in places)
        assert seen["included"]["of"] == sum(alone[place]["included"]["of"] for place in places)
        assert len(seen["conditions"]) == sum(len(alone[place]["conditions"]) for place in places)
        assert len(seen["handoffs"]) == sum(len(alone[place]["handoffs"]) for place in places)
        assert len(seen["callbacks"]) == sum(len(alone[place]["callbacks"]) for place in places)
        assert seen["known"].keys() <= {name for place in places for name in alone[place]["known"]}


def _sets(world: World) -> Iterator[UUID]:
    canonical = "SELECT coalesce(merged_into, customer_id) AS id FROM customer WHERE customer_id = $1"
    for customer_id in world.customers():
        yield world.service.fetch(canonical, customer_id)[0]["id"]


@pytest.fixture
def service(database_url: str, servers: EmbeddedServers):
    service = Service(database_url, servers.endpoints.redis_url)
    yield service
    service.close()


def same_in_both_worlds(service: Service, story: list[tuple[str, Step]]) -> None:
    """The steps in both worlds; at the end, everything is as it would be had nobody ever been merged."""
    together, apart = World(service, merges=True), World(service, merges=False)
    for world in (together, apart):
        service.clock.offset = timedelta()
        for _, step in story:
            service.clock.advance(timedelta(minutes=1))
            step(world)
    survivors_show_all(together, apart)
    assert together.cached_differences() == []
    together.unmerge_all()
    for seen, expected in zip(together.views(), apart.views(), strict=True):
        for part in expected:
            assert seen[part] == expected[part], [what for what, _ in story]
    assert apart.decided() <= together.decided()
    assert together.cached_differences() == []


SETTINGS = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # shrinking takes minutes, and the steps can be read as they are
)


@pytest.mark.timeout(300)
@settings(SETTINGS, max_examples=80)
@given(steps)
def test_merge_anything_unmerge_equals_never_merged(service: Service, story: list[tuple[str, Step]]):
    same_in_both_worlds(service, story)


@pytest.mark.timeout(300)
@settings(SETTINGS, max_examples=10)
@given(fifty_writes)
def test_a_merge_and_fifty_writes_of_all_kinds_are_undone_completely(service: Service, story: list[tuple[str, Step]]):
    same_in_both_worlds(service, story)
