"""What systems say of a person: kept value by value, each record a customer of its own unless something proves it."""

import asyncio
from urllib.parse import quote

import pytest

from service.identity.sources import records
from service.identity.sources.places import PlaceInput, store_places
from service.identity.sources.quality import counting
from service.identity.sources.quality.counting import fold_counts
from tests.fixtures import NOW, Desk

pytestmark = pytest.mark.slow

ANNA = {
    "name": {"given": "Anna", "family": "Müller"},
    "birth_date": "1984-03-07",
    "addresses": [
        {"street-address": "Hauptstr. 5", "postal-code": "80331", "address-level2": "München", "country": "DE"}
    ],
    "phones": ["0171 3920012"],
    "emails": ["anna.mueller@example.de"],
}


async def put(desk: Desk, source: str, external_id: str, record: object, role: str = "console"):
    path = f"/v1/sources/{quote(source, safe='')}/records/{quote(external_id, safe='')}"
    return await desk(role, "PUT", path, record)


async def read(desk: Desk, source: str, external_id: str) -> dict:
    path = f"/v1/sources/{quote(source, safe='')}/records/{quote(external_id, safe='')}"
    return (await desk("console", "GET", path)).json()


def stated(values: list[dict], field: str) -> list:
    return [one["value"] for one in values if one["field"] == field]


async def test_a_new_record_is_a_customer_whom_its_id_and_number_lead_to(desk):
    answer = await put(desk, "crm", "4711", ANNA)
    assert answer.status_code == 201, answer.text
    customer_id = answer.json()["customer_id"]
    for kind, value in (("external", "crm:4711"), ("phone", "+491713920012"), ("email", "anna.mueller@example.de")):
        assert (await desk.look_up(kind=kind, value=value)).json()["customer"]["id"] == customer_id


async def test_the_same_record_again_changes_nothing(desk):
    first = await put(desk, "crm", "4711", ANNA)
    again = await put(desk, "crm", "4711", ANNA)
    assert again.status_code == 200
    assert again.json() == first.json()


async def test_what_a_record_states_no_more_stays_as_history(desk):
    await put(desk, "crm", "4711", ANNA)
    changed = await put(desk, "crm", "4711", ANNA | {"name": {"given": "Anna", "family": "Weber"}})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    found = await read(desk, "crm", "4711")
    assert (stated(found["values"], "family"), stated(found["history"], "family")) == (["Weber"], ["Müller"])


async def test_an_older_statement_does_not_replace_a_newer_one(desk):
    await put(desk, "crm", "4711", ANNA | {"stated_at": "2026-03-02T10:00:00Z"})
    late = ANNA | {"phones": ["0171 3920099"], "stated_at": "2026-03-01T10:00:00Z"}
    for _ in range(2):
        assert (await put(desk, "crm", "4711", late)).json()["version"] == 1
    found = await read(desk, "crm", "4711")
    assert (stated(found["values"], "phone"), stated(found["history"], "phone")) == (["0171 3920012"], ["0171 3920099"])


async def test_two_records_with_one_number_are_two_customers(desk):
    one, other = await put(desk, "crm", "1", ANNA), await put(desk, "shop", "1", ANNA)
    assert one.json()["customer_id"] != other.json()["customer_id"]


async def test_a_record_with_a_verified_address_joins_the_customer_with_the_same_one(desk):
    known = (await desk.register(identities=[("email", "anna.mueller@example.de", True)])).json()["customer_id"]
    assert (await put(desk, "crm", "1", ANNA)).json()["customer_id"] != known
    assert (await put(desk, "shop", "1", ANNA | {"verified": True})).json()["customer_id"] == known


async def test_two_records_of_one_system_are_two_persons_although_they_share_a_verified_address(desk):
    one, other = [await put(desk, "crm", number, ANNA | {"verified": True}) for number in "12"]
    assert one.json()["customer_id"] != other.json()["customer_id"]


