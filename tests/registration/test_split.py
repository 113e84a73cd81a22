"""A split gives interactions and identities a customer of their own; both are then what they would always have been."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from service.context.maintenance import CacheFinding, compare_cache
from tests.fixtures import NOW, Desk
from tests.handoff.examples import OFFICE_HOURS, queue_json

pytestmark = pytest.mark.slow

MAILBOX = ("email", "fam@example.de")
ALWAYS = OFFICE_HOURS | {"hours": "24/7"}
FATHER, MOTHER = ("customer_number", "K1"), ("phone", "+491711234567")


class Family:
    """Father and mother, who write from one mailbox and were taken for one customer."""

    def __init__(self, desk: Desk, clock) -> None:
        self.desk, self.clock, self.id, self.told = desk, clock, "", {}

    async def tell(self, who: tuple, name: str, **fields) -> dict:
        """An interaction that states an identity beside the mailbox; kept under a name."""
        self.clock.advance(timedelta(minutes=1))
        fields = {"id": name, "at": self.clock.now(), "identities": [MAILBOX, who], **fields}
        answer = (await self.desk.register(**fields)).json()
        self.told[name] = answer
        self.id = self.id or answer["customer_id"]
        return answer

    def ids(self, *names: str) -> list[str]:
        return [self.told[name]["interaction_id"] for name in names]

    async def split(
        self, *names: str, identities: tuple = (MOTHER,), key: str = "", at: str = "", more: dict | None = None
    ):
        body = {
            "interactions": self.ids(*names),
            "identities": [{"kind": kind, "value": value} for kind, value in identities],
            **(more or {}),
        }
        path = f"/v1/customers/{at or self.id}/split"
        return await self.desk("console", "POST", path, body, idempotency_key=key or str(uuid4()))

    async def see(self, customer_id: str) -> dict:
        return (await self.desk("console", "GET", f"/v1/customers/{customer_id}/context")).json()


@pytest.fixture
def family(desk, clock) -> Family:
    return Family(desk, clock)


async def rows(database, query: str, *values):
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query, *values)]


async def test_father_and_mother_are_two_customers(family):
    await family.tell(FATHER, "f1", facts={"city": "Ulm"})
    await family.tell(MOTHER, "m1", facts={"city": "Bonn"})
    answer = await family.split("m1")
    assert answer.status_code == 201
    mother = answer.json()
    assert [one["value"] for one in mother["identities"]] == [MOTHER[1]]
    assert (await family.see(mother["id"]))["known"]["city"]["value"] == "Bonn"
    father = await family.see(family.id)
    assert father["known"]["city"]["value"] == "Ulm"
    assert {one["value"] for one in father["identities"]} == {MAILBOX[1], "K1"}


async def test_a_receipt_of_what_moved_answers_with_the_new_customer(family):
    await family.tell(FATHER, "f1", subject="Invoice")
    await family.tell(MOTHER, "m1", subject="Invoice")
    mother = (await family.split("m1")).json()
    again = await family.tell(MOTHER, "m1")
    assert again["duplicate"]
    assert (again["customer_id"], again["version"]) == (mother["id"], 1)
    [moved] = (await family.desk("console", "GET", f"/v1/customers/{mother['id']}/timeline")).json()["items"]
    assert (again["interaction_id"], again["conversation_id"]) == (moved["id"], moved["conversation_id"])
    assert (await family.tell(FATHER, "f1"))["customer_id"] == family.id


async def test_both_versions_advance_and_old_views_are_gone(family, rooms):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1", text="from mother")
    before = await family.see(family.id)
    answer = await family.split("m1")
    father, mother = await family.see(family.id), await family.see(answer.json()["id"])
    assert father["version"] == before["version"] + 1
    assert mother["version"] == answer.json()["version"] == 2
    assert "from mother" not in str(father)
    assert "from mother" in str(mother)
    found = [await compare_cache(rooms.reader, UUID(one["customer"]["id"])) for one in (father, mother)]
    assert found == [CacheFinding.EQUAL] * 2


async def test_who_split_is_on_record_and_both_are_told(family, database):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1")
    new = (await family.split("m1")).json()["id"]
    audit = (
        "SELECT action, customer_id::text, subject_id::text FROM change_audit WHERE action LIKE '%split%' ORDER BY 1"
    )
    assert await rows(database, audit) == [
        ("customer.split", family.id, new),
        ("customer.split_off", new, family.id),
    ]
    told = await rows(database, "SELECT customer_id::text, version FROM outbox WHERE type = 'context.changed'")
    assert {(family.id, 3), (new, 2)} <= set(told)


async def test_a_conversation_that_goes_whole_takes_its_handoff_callback_and_attempts(family, database):
    await family.desk("admin", "PUT", "/v1/queues/support", queue_json(calendar=ALWAYS))
    await family.tell(FATHER, "f1", subject="Invoice")
    talk = (await family.tell(MOTHER, "m1", subject="Router", attempt=("Restart", "failed")))["conversation_id"]
    matter = {"customer_id": family.id, "conversation": {"id": talk}}
    given = {"to": {"queue": "support"}, "reason": {"text": "Help"}}
    handoff = (await family.desk("console", "POST", "/v1/handoffs", matter | given, idempotency_key="h")).json()
    promise = matter | {"queue": "support", "reason": "Help", "phone": MOTHER[1]}
    callback = (await family.desk("console", "POST", "/v1/callbacks", promise, idempotency_key="c")).json()
    timeline = await rows(
        database, "SELECT interaction_id::text FROM interaction WHERE conversation_id::text = $1", talk
    )
    answer = await family.split(more={"interactions": [one for (one,) in timeline]})
    mother = await family.see(answer.json()["id"])
    [conversation] = mother["conversations"]
    assert (conversation["id"], conversation["attempts"][0]["what"]) == (talk, "Restart")
    for path, record in (("handoffs", handoff), ("callbacks", callback)):
        now = (await family.desk("console", "GET", f"/v1/{path}/{record['id']}")).json()
        assert (now["customer_id"], now["conversation_id"]) == (mother["customer"]["id"], talk)
        assert [one["id"] for one in mother[path]] == [record["id"]]
    father = await family.see(family.id)
    assert (father["handoffs"], father["callbacks"], len(father["conversations"])) == ([], [], 1)


async def test_what_moves_out_of_a_shared_conversation_has_a_conversation_of_its_own(family):
    shared = {"ref": "t-1", "subject": "Invoice"}
    await family.tell(FATHER, "f1", **shared, facts={"city": "Ulm"}, attempt=("Restart", "failed"))
    await family.tell(MOTHER, "m1", **shared, facts={"city": "Bonn"}, attempt=("Restart", "worked"), channel="email")
    mother = await family.see((await family.split("m1")).json()["id"])
    father = await family.see(family.id)
    [his], [hers] = father["conversations"], mother["conversations"]
    assert his["id"] == family.told["f1"]["conversation_id"] != hers["id"]
    assert (his["subject"], hers["subject"]) == ("Invoice", "Invoice")
    assert (his["interactions"], his["facts"], his["channels"]) == (1, {"city": "Ulm"}, ["chatbot"])
    assert (hers["interactions"], hers["facts"], hers["channels"]) == (1, {"city": "Bonn"}, ["email"])
    assert (his["attempts"][0]["outcome"], hers["attempts"][0]["outcome"]) == ("failed", "worked")


async def test_later_messages_find_the_customer_and_conversation_of_their_side(family):
    shared = {"ref": "t-1", "subject": "Invoice"}
    await family.tell(FATHER, "f1", **shared)
    await family.tell(MOTHER, "m1", **shared)
    mother = (await family.split("m1")).json()["id"]
    hers = (await family.see(mother))["conversations"][0]["id"]
    from_mailbox = await family.tell(FATHER, "f2", identities=[MAILBOX], **shared)
    assert from_mailbox["customer_id"] == family.id
    assert from_mailbox["conversation_id"] == family.told["f1"]["conversation_id"]
    from_phone = await family.tell(MOTHER, "m2", identities=[MOTHER], **shared)
    assert (from_phone["customer_id"], from_phone["conversation_id"]) == (mother, hers)


async def test_a_question_is_repeated_only_if_that_person_had_answered_it(family):
    await family.tell(MOTHER, "m1", facts={"city": "Bonn"})
    await family.tell(FATHER, "f1", asks=["city"])
    await family.tell(MOTHER, "m2", asks=["city"])
    assert (await family.see(family.id))["signals"]["repeated_questions"] == 2
    mother = (await family.split("m1", "m2")).json()["id"]
    assert (await family.see(family.id))["signals"]["repeated_questions"] == 0
    assert (await family.see(mother))["signals"]["repeated_questions"] == 1


async def test_a_name_and_language_that_the_other_stated_go_with_it(family):
    maria = {"role": "customer", "name": "Maria"}
    await family.tell(MOTHER, "m1", participant=maria, language="fr")
    await family.tell(FATHER, "f1", participant={"role": "customer", "name": "Hans"}, language="de")
    mother = (await family.split("m1")).json()
    father = (await family.desk("console", "GET", f"/v1/customers/{family.id}")).json()
    assert (mother["name"], mother["language"]) == ("Maria", "fr")
    assert (father["name"], father["language"]) == ("Hans", "de")
    assert father["since"] == (NOW + timedelta(minutes=2)).isoformat().replace("+00:00", "Z")


async def test_corrections_and_conditions_stay(family):
    await family.tell(MOTHER, "m1", facts={"city": "Bonn", "street": "Am Markt"}, participant={"role": "customer"})
    await family.tell(FATHER, "f1")
    path = f"/v1/customers/{family.id}"
    await family.desk("console", "PATCH", path, {"name": "Hans"})
    await family.desk("console", "PUT", f"{path}/facts/city", {"value": "Ulm"})
    await family.desk("console", "DELETE", f"{path}/facts/street")
    discount = {"title": "Ten", "kind": "discount", "terms": {"percent": 10}}
    await family.desk("console", "POST", f"{path}/conditions", discount, idempotency_key="d")
    await family.tell(MOTHER, "m2", facts={"city": "Köln"})
    mother = await family.see((await family.split("m1", "m2")).json()["id"])
    father = await family.see(family.id)
    assert (father["customer"]["name"], len(father["conditions"]), len(mother["conditions"])) == ("Hans", 1, 0)
    assert {name: one["value"] for name, one in father["known"].items()} == {"city": "Ulm"}
    assert {name: one["value"] for name, one in mother["known"].items()} == {"city": "Köln", "street": "Am Markt"}
    history = (await family.desk("console", "GET", f"{path}/facts/city")).json()["history"]
    assert history == []


async def test_a_deleted_fact_does_not_come_back(family):
    await family.tell(FATHER, "f1", facts={"city": "Ulm"})
    await family.desk("console", "DELETE", f"/v1/customers/{family.id}/facts/city")
    await family.tell(MOTHER, "m1", facts={"city": "Bonn"})
    await family.split("m1")
    assert (await family.see(family.id))["known"] == {}
    [past] = (await family.desk("console", "GET", f"/v1/customers/{family.id}/facts/city")).json()["history"]
    assert past["value"] == "Ulm"


async def test_an_identity_moves_with_its_link(family, database):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1")
    proof = {"kind": MOTHER[0], "value": MOTHER[1]}
    await family.desk("console", "PUT", f"/v1/customers/{family.id}/identities", proof)
    query = "SELECT link::text, proven_by, source, verified FROM identity WHERE value = $1"
    before = await rows(database, query, MOTHER[1])
    await family.split("m1")
    assert await rows(database, query, MOTHER[1]) == before
    assert before[0][0] == "proven"


async def test_interactions_alone_and_identities_alone_can_be_split_off(family):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1")
    nameless = (await family.split("m1", identities=())).json()
    assert nameless["identities"] == []
    number_alone = (await family.split()).json()
    assert [one["value"] for one in number_alone["identities"]] == [MOTHER[1]]
    assert (await family.tell(MOTHER, "m2", identities=[MOTHER]))["customer_id"] == number_alone["id"]


async def test_the_same_key_answers_with_the_same_customer(family):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1")
    first, again = await family.split("m1", key="k"), await family.split("m1", key="k")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"interactions": [], "identities": []}, 400),
        ({"interactions": [str(uuid4())]}, 404),
        ({"interactions": [str(uuid4())] * 2}, 400),
        ({"interactions": ["no-id"]}, 400),
        ({"interactions": [str(uuid4()) for _ in range(2001)]}, 400),
        ({"interactions": [], "identities": [{"kind": "email", "value": "nobody@example.de"}]}, 404),
        ({"identities": [{"kind": "phone", "value": value} for value in ("+491711234567", "0171 1234567")]}, 400),
        ({"nothing": []}, 400),
    ],
)
async def test_a_request_that_cannot_be_done_changes_nothing(family, database, wrong, status):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1")
    before = await everything(database)
    assert (await family.split("m1", more=wrong)).status_code == status
    assert await everything(database) == before


async def test_what_is_another_customers_cannot_be_split_off(family, database):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1")
    other = (await family.desk.register(identities=[("email", "x@example.de")])).json()
    before = await everything(database)
    foreign = await family.split(more={"interactions": [*family.ids("m1"), other["interaction_id"]]})
    assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/interaction-unknown")
    foreign = await family.split("m1", identities=(MOTHER, ("email", "x@example.de")))
    assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/identity-unknown")
    assert (await family.split("m1", at=str(uuid4()))).status_code == 404
    assert await everything(database) == before


async def test_a_customer_of_whom_nothing_would_stay_is_not_split(family, database):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1")
    before = await everything(database)
    answer = await family.split("f1", "m1", identities=(MAILBOX, FATHER, MOTHER))
    assert answer.status_code == 400
    assert "would stay" in answer.text
    assert await everything(database) == before


async def test_a_split_itself_suggests_no_merge(family):
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1")
    mother = (await family.split("m1")).json()["id"]
    assert (await family.desk("console", "GET", "/v1/merge-suggestions")).json()["items"] == []
    await family.tell(MOTHER, "m2", identities=[(*MOTHER, True), MAILBOX])
    [pair] = (await family.desk("console", "GET", "/v1/merge-suggestions")).json()["items"]
    assert pair["customers"] == sorted([family.id, mother])


async def test_what_the_moved_interactions_suggested_is_suggested_of_the_new_customer(family):
    await family.desk.register(identities=[("email", "grandma@example.de")])
    await family.tell(FATHER, "f1")
    await family.tell(MOTHER, "m1", identities=[MAILBOX, MOTHER, ("email", "grandma@example.de")])
    mother = (await family.split("m1")).json()["id"]
    [pair] = (await family.desk("console", "GET", "/v1/merge-suggestions")).json()["items"]
    assert mother in pair["customers"]


async def test_of_a_merge_set_each_member_loses_what_it_holds(family):
    await family.tell(FATHER, "f1", facts={"city": "Ulm"})
    other = (await family.desk.register(identities=[MOTHER], id="m1", facts={"city": "Bonn"}, at=NOW)).json()
    kept = (await family.desk.register(identities=[MOTHER], id="g1", facts={"city": "Trier"}, at=NOW)).json()
    await family.desk(
        "console", "PUT", f"/v1/customers/{family.id}/merges", {"other_customer_id": other["customer_id"]}
    )
    family.told |= {"m1": other, "g1": kept}
    answer = await family.split("m1", at=other["customer_id"])
    assert answer.status_code == 201, answer.text
    assert (await family.see(answer.json()["id"]))["known"]["city"]["value"] == "Bonn"
    assert (await family.see(family.id))["version"] > family.told["f1"]["version"]
    await family.desk("console", "DELETE", f"/v1/customers/{family.id}/merges/{other['customer_id']}")
    assert (await family.see(family.id))["known"]["city"]["value"] == "Ulm"
    member = await family.see(other["customer_id"])
    assert (member["known"]["city"]["value"], member["included"]["of"]) == ("Trier", 1)


async def everything(database) -> list[tuple]:
    """All rows of what customers own."""
    tables = (
        "customer identity interaction receipt conversation fact fact_history attempt outbox change_audit idempotency"
    )
    return [await rows(database, f"SELECT t::text FROM {table} t ORDER BY 1") for table in tables.split()]


async def test_a_record_of_a_source_goes_with_its_id_and_takes_its_values_and_name_along(family, desk, database):
    await family.tell((*FATHER, True), "f1")
    for source, name in (("crm", "Bernd Weber"), ("shop", "Anna Weber")):
        identities = [{"kind": "customer_number", "value": "K1", "verified": True}]
        record = {"name": {"full": name}, "phones": ["0171 5550100"], "identities": identities}
        answer = await desk("console", "PUT", f"/v1/sources/{source}/records/7", record)
        assert answer.json()["customer_id"] == family.id, answer.text
    values = "SELECT value_id FROM customer_value WHERE source = 'shop' ORDER BY value_id"
    before = await rows(database, values)
    mother = (await family.split(identities=(("external", "shop:7"),))).json()
    assert (mother["name"], mother["id"] != family.id) == ("Anna Weber", True)
    assert await rows(database, values) == before
    for source, owner in (("crm", family.id), ("shop", mother["id"])):
        record = (await desk("console", "GET", f"/v1/sources/{source}/records/7")).json()
        assert (record["customer_id"], len(record["values"])) == (owner, 3)
    await desk("console", "PUT", "/v1/sources/shop/records/7", {"name": {"full": "Anna Weber-Koch"}})
    assert (await desk("console", "GET", f"/v1/customers/{mother['id']}")).json()["name"] == "Anna Weber-Koch"


async def test_a_name_that_only_the_record_told_does_not_stay_behind(family, desk):
    await family.tell((*FATHER, True), "f1")
    identities = [{"kind": "customer_number", "value": "K1", "verified": True}]
    for source in ("crm", "shop"):
        record = {"name": {"full": f"{source} name"}, "identities": identities}
        await desk("console", "PUT", f"/v1/sources/{source}/records/7", record)
    await family.split(identities=(("external", "crm:7"),))
    assert (await desk("console", "GET", f"/v1/customers/{family.id}")).json()["name"] == "shop name"
