"""Forms over HTTP: what a page may be filled with, and how what is typed there is kept."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from service.errors import ConfigurationError
from service.model.ids import new_id
from service.settings.environment import load_settings
from tests.patience import until

pytestmark = pytest.mark.slow

SITE = "https://insure.example"
FIELDS = ["name", "street-address", "postal-code", "tel", "car-make"]
ANNA = {"kind": "customer_number", "value": "K-1", "verified": True}
_saves = count()


@pytest.fixture
def settings():
    """One site may show our forms."""
    return load_settings({"ASKONCE_FORM_ORIGINS": f"{SITE} http://127.0.0.1:8090"})


@pytest.fixture
def page(desk):
    return Page(desk)


class Page:
    """A page of the site: it has a token, and does with it what askonce-forms.js does."""

    def __init__(self, desk) -> None:
        self.desk = desk
        self.form = self.token = self.draft = ""

    async def open(self, form="household", *, fields=FIELDS, assurance="possession", identity=ANNA, **wanted):
        """Show the form as the site does, and prefill it."""
        if "customer_id" not in wanted:
            wanted["identity"] = identity
        wanted = {"fields": fields, "assurance": assurance, **wanted}
        made = await self.desk("channel", "POST", f"/v1/forms/{form}/tokens", wanted)
        assert made.status_code == 201, made.text
        self.form, self.token, self.draft = form, made.json()["token"], made.json()["draft"]
        return await self.filled()

    async def filled(self) -> dict[str, object]:
        """What stands in the fields."""
        answer = await self.prefill()
        assert answer.status_code == 200, answer.text
        known = {name: one["value"] for name, one in answer.json()["known"].items() if "value" in one}
        assert not {*known} & {*answer.json()["ask"]}
        return known

    async def prefill(self, form=None, **headers):
        path = f"/v1/forms/{form or self.form}/prefill"
        return await self.desk.http.get(path, params={"token": self.token}, headers=headers)

    async def type(self, save=None, step="draft", **values):
        """Save these answers; an underscore stands for a hyphen."""
        body = {
            "token": self.token,
            "save": save or f"save-{next(_saves)}",
            "values": {name.replace("_", "-"): value for name, value in values.items()},
        }
        return await self.desk.http.post(f"/v1/forms/{self.form}/{step}", json=body)


async def context(desk):
    return (await desk.look_up(kind="customer_number", value="K-1")).json()


async def test_what_was_typed_in_one_form_is_not_asked_in_another(page):
    assert await page.open("household") == {}
    await page.type(name="Anna Müller", street_address="Hauptstr. 1")
    await page.type(postal_code="70173", step="submit")
    assert await page.open("car") == {"name": "Anna Müller", "street-address": "Hauptstr. 1", "postal-code": "70173"}
    asked = (await page.prefill()).json()["ask"]
    assert asked == ["tel", "car-make"]


async def test_what_was_said_in_a_chat_is_not_asked_in_a_form(desk, page):
    await desk.register(identities=[("customer_number", "K-1")], facts={"tel": "+491711234567"})
    await page.open()
    known = (await page.prefill()).json()["known"]
    assert known["tel"] == {
        "value": "+491711234567",
        "channel": "chatbot",
        "at": "2026-11-21T09:30:00Z",
        "verified": False,
    }


async def test_a_changed_answer_keeps_its_history(desk, page, clock):
    await page.open()
    await page.type(street_address="Hauptstr. 1")
    customer_id = (await context(desk))["customer"]["id"]
    clock.offset = timedelta(minutes=5)
    await page.type(street_address="Neue Gasse 2")
    assert await page.filled() == {"street-address": "Neue Gasse 2"}
    fact = (await desk("console", "GET", f"/v1/customers/{customer_id}/facts/street-address")).json()
    assert (fact["now"]["value"], [one["value"] for one in fact["history"]]) == ("Neue Gasse 2", ["Hauptstr. 1"])


async def test_each_save_is_one_interaction_of_one_conversation(desk, page):
    await page.open(subject="Two insurances")
    first = await page.type("s-1", name="Anna Müller")
    again = await page.type("s-1", name="Anna Müller")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "duplicate": True}
    await page.open("car", draft=page.draft, subject="Two insurances")
    await page.type("s-1", step="submit", car_make="VW")
    seen = await context(desk)
    [conversation] = seen["conversations"]
    assert (conversation["subject"], conversation["interactions"]) == ("Two insurances", 2)
    assert conversation["channels"] == ["web"]
    assert {one["kind"] for one in seen["recent"]} == {"form"}


async def test_twenty_copies_of_a_save_are_one(desk, page):
    await page.open()
    answers = await asyncio.gather(*(page.type("s-1", name="Anna", tel="") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    seen = await context(desk)
    assert (seen["version"], seen["conversations"][0]["interactions"]) == (1, 1)


async def test_an_emptied_field_is_known_no_longer_and_stays_in_the_history(desk, page):
    await page.open()
    await page.type(tel="0711 1", name="Anna")
    saved = await page.type("emptied", tel="", street_address="")
    assert await page.filled() == {"name": "Anna"}
    assert (await page.type("emptied", tel="")).json()["duplicate"]
    seen = await context(desk)
    assert seen["version"] == saved.json()["version"] == 3
    fact = (await desk("console", "GET", f"/v1/customers/{seen['customer']['id']}/facts/tel")).json()
    assert (fact["now"], fact["history"][0]["value"]) == (None, "0711 1")


async def test_whoever_merely_claims_to_be_somebody_is_shown_nothing_of_theirs(desk, page):
    proven = [("email", "anna@example.de", True)]
    await desk.register(identities=proven, facts={"street-address": "Hauptstr. 1", "tel": "0711 1"})
    anna = {"kind": "email", "value": "anna@example.de"}
    for assurance in ("none", "claimed"):
        assert await page.open(identity=anna, assurance=assurance) == {}
    assert await page.open(identity=anna, assurance="possession") == {"street-address": "Hauptstr. 1", "tel": "0711 1"}


async def test_an_address_that_was_only_claimed_shows_no_contact_facts_and_empties_none(desk, page):
    mallory = {"kind": "device", "value": "tablet"}
    await desk.register(identities=[("email", "anna@example.de"), ("device", "tablet")], facts={"tel": "0711 1"})
    await page.open(identity=mallory)
    answered = (await page.prefill()).json()
    assert (answered["known"], "tel" in answered["ask"]) == ({"tel": {"withheld": "assurance"}}, False)
    await page.type(tel="")
    assert (await desk.look_up()).json()["known"]["tel"]["value"] == "0711 1"


async def test_a_stranger_who_goes_back_finds_what_was_typed_in_this_visit(desk, page):
    await desk.register(facts={"tel": "0711 1"})
    stranger = {"identity": {"kind": "email", "value": "anna@example.de"}, "assurance": "claimed"}
    await page.open(**stranger)
    await page.type(name="Anna", postal_code="70173")
    await page.type(postal_code="")
    assert await page.open("car", **stranger, draft=page.draft) == {"name": "Anna"}
    assert await page.open("car", **stranger) == {}
    assert (await desk.look_up()).json()["known"]["tel"]["value"] == "0711 1"


async def test_what_a_stranger_empties_stays_known(desk, page):
    await desk.register(facts={"tel": "0711 1"})
    await page.open(identity={"kind": "email", "value": "anna@example.de"}, assurance="claimed")
    await page.type(tel="")
    assert (await desk.look_up()).json()["known"]["tel"]["value"] == "0711 1"


async def test_a_token_is_for_its_form_its_fields_and_a_quarter_of_an_hour(page, clock):
    await page.open("household", fields=["name"])
    refused = [await page.prefill("car")]
    page.form = "car"
    refused.append(await page.type(name="Anna"))
    page.form = "household"
    foreign = await page.type(tel="0711 1")
    assert (foreign.status_code, foreign.json()["errors"][0]["field"]) == (400, "values.tel")
    clock.offset = timedelta(minutes=15)
    refused += [await page.prefill(), await page.type(name="Anna"), await page.type(name="Anna", step="submit")]
    page.token = "guessed"
    refused.append(await page.prefill())
    assert {(one.status_code, one.json()["type"]) for one in refused} == {(403, "/problems/form-token-refused")}


@pytest.mark.promise("S1")
async def test_a_token_is_done_once_its_form_was_submitted(page, clock):
    """S1: who finds the link of a submitted form learns and changes nothing."""
    await page.open("household")
    refused = await page.type(name="Anna", make="VW", step="submit")  # a field that is not its own
    assert refused.status_code == 400
    assert (await page.type("s-1", name="Anna", step="submit")).status_code == 201
    after = [await page.prefill(), await page.type("s-1", name="Anna", step="submit"), await page.type(name="A")]
    clock.offset = timedelta(minutes=15)
    expired = await page.prefill()
    assert {(one.status_code, one.content) for one in after} == {(403, expired.content)}


async def test_of_twenty_submits_at_once_one_is_taken(desk, page):
    await page.open()
    answers = await asyncio.gather(*(page.type(name="Anna", step="submit") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * 19
    assert (await context(desk))["conversations"][0]["interactions"] == 1


async def test_a_submit_that_was_not_heard_is_repeated_with_a_new_token_and_counts_once(desk, page):
    await page.open()
    assert (await page.type("s-1", name="Anna", step="submit")).status_code == 201
    await page.open(draft=page.draft)
    again = await page.type("s-1", name="Anna", step="submit")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert (await context(desk))["conversations"][0]["interactions"] == 1


async def test_an_address_in_the_query_fills_nothing(desk, page):
    await desk.register(facts={"tel": "0711 1"})
    answer = await desk.http.get("/v1/forms/household/prefill?email=anna@example.de&identity=anna@example.de")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "token")


@pytest.mark.parametrize("field", ["current-password", "new-password", "one-time-code", "cc-number", "cc-csc"])
async def test_secrets_are_no_fields(desk, field):
    wanted = {"identity": ANNA, "fields": ["name", field]}
    refused = await desk("channel", "POST", "/v1/forms/household/tokens", wanted)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "fields[1]")


async def test_a_token_needs_a_customer_who_is_there(desk):
    absent = {"customer_id": "01900000-0000-7000-8000-00000000dead", "fields": ["name"]}
    assert (await desk("bot", "POST", "/v1/forms/car/tokens", absent)).status_code == 404
    both = absent | {"identity": ANNA}
    assert (await desk("bot", "POST", "/v1/forms/car/tokens", both)).status_code == 400
    assert (await desk("store", "POST", "/v1/forms/car/tokens", absent)).status_code == 403


async def test_a_form_of_somebody_who_was_merged_is_that_of_the_survivor(desk, page):
    anna = (await desk.register(facts={"tel": "0711 1"})).json()["customer_id"]
    other = (await desk.register(email="a.mueller@example.de", facts={"name": "Anna"})).json()["customer_id"]
    await page.open(customer_id=other)
    merged = await desk("console", "PUT", f"/v1/customers/{anna}/merges", {"other_customer_id": other})
    assert merged.status_code < 300, merged.text
    assert await page.filled() == {"tel": "0711 1", "name": "Anna"}
    assert (await page.type(postal_code="70173")).status_code == 201
    assert (await desk.look_up()).json()["known"]["postal-code"]["value"] == "70173"


async def test_the_token_is_stored_as_a_hash_alone(page, database):
    await page.open()
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT * FROM form_token")
    assert page.token not in str(dict(row))


async def test_pages_of_the_named_sites_may_read_the_answers_and_no_others(desk, page):
    await page.open()
    for origin, allowed in ((SITE, SITE), ("https://evil.example", None), ("null", None)):
        answer = await page.prefill(origin=origin)
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert answer.headers["vary"] == "Origin"
    page.token = "expired"
    refused = await page.prefill(origin=SITE)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (403, SITE)


async def test_a_browser_may_send_json_from_the_named_sites_alone(desk):
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    for step in ("draft", "submit"):
        path = f"/v1/forms/car/{step}"
        allowed = await desk.http.options(path, headers={"origin": SITE, **asks})
        assert allowed.status_code == 204
        assert allowed.headers["access-control-allow-methods"] == "POST"
        assert allowed.headers["access-control-allow-headers"] == "content-type"
        refused = await desk.http.options(path, headers={"origin": "https://evil.example", **asks})
        assert not [name for name in refused.headers if name.startswith("access-control-")]


async def test_whom_a_form_showed_is_on_record_under_the_key_of_the_site(desk, page, database):
    await desk.register(identities=[("customer_number", "K-1")], facts={"tel": "0711 1"})
    await page.open()
    customer_id = (await context(desk))["customer"]["id"]

    async def is_on_record():
        async with database.connection() as connection:
            shown = await connection.fetchval("SELECT customer_ids FROM read_audit WHERE view = 'form'")
        return shown is not None and [str(one) for one in shown] == [customer_id]

    await until(is_on_record)


@pytest.mark.parametrize("origin", ["*", "insure.example", "https://insure.example/", "https://Insure.example", "null"])
@pytest.mark.promise("S20")
def test_what_is_no_origin_stops_the_start(origin):
    with pytest.raises(ConfigurationError, match="ASKONCE_FORM_ORIGINS"):
        load_settings({"ASKONCE_FORM_ORIGINS": f"{SITE} {origin}"})


async def test_a_form_shown_within_a_conversation_is_filled_with_what_was_said_in_it(page, desk):
    """CONTRACT 2a: contact facts are given if they were said in that conversation."""
    said = await desk.register(ref="4711", facts={"street-address": "Hauptstr. 1", "car-make": "VW"})
    await desk.register(id="other", ref="4712", facts={"tel": "0711 1"})
    anna = {"kind": "email", "value": "anna@example.de"}
    for conversation in ({"ref": "4711"}, {"id": said.json()["conversation_id"]}):
        filled = await page.open(identity=anna, assurance="claimed", conversation=conversation)
        assert filled == {"street-address": "Hauptstr. 1", "car-make": "VW"}
    assert await page.open(identity=anna, assurance="claimed", conversation={"ref": "no such"}) == {}
    assert await page.open(identity=anna, assurance="claimed") == {}


async def test_a_form_is_not_filled_with_a_conversation_in_which_a_claimed_identity_took_no_part(page, desk):
    await desk.register(ref="4711", facts={"street-address": "Hauptstr. 1"}, verified=True)
    await desk.register(id="claims", identities=[("email", "anna@example.de", True), ("phone", "0171/1234567", False)])
    other = {"kind": "phone", "value": "0171/1234567"}
    for assurance in ("claimed", "possession"):
        assert "street-address" not in await page.open(
            identity=other, assurance=assurance, conversation={"ref": "4711"}
        )


async def test_what_is_withheld_is_filled_if_it_was_said_in_the_conversation_that_shows_the_form(page, desk):
    await desk.register(ref="4711", facts={"street-address": "Hauptstr. 1"})
    anna = {"kind": "email", "value": "anna@example.de"}
    assert "street-address" not in await page.open(identity=anna, assurance="possession")
    filled = await page.open(identity=anna, assurance="possession", conversation={"ref": "4711"})
    assert filled == {"street-address": "Hauptstr. 1"}


async def test_a_conversation_is_named_in_one_way(page, desk):
    wanted = {"fields": ["tel"], "identity": ANNA, "conversation": {"id": str(new_id()), "ref": "4711"}}
    refused = await desk("channel", "POST", "/v1/forms/household/tokens", wanted)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "conversation")


async def test_the_page_of_a_form_tells_what_is_published_for_the_web(page, desk):
    notice = {"texts": {"en": "Closed tomorrow.", "de": "Morgen geschlossen."}}
    await desk("admin", "PUT", "/v1/notices/web", notice | {"channels": ["web"]})
    await desk("admin", "PUT", "/v1/notices/till", notice | {"channels": ["store"]})
    await page.open()
    for accepted, text in (
        ("fr;q=0.2, de-AT;q=0.9", "Morgen geschlossen."),
        ("", "Closed tomorrow."),
        ("*", "Closed tomorrow."),
    ):
        told = (await page.prefill(**{"accept-language": accepted})).json()["notices"]
        assert [one["text"] for one in told] == [text]