async def test_a_customer_without_a_name_has_that_of_its_record(desk):
    customer_id = (await put(desk, "crm", "4711", ANNA)).json()["customer_id"]
    await put(desk, "crm", "4711", ANNA | {"name": {"given": "Anna", "family": "Weber"}})
    assert (await desk("console", "GET", f"/v1/customers/{customer_id}")).json()["name"] == "Anna Weber"


async def test_an_id_may_have_slashes_and_umlauts(desk):
    external_id = "Straße/7 ä/" + "ü" * 280
    assert (await put(desk, "crm", external_id, ANNA)).status_code == 201
    assert (await read(desk, "crm", external_id))["external_id"] == external_id


async def test_a_record_with_nothing_to_compare_is_kept_and_says_so(desk):
    answer = (await put(desk, "crm", "4711", {"language": "de"})).json()
    assert not answer["matchable"]
    assert answer["hint"]


async def test_a_channel_speaks_for_its_own_source_alone(desk):
    assert (await put(desk, "the channel", "1", ANNA, role="channel")).status_code == 201
    assert (await put(desk, "crm", "1", ANNA, role="channel")).status_code == 403
    assert (await put(desk, "forms", "1", ANNA)).status_code == 403


async def test_a_customer_number_that_another_customer_has_joins_nobody(desk):
    known = (await desk.register(identities=[("customer_number", "K1", True)])).json()["customer_id"]
    record = {"name": {"family": "Berg"}, "identities": [{"kind": "customer_number", "value": "K1"}]}
    assert (await put(desk, "crm", "1", record)).json()["customer_id"] != known


async def test_one_bad_record_of_a_batch_spoils_no_other(desk):
    batch = [ANNA | {"external_id": "1"}, ANNA | {"external_id": ""}, ANNA | {"external_id": "1"}, {"external_id": "2"}]
    answers = (await desk("console", "POST", "/v1/sources/crm/records/batch", batch)).json()
    assert [one["status"] for one in answers] == [201, 400, 200, 201]
    assert answers[0]["customer_id"] == answers[2]["customer_id"] != answers[3]["customer_id"]
    assert answers[1]["errors"][0]["field"] == "external_id"


async def test_a_source_is_declared_with_its_first_record(desk):
    await put(desk, "crm", "1", ANNA)
    assert (await desk("console", "GET", "/v1/sources/crm")).json()["trust"] == 50
    declared = await desk("console", "PUT", "/v1/sources/crm", {"title": "The CRM", "trust": 80})
    assert (declared.status_code, declared.json()["title"]) == (200, "The CRM")
    assert [one["source"] for one in (await desk("console", "GET", "/v1/sources")).json()["items"]] == ["crm"]


