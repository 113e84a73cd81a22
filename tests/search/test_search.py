"""What an agent finds by the one box."""

import pytest

from service.app.worker import worker_dependencies
from service.db.statements import Statements
from service.search.indexing import index_changes
from service.worker.relay import relay_outbox
from tests.patience import until

INDEXING = Statements("service.search", "indexing")


@pytest.fixture
def find(desk, rooms):
    """What a search shows, once a worker has made everything findable: group -> texts with the match in brackets."""

    async def search(query: str, **options) -> dict:
        while await relay_outbox(worker_dependencies(rooms)) or await index_changes(rooms.database):
            pass
        answer = await desk("console", "POST", "/v1/search", {"query": query, **options})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return search


def shown(answer: dict) -> dict[str, list[str]]:
    """Group -> what was found, with the matched parts in brackets."""
    return {group["kind"]: [marked(hit) for hit in group["hits"]] for group in answer["groups"]}


def marked(hit: dict) -> str:
    return "".join(f"[{one['text']}]" if one["match"] else one["text"] for one in hit["segments"])


def hits(answer: dict, kind: str) -> list[dict]:
    return next((group["hits"] for group in answer["groups"] if group["kind"] == kind), [])


async def create(desk, name: str, *identities: tuple[str, str]) -> str:
    """A new customer, by the console."""
    stated = [{"kind": kind, "value": value, "verified": True} for kind, value in identities]
    answer = await desk(
        "console", "POST", "/v1/customers", {"name": name, "identities": stated}, idempotency_key=str(identities)
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def test_a_customer_is_found_by_each_spelling_of_a_number_and_by_its_beginning(desk, find):
    anna = await create(desk, "Anna Mayer", ("phone", "0171/1234567"), ("external", "shop:4711"))
    for query in ("+49 171 1234567", "0049171 1234567", "shop:4711"):
        (hit,) = hits(await find(query), "identities")
        assert (hit["customer_id"], hit["customer_name"], hit["exact"], hit["link"]) == (
            anna,
            "Anna Mayer",
            True,
            "proven",
        )
    for query, found in (("0171 123", "+49[171123]4567"), ("471", "shop:[471]1")):
        assert shown(await find(query))["identities"] == [found]


async def test_a_name_is_found_in_any_order_script_and_spelling_while_it_is_typed(desk, find):
    await create(desk, "Anna Mayer", ("email", "a@example.de"))
    await create(desk, "Борис Иванов", ("email", "b@example.de"))
    for query in ("Meier, Anna", "meye", "Frau Dr. Ana Meyer"):
        assert "Anna" in shown(await find(query))["names"][0].replace("[", "").replace("]", "")
    assert shown(await find("Ivanov"))["names"] == ["Борис [Иванов]"]


async def test_an_order_number_of_long_ago_is_found_however_it_is_spelt(desk, find):
    registered = await desk.register(facts={"order_number": "A-2026/0815"}, ref="case:1")
    await desk.register(facts={"order_number": "A-2026/0999"}, ref="case:1")
    for query in ("a 2026 0815", "A-2026/08"):
        (hit,) = hits(await find(query), "numbers")
        assert hit["kind"] == "order_number"
        assert hit["conversation_id"] == registered.json()["conversation_id"]


async def test_words_are_found_in_german_english_and_as_they_are(desk, find):
    await desk.register(text="Die Rechnungen sind falsch", language="de", subject="Falsche Rechnung")
    await desk.register(text="The routers were blinking all night", language="en")
    await desk.register(text="Le câble est cassé", language="fr")
    await desk.register(text="Das Kabel ist gebrochen")
    assert shown(await find("rechnung falsch"))["texts"] == ["Die [Rechnungen] sind [falsch]"]
    assert shown(await find("rechnung"))["subjects"] == ["Falsche [Rechnung]"]
    assert shown(await find("router blink"))["texts"] == ["The [routers] were [blinking] all night"]
    assert shown(await find("cassé"))["texts"] == ["Le câble est [cassé]"]
    assert shown(await find("kabel gebr"))["texts"] == ["Das [Kabel] ist [gebrochen]"]


async def test_the_newest_come_first_and_no_more_than_asked_for(desk, find, clock):
    for number in range(4):
        await desk.register(text=f"router number {number}", at=clock.now().replace(hour=number))
    answer = await find("router", limit=2)
    (group,) = answer["groups"]
    assert shown(answer)["texts"] == ["[router] number 3", "[router] number 2"]
    assert group["more"] is True


async def test_one_wrong_digit_is_suggested_and_nothing_is_opened(desk, find):
    anna = await create(desk, "Anna Mayer", ("phone", "0171/1234567"), ("customer_number", "K-471199"))
    await desk.register(facts={"invoice": "RE-20260815"})
    answer = await find("0171 1234568")
    assert answer["groups"] == []
    assert [(hit["customer_id"], marked(hit)) for hit in answer["did_you_mean"]] == [(anna, "[+491711234567]")]
    assert {"kind": "phone", "value": "+491711234568"} in answer["searched"]
    assert [hit["kind"] for hit in (await find("k471189"))["did_you_mean"]] == ["customer_number"]
    assert [hit["kind"] for hit in (await find("RE-20260816"))["did_you_mean"]] == ["invoice"]


async def test_everybody_behind_one_number_is_shown(desk, find):
    line = ("phone", "0711 123456")
    await create(desk, "Anna Mayer", line)
    await desk.register(identities=[(*line, False), ("customer_number", "K-9", True)])
    found = hits(await find("0711/123456"), "identities")
    assert sorted(hit["link"] for hit in found) == ["proven", "shared"]
    assert len({hit["customer_id"] for hit in found}) == 2


async def test_a_merged_customer_is_found_as_its_survivor_once(desk, find):
    kept = await create(desk, "Anna Mayer", ("email", "a@example.de"))
    gone = await create(desk, "Anna Meier", ("email", "anna@example.com"))
    answer = await desk("console", "PUT", f"/v1/customers/{kept}/merges", {"other_customer_id": gone})
    assert answer.status_code == 200, answer.text
    assert [hit["customer_id"] for hit in hits(await find("anna mayer"), "names")] == [kept]
    assert [hit["customer_id"] for hit in hits(await find("anna@example.com"), "identities")] == [kept]
    listed = (await desk("console", "GET", "/v1/customers?name=meier+anna")).json()
    assert [one["id"] for one in listed["items"]] == [kept]


async def test_a_claimed_identity_says_so(desk, find):
    await desk.register(identities=[("customer_number", "K-77", True), ("email", "other@example.de")])
    assert [hit["link"] for hit in hits(await find("other@example.de"), "identities")] == ["claimed"]


async def test_what_was_split_off_is_found_at_its_own_customer_alone(desk, find):
    first = (await desk.register(text="the fridge hums")).json()
    await find("fridge")
    body = {"interactions": [first["interaction_id"]], "identities": []}
    await desk.register(text="something else")
    split = await desk("console", "POST", f"/v1/customers/{first['customer_id']}/split", body, idempotency_key="1")
    assert split.status_code == 201, split.text
    assert [hit["customer_id"] for hit in hits(await find("fridge"), "texts")] != [first["customer_id"]]


async def test_a_corrected_subject_replaces_the_old_one(desk, find):
    opened = (await desk.register(subject="Router kaputt", ref="case:5")).json()
    await find("router")
    await desk("console", "PATCH", f"/v1/conversations/{opened['conversation_id']}", {"subject": "Waschmaschine"})
    assert hits(await find("router"), "subjects") == []
    assert shown(await find("waschmasch"))["subjects"] == ["[Waschmaschine]"]


async def test_what_was_stored_before_there_was_a_search_is_found(desk, find, rooms):
    await desk.register(text="an old complaint")
    await find("complaint")
    async with rooms.database.transaction() as connection:
        for table in ("search_text", "search_progress", "event"):
            await connection.execute(f"DELETE FROM {table}")
        await connection.execute(INDEXING.move_position, 0, None)
    assert shown(await find("complaint"))["texts"] == ["an old [complaint]"]


async def test_no_hit_says_what_was_searched_and_odd_queries_are_answered(desk, find):
    answer = await find("Nirgendwo 123456")
    assert answer["groups"] == answer["did_you_mean"] == []
    assert {one["kind"] for one in answer["searched"]} >= {"name", "number", "text"}
    for query in ("'", "&|!:*()", "%", "a" * 200, "\ue000x\ue001", "١٢٣٤٥", "🙂", "\\", "the", "A-"):
        await find(query)


async def test_what_a_search_shows_is_on_record(desk, find, rooms):
    anna = await create(desk, "Anna Mayer", ("email", "a@example.de"))
    await create(desk, "Bernd Beispiel", ("email", "b@example.de"))
    await find("anna mayer")

    async def recorded() -> bool:
        async with rooms.database.connection() as connection:
            shown = await connection.fetchval("SELECT customer_ids FROM read_audit WHERE view = 'search'")
        return [str(one) for one in shown or ()] == [anna]

    await until(recorded)


async def test_customers_are_listed_by_pages_the_newest_first(desk):
    made = [await create(desk, f"Anna Mayer {n}", ("email", f"a{n}@example.de")) for n in ("eins", "zwei", "drei")]
    first = (await desk("console", "GET", "/v1/customers?limit=2&name=mayer")).json()
    second = (await desk("console", "GET", f"/v1/customers?limit=2&name=mayer&after={first['next']}")).json()
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert (await desk("console", "GET", "/v1/customers?after=no-cursor")).status_code == 400


async def test_a_number_that_a_person_corrected_is_found_beside_the_old_one(desk, find):
    registered = (await desk.register(facts={"order_number": "A-471100"})).json()
    body = {"value": "A-471199", "verified": True}
    corrected = await desk("console", "PUT", f"/v1/customers/{registered['customer_id']}/facts/order_number", body)
    assert corrected.status_code == 200, corrected.text
    assert shown(await find("a471199"))["numbers"] == ["[A-471199]"]
    assert shown(await find("a471100"))["numbers"] == ["[A-471100]"]
