"""What a till takes along for an outage: signed, valid for a day, and of no use to whoever finds it."""

import base64
import hmac
from datetime import timedelta

import jwt
import pytest

from service.conditions import offline_snapshot as offline
from service.conditions.model import Scope
from service.model.vocabulary import Audience, Channel, UsePeriod
from tests.conditions.test_at_the_till import ANNA
from tests.fixtures import NOW

DAY = timedelta(days=1)
CANARIES = ("Müller", "+49171", "1234567", "anna@example.de", "70173", "1985", "4006381333931", "AMB-7")


def derived(api_key: str, purpose: str) -> bytes:
    """A key as docs/channels/store.md tells the maker of a till to derive it."""
    return hmac.digest(api_key.encode(), purpose.encode(), "sha256")


async def provided(shop, till="till 42", **query):
    answer = await shop.desk(till).get("/v1/store/offline", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def opened(snapshot: str, api_key="till 42", at=NOW) -> dict:
    """The signed content, if it is genuine and not expired."""
    key = derived(api_key, "askonce offline signature")
    claims = jwt.decode(snapshot, key, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
    assert claims["iat"] <= at.timestamp() < claims["exp"]
    return claims


def matching(claims: dict, identity: str, api_key="till 42") -> list[dict]:
    """Who of the snapshot has this canonical identity, `kind:value`."""
    key = derived(api_key, f"askonce offline identities {claims['salt']}")
    digest = hmac.digest(key, identity.encode(), "sha256")[:16]
    wanted = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return [customer for customer in claims["customers"] if wanted in customer["match"]]


@pytest.mark.parametrize("identity", ["phone:+491711234567", "loyalty_card:4006381333931", "email:anna@example.de"])
async def test_a_till_without_a_connection_finds_her_and_her_terms(shop, new_customer, identity):
    condition = await shop.grant(await new_customer(**ANNA), max_uses=2, max_uses_per="month")
    claims = opened((await provided(shop))["snapshot"])
    [anna] = matching(claims, identity)
    assert anna["display"] == "A. M."
    [held] = anna["conditions"]
    assert (held["id"], held["terms"], held["uses_left"]) == (condition["id"], {"percent": 20}, 2)
    assert matching(claims, "phone:+491719999999") == []


async def test_nothing_in_it_says_who_the_customers_are(shop, new_customer):
    await shop.grant(await new_customer(**ANNA), contract="AMB-7")
    answer = await provided(shop)
    _, payload, _ = answer["snapshot"].split(".")
    clear = base64.urlsafe_b64decode(payload + "==").decode()
    assert [canary for canary in CANARIES if canary in clear] == []


async def test_two_snapshots_cannot_be_compared(shop, new_customer):
    await shop.grant(await new_customer(**ANNA))
    first, second = [opened((await provided(shop))["snapshot"]) for _ in range(2)]
    assert not {*first["customers"][0]["match"]} & {*second["customers"][0]["match"]}


async def test_a_changed_or_a_foreign_snapshot_is_recognised(shop, new_customer):
    await shop.grant(await new_customer(**ANNA))
    snapshot = (await provided(shop))["snapshot"]
    header, payload, signature = snapshot.split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        opened(f"{header}.{payload[:-4]}AAAA.{signature}")
    with pytest.raises(jwt.InvalidSignatureError):
        opened(snapshot, api_key="till 1")
    assert opened((await provided(shop, "till 1"))["snapshot"], "till 1")["store"] == "DE-001"


async def test_it_holds_for_a_day_and_knows_what_begins_within_it(shop, new_customer, grant):
    anna = await new_customer(**ANNA)
    tomorrow = await grant(anna, valid_from=NOW + DAY - timedelta(hours=1))
    await grant(anna, valid_from=NOW + DAY)
    claims = opened((await provided(shop))["snapshot"])
    assert claims["exp"] - claims["iat"] == DAY.total_seconds()
    [customer] = claims["customers"]
    assert [held["id"] for held in customer["conditions"]] == [str(tomorrow.id)]


@pytest.mark.parametrize(
    ("region", "dialling"),
    [("DE", ("49", "0", "00")), ("US", ("1", "1", "011")), ("IT", ("39", "", "00")), ("BR", ("55", "0", "00"))],
)
def test_it_says_how_numbers_are_dialled_where_the_till_stands(region, dialling):
    assert tuple(offline.dialling_of(region).values()) == dialling


async def test_it_holds_nothing_that_does_not_hold_in_this_store(shop, new_customer, grant):
    anna = await new_customer(**ANNA)
    await grant(anna, scope=Scope(stores=("DE-001",)))
    await grant(anna, scope=Scope(channels=(Channel.WEB,)))
    await grant(anna, audiences=(Audience.CONSOLE,))
    assert opened((await provided(shop))["snapshot"])["customers"] == []
    assert len(opened((await provided(shop, "till 1"))["snapshot"], "till 1")["customers"]) == 1


async def test_a_merged_customer_is_one_with_all_identities_and_terms(shop, new_customer, grant):
    anna = await new_customer(**ANNA)
    merged = await new_customer("Anna M.", merged_into=anna, identities={"customer_number": "K1"})
    for customer_id in (anna, merged):
        await grant(customer_id, max_uses=3, max_uses_per=UsePeriod.EVER)
    claims = opened((await provided(shop))["snapshot"])
    assert claims["included"] == {"customers": 1, "of": 1}
    [found] = matching(claims, "customer_number:K1")
    assert (len(found["match"]), len(found["conditions"])) == (4, 2)


async def test_somebody_who_cannot_be_recognised_is_not_in_it(shop, new_customer, grant):
    await grant(await new_customer(identities={"device": "d-1"}))
    assert (await provided(shop))["included"] == {"customers": 0, "of": 1}


async def test_it_says_how_many_were_left_out(shop, new_customer, grant, monkeypatch):
    monkeypatch.setattr(offline, "MAX_CUSTOMERS", 2)
    for number in range(3):
        customer_id = await new_customer(identities={"customer_number": f"K{number}"})
        await grant(customer_id, now=NOW + timedelta(seconds=number))
    answer = await provided(shop)
    assert answer["included"] == {"customers": 2, "of": 3}
    assert matching(opened(answer["snapshot"]), "customer_number:K0") == []


async def test_a_till_takes_the_snapshot_of_its_own_store_alone(shop):
    assert (await shop.desk("till 42").get("/v1/store/offline?store=DE-001")).status_code == 403
    assert (await shop.desk("any till").get("/v1/store/offline")).status_code == 400
    assert (await provided(shop, "any till", store="DE-001"))["store"] == "DE-001"
    assert (await shop.desk("bot").get("/v1/store/offline")).status_code == 403


async def test_whose_terms_a_till_took_along_is_on_record(shop, new_customer, database):
    anna = await new_customer(**ANNA)
    await shop.grant(anna)
    await provided(shop)
    await shop.audit.flush(NOW)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT customer_ids FROM read_audit WHERE view = 'offline'") == [anna]