async def test_a_source_tells_only_a_webhook_that_is_there(desk):
    refused = await desk("console", "PUT", "/v1/sources/crm", {"webhook": "none"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "webhook")


@pytest.mark.parametrize(
    ("source", "external_id", "record", "field"),
    [
        ("crm", "x" * 301, ANNA, "external_id"),
        ("crm", "a\0b", ANNA, "external_id"),
        ("a:b", "1", ANNA, "source"),
        ("crm", "1", {"identities": [{"kind": "phone", "value": "12"}]}, "identities[0].value"),
        ("crm", "1", {"name": {"given": "A" * 1001}}, "name.given"),
        ("crm", "1", {"stated_at": "2026-03-01T10:00:00"}, "stated_at"),
    ],
)
async def test_what_a_record_cannot_hold_is_named(desk, source, external_id, record, field):
    refused = await put(desk, source, external_id, record)
    assert refused.status_code == 400, refused.text
    assert refused.json()["errors"][0]["field"] == field


async def test_times_at_the_ends_of_the_calendar_are_kept(desk):
    for number, at in enumerate(("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")):
        assert (await put(desk, "crm", str(number), ANNA | {"stated_at": at})).status_code == 201
    assert (await read(desk, "crm", "1"))["stated_at"] < "9999"


async def test_what_is_thought_of_a_value_stands_beside_it_and_changes_nothing(desk):
    record = ANNA | {"emails": ["anna@gmial.com"], "phones": ["0171 3920012", "12"]}
    quality = {one["field"]: one for one in (await put(desk, "crm", "1", record)).json()["quality"]}
    assert quality["phones[0]"] == {"field": "phones[0]", "verdict": "mobile", "hint": None}
    assert quality["phones[1]"]["verdict"] == "impossible"
    assert (quality["emails[0]"]["verdict"], "gmail.com" in quality["emails[0]"]["hint"]) == ("typo_suspected", True)
    found = (await read(desk, "crm", "1"))["values"]
    assert stated(found, "email") == ["anna@gmial.com"]
    assert next(one["quality"]["verdict"] for one in found if one["field"] == "email") == "typo_suspected"


async def test_a_town_is_compared_with_its_postal_code_where_places_are_loaded(desk, database):
    async with database.connection() as connection:
        await store_places(connection, [PlaceInput("DE", "80331", "München"), PlaceInput("DE", "70173", "Stuttgart")])
    wrong = ANNA | {"addresses": [ANNA["addresses"][0] | {"postal-code": "70173"}]}
    verdicts = []
    for number, record in enumerate((ANNA, wrong)):
        quality = (await put(desk, "crm", str(number), record)).json()["quality"]
        verdicts += [one["verdict"] for one in quality if one["field"].startswith("addresses")]
    assert verdicts == ["valid", "place_unlikely"]


async def test_a_national_number_belongs_to_the_country_of_the_address(desk):
    vienna = {"street-address": "Ring 1", "postal-code": "1010", "address-level2": "Wien", "country": "AT"}
    customer_id = (await put(desk, "crm", "1", {"addresses": [vienna], "phones": ["0664 1234321"]})).json()[
        "customer_id"
    ]
    assert (await desk.look_up(kind="phone", value="+436641234321")).json()["customer"]["id"] == customer_id


async def test_each_number_of_a_field_leads_to_the_customer(desk):
    record = {"name": {"full": "Anna Berg"}, "phones": ["Tel. 0711 2345678, mobil 0171 3920012"]}
    customer_id = (await put(desk, "crm", "1", record)).json()["customer_id"]
    for number in ("+497112345678", "+491713920012"):
        assert (await desk.look_up(kind="phone", value=number)).json()["customer"]["id"] == customer_id


async def test_agents_find_a_customer_by_what_any_of_its_records_states(desk):
    first = (await put(desk, "crm", "1", ANNA | {"verified": True})).json()["customer_id"]
    married = ANNA | {"name": {"given": "Anna", "family": "Weber"}, "verified": True}
    assert (await put(desk, "shop", "1", married)).json()["customer_id"] == first
    other = (await put(desk, "till", "1", {"name": {"full": "Bert Berg"}, "phones": ANNA["phones"]})).json()[
        "customer_id"
    ]
    assert await found_by(desk, "Müller") == await found_by(desk, "Anna Weber") == {first}
    assert await found_by(desk, "0171 3920012") == {first, other}
    listed = (await desk("console", "GET", "/v1/customers?name=Weber")).json()["items"]
    assert [one["id"] for one in listed] == [first]


async def found_by(desk: Desk, query: str) -> set[str]:
    groups = (await desk("console", "POST", "/v1/search", {"query": query})).json()["groups"]
    return {hit["customer_id"] for group in groups for hit in group["hits"]}


async def test_the_worst_source_is_seen(desk, database):
    await put(desk, "crm", "1", ANNA)
    await put(desk, "shop", "1", ANNA | {"emails": ["anna@gmial.com"], "phones": []})
    worst = (await desk("console", "GET", "/v1/quality")).json()["items"][0]
    assert (worst["source"], worst["field"], worst["values"], worst["share"]) == ("shop", "email", 1, 1.0)
    await put(desk, "shop", "1", ANNA | {"phones": []})
    await fold_counts(database, NOW)
    assert all(one["share"] == 0 for one in (await desk("console", "GET", "/v1/quality?field=email")).json()["items"])


async def test_counts_of_many_changes_are_folded(desk, database, monkeypatch):
    monkeypatch.setattr(counting, "MANY_ROWS", 3)
    for number in range(4):
        await put(desk, "crm", str(number), {"emails": [f"a{number}@example.de"]})
    before = (await desk("console", "GET", "/v1/quality")).json()
    await fold_counts(database, NOW)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM quality_count") == 1
    assert (await desk("console", "GET", "/v1/quality")).json() == before


async def test_records_that_come_at_the_same_time_are_one_record_and_several_customers(desk):
    numbers = ["1", "1", "2", "1", "2", "3"]
    answers = await asyncio.gather(*(put(desk, "crm", number, ANNA) for number in numbers))
    assert {one.status_code for one in answers} == {200, 201}
    customers = {(number, one.json()["customer_id"]) for number, one in zip(numbers, answers, strict=True)}
    assert len(customers) == 3


async def test_a_new_record_that_another_writer_put_meanwhile_is_stated_once(desk, monkeypatch):
    await put(desk, "crm", "4711", ANNA)
    find, looked = records._find_records, []

    async def find_late(*args):
        looked.append(args)
        return {} if len(looked) == 1 else await find(*args)

    monkeypatch.setattr(records, "_find_records", find_late)
    assert (await put(desk, "crm", "4711", ANNA)).status_code == 200
    assert stated((await read(desk, "crm", "4711"))["values"], "family") == ["Müller"]


async def test_a_batch_and_its_repetition_leave_one_version(desk):
    batch = [ANNA | {"external_id": str(number)} for number in range(50)]
    first, again = [(await desk("console", "POST", "/v1/sources/crm/records/batch", batch)).json() for _ in range(2)]
    assert {one["status"] for one in first} == {201}
    assert {one["status"] for one in again} == {200}
    assert {one["version"] for one in again} == {1}


async def test_a_record_of_a_merged_customer_is_written_under_its_own_and_told_of_the_survivor(desk):
    survivor = (await put(desk, "crm", "1", ANNA)).json()["customer_id"]
    other = (await put(desk, "shop", "1", ANNA | {"phones": ["0711 2345678"]})).json()["customer_id"]
    await desk("console", "PUT", f"/v1/customers/{survivor}/merges", {"other_customer_id": other})
    changed = (await put(desk, "shop", "1", ANNA | {"phones": ["0711 2345679"]})).json()
    assert changed["customer_id"] == survivor
    await desk("console", "DELETE", f"/v1/customers/{survivor}/merges/{other}")
    assert (await read(desk, "shop", "1"))["customer_id"] == other
    assert (await desk.look_up(kind="phone", value="+497112345679")).json()["customer"]["id"] == other


async def test_an_id_that_was_claimed_in_advance_joins_nobody_and_belongs_to_its_record(desk):
    claimed = [("email", "stranger@example.com", True), ("external", "crm:4713", False)]
    stranger = (await desk.register("channel", identities=claimed)).json()["customer_id"]
    stated = await put(desk, "crm", "4713", {"name": {"full": "Berta Krüger"}, "phones": ["0711 2345678"]})
    berta = stated.json()["customer_id"]
    assert berta != stranger
    by_id = {"identity": {"kind": "external", "value": "crm:4713"}}
    assert (await desk("console", "POST", "/v1/context/lookup", by_id)).json()["customer"]["id"] == berta
    known = (await desk("console", "GET", f"/v1/customers/{stranger}")).json()["identities"]
    assert [one["kind"] for one in known] == ["email"]


async def test_an_id_that_was_proven_before_leads_its_record_to_the_customer(desk):
    proven = [("email", "berta@example.com", True), ("external", "crm:4713", True)]
    berta = (await desk.register("channel", identities=proven)).json()["customer_id"]
    stated = await put(desk, "crm", "4713", {"name": {"full": "Berta Krüger"}})
    assert stated.json()["customer_id"] == berta
