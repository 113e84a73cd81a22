"""What an automatic audience may know (promises S23 and S25): over HTTP, from the database and from the cache alike."""

import pytest

from service.context.disclosure import STANDARD_CONTACT_FACTS
from service.context.views import ViewName

pytestmark = pytest.mark.promise("S23", "S25")

ANNA = {"kind": "email", "value": "anna@example.de"}
TABLET = {"kind": "device", "value": "tablet"}
STREET, ORDER = "Hauptstr. 1", "A-1"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "street-address",
            "address-line1",
            "address-level2",
            "postal-code",
            "country",
            "tel",
            "tel-national",
            "email",
        ),
        *("bday", "bday-year", "impp", "shipping-street-address", "billing_postal_code", "Street_Address", "phone"),
        *("mobile", "birth_date", "e-mail", "date-of-birth"),
    ],
)
def test_address_telephone_mail_and_birthday_are_contact_facts_in_any_spelling(name):
    assert name in STANDARD_CONTACT_FACTS


@pytest.mark.parametrize("name", ["order_number", "error_code", "name", "status", "telescope", "emailing", "cities"])
def test_other_facts_are_given(name):
    assert name not in STANDARD_CONTACT_FACTS


async def known(desk, identity, role="bot", **said):
    """What a bot is told, from the database and then from the cache, which must be the same."""
    answers = [
        await desk(role, "POST", "/v1/context/lookup", {"identity": identity, **said}, **headers)
        for headers in ({"cache_control": "no-cache"}, {}, {})
    ]
    bodies = [answer.json() for answer in answers]
    assert [body["known"] for body in bodies] == [bodies[0]["known"]] * 3
    asked = {"identity": identity, "fields": ["nothing", *bodies[0]["known"]], **said}
    by_ask = (await desk(role, "POST", "/v1/known/ask", asked)).json()
    assert by_ask["known"] == bodies[0]["known"]
    assert not {*by_ask["ask"]} & {*by_ask["known"]}
    return {name: fact.get("value", fact.get("withheld")) for name, fact in bodies[0]["known"].items()}


@pytest.mark.parametrize(
    ("verified", "assurance", "street"),
    [
        (True, "none", "assurance"),
        (True, "claimed", "assurance"),
        (True, "possession", STREET),
        (True, "verified", STREET),
        (False, "claimed", "assurance"),
        (False, "verified", "assurance"),
    ],
)
async def test_contact_facts_need_a_proven_identity_and_a_person_who_has_shown_it(desk, verified, assurance, street):
    await desk.register(
        identities=[(*ANNA.values(), verified)], facts={"street-address": STREET, "order_number": ORDER}
    )
    assert await known(desk, ANNA, assurance=assurance) == {"order_number": ORDER, "street-address": street}


async def test_what_was_said_in_the_conversation_that_asks_is_not_withheld_from_it(desk):
    await desk.register(ref="4711", facts={"street-address": STREET})
    await desk.register(ref="4712", facts={"order_number": ORDER})
    assert (await known(desk, ANNA, conversation={"ref": "4711"}))["street-address"] == STREET
    assert (await known(desk, ANNA, conversation={"ref": "4712"}))["street-address"] == "assurance"


async def test_through_a_claimed_link_a_bot_reads_the_conversations_of_that_identity_alone(desk):
    """S25: a tablet on which the address of a customer was typed learns what was said on the tablet."""
    await desk.register(ref="home", facts={"order_number": ORDER, "router": "R1"}, attempt=("Restarted", "failed"))
    await desk.register(ref="shop", identities=[("device", "tablet"), tuple(ANNA.values())], facts={"size": "M"})
    assert await known(desk, TABLET) == {"size": "M"}
    assert await known(desk, ANNA) == {"order_number": ORDER, "router": "R1", "size": "M"}
    seen = (await desk("bot", "POST", "/v1/context/lookup", {"identity": TABLET})).json()
    assert [one["facts"] for one in seen["conversations"]] == [{"size": "M"}]
    assert seen["signals"]["failed_attempts"] == 0


async def test_what_was_said_on_the_tablet_is_shown_there_although_something_newer_is_known(desk, clock):
    await desk.register(ref="shop", identities=[("device", "tablet"), tuple(ANNA.values())], facts={"size": "M"})
    await desk.register(ref="home", facts={"size": "L"})
    assert await known(desk, TABLET) == {"size": "M"}


async def test_proof_opens_what_a_claim_did_not_and_the_cache_knows_it_at_once(desk):
    await desk.register(ref="home", facts={"order_number": ORDER})
    await desk.register(ref="shop", identities=[("device", "tablet"), tuple(ANNA.values())])
    assert await known(desk, TABLET) == {}
    customer = (await desk.look_up()).json()["customer"]["id"]
    proven = await desk("console", "PUT", f"/v1/customers/{customer}/identities", TABLET)
    assert proven.status_code == 200
    assert await known(desk, TABLET) == {"order_number": ORDER}
    links = {one["kind"]: one for one in (await desk.look_up()).json()["identities"]}
    assert (links["device"]["link"], links["device"]["proven_by"]) == ("proven", "the console")
    assert (links["email"]["link"], links["email"]["source"]) == ("claimed", "shop-bot")


async def test_of_a_customer_with_very_many_identities_none_reads_by_a_claim_what_another_said(company):
    customer = (await company.register(facts={"order_number": ORDER})).customer_id
    sql = """
        INSERT INTO identity (kind, value, customer_id, verified, source, created_at)
        SELECT 'email', 'copy' || number || '@example.de', $1, false, 'shop-bot', now() FROM generate_series(0, 249) AS number
    """
    await company.change(customer, sql, customer)
    for number in (0, 125, 249):
        assert (await company.see(f"copy{number}@example.de", ViewName.BOT))["known"] == {}


async def test_the_console_reads_everything_through_a_claimed_link(desk):
    await desk.register(ref="home", facts={"street-address": STREET})
    await desk.register(ref="shop", identities=[("device", "tablet"), tuple(ANNA.values())])
    for headers in ({"cache_control": "no-cache"}, {}):
        assert (await desk.look_up(**TABLET, **headers)).json()["known"]["street-address"]["value"] == STREET
    asked = {"identity": TABLET, "fields": ["street-address"]}
    answered = (await desk("console", "POST", "/v1/known/ask", asked)).json()
    assert answered["known"]["street-address"]["value"] == STREET


async def test_a_bot_reads_no_contact_fact_by_an_id_unless_the_person_has_shown_more_than_a_claim(desk):
    customer = (await desk.register(facts={"street-address": STREET})).json()["customer_id"]
    for assurance, street in (("claimed", {"withheld": "assurance"}), ("possession", STREET)):
        path = f"/v1/customers/{customer}/context?assurance={assurance}"
        fact = (await desk("bot", "GET", path)).json()["known"]["street-address"]
        assert fact.get("value", fact) == street


async def test_a_till_is_told_no_facts(desk):
    await desk.register(identities=[(*ANNA.values(), True)], facts={"street-address": STREET, "order_number": ORDER})
    asked = {"identity": ANNA, "fields": ["order_number", "street-address"], "assurance": "verified"}
    answered = (await desk("store", "POST", "/v1/known/ask", asked)).json()
    assert answered == {"known": {}, "ask": ["order_number", "street-address"]}


async def tool_sees(desk, **arguments):
    """What the tool `get_context` tells a language model."""
    params = {"name": "get_context", "arguments": arguments}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    accept = "application/json, text/event-stream"
    answered = await desk("bot", "POST", "/mcp", call, host="127.0.0.1", accept=accept)
    assert answered.status_code == 200, answered.text
    return answered.text


@pytest.mark.parametrize("by", ["identity", "customer_id"])
async def test_a_tool_of_a_language_model_is_told_what_a_bot_is_told(desk, by):
    customer = (await desk.register(ref="4711", facts={"street-address": STREET})).json()["customer_id"]
    who = {by: {"identity": ANNA, "customer_id": customer}[by]}
    assert STREET not in await tool_sees(desk, **who)
    assert "withheld" in await tool_sees(desk, **who)
    assert STREET in await tool_sees(desk, **who, conversation={"ref": "4711"})
    assert STREET not in await tool_sees(desk, **who, conversation={"ref": "4712"})


async def test_a_bot_that_asks_by_an_id_names_its_conversation_by_ref_or_id(desk):
    registered = (await desk.register(ref="4711", facts={"street-address": STREET})).json()
    for named in ("4711", registered["conversation_id"]):
        path = f"/v1/customers/{registered['customer_id']}/context?conversation={named}"
        assert (await desk("bot", "GET", path)).json()["known"]["street-address"]["value"] == STREET
