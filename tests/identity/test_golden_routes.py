"""The golden record over HTTP: read, pinned, decided by other rules, and followed by what agents and bots are shown."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.json import encode

from service.app.rooms import Rooms
from service.model.ids import new_id
from tests.fixtures import NOW, Desk

HOME = {"street-address": "Ring 1", "postal-code": "10115", "address-level2": "Berlin", "country": "DE"}


class People:
    """Customers of whom sources state values."""

    def __init__(self, rooms: Rooms, desk: Desk) -> None:
        self.rooms, self.desk = rooms, desk

    async def known_as(self, email: str, **fields: Any) -> UUID:
        return UUID((await self.desk.register(identities=[("email", email)], **fields)).json()["customer_id"])

    async def state(self, customer_id: UUID, source: str, trust: int = 50, day: int = 0, **fields: Any) -> None:
        """A source states fields of a customer, as `put_records` stores them."""
        async with self.rooms.database.transaction() as connection:
            await connection.execute(
                "INSERT INTO source VALUES ($1, $1, $2, NULL, $3) ON CONFLICT (source) DO NOTHING", source, trust, NOW
            )
            for field, value in fields.items():
                await connection.execute(
                    "INSERT INTO customer_value VALUES ($1, $2, $3, '1', $4, 0, ($5::text)::jsonb, 'n' || $5::text, $6, $6, false)",
                    customer_id,
                    new_id(),
                    source,
                    field.replace("__", "."),
                    encode(value).decode(),
                    NOW + timedelta(days=day),
                )
            await connection.execute("UPDATE customer SET version = version + 1 WHERE customer_id = $1", customer_id)
        await self.rooms.reader.cache.drop([customer_id])

    async def golden(self, customer_id: UUID) -> dict[str, Any]:
        answer = await self.desk("console", "GET", f"/v1/customers/{customer_id}/golden")
        assert answer.status_code == 200, answer.text
        return answer.json()["fields"]

    async def context(self, customer_id: UUID, view: str = "console") -> dict[str, Any]:
        return (await self.desk(view, "GET", f"/v1/customers/{customer_id}/context")).json()

    async def pin(self, customer_id: UUID, field: str, value: object, **more: object) -> Any:
        path = f"/v1/customers/{customer_id}/golden/{field}"
        return await self.desk("console", "PUT", path, {"value": value, **more})


@pytest.fixture
def people(rooms: Rooms, desk: Desk) -> People:
    return People(rooms, desk)


async def test_the_context_follows_what_sources_say_and_bots_are_withheld_what_reaches_a_person(people: People) -> None:
    anna = await people.known_as("anna@example.de", facts={"postal-code": "99999", "order_number": "A-1"})
    await people.state(anna, "crm", given="Anna", family="Maier", address=HOME, birth_date="1970-05-06", day=1)
    context = await people.context(anna)
    assert context["customer"]["name"] == "Anna Maier"
    assert {name: fact["value"] for name, fact in context["known"].items()} == {
        **HOME,
        "bday": "1970-05-06",
        "family-name": "Maier",
        "given-name": "Anna",
        "order_number": "A-1",
    }
    bot = (await people.context(anna, "bot"))["known"]
    assert {name for name, fact in bot.items() if "withheld" in fact} == {*HOME, "bday"}
    ask = {"customer_id": str(anna), "fields": ["family-name", "tel"], "channel": "web"}
    told = (await people.desk("bot", "POST", "/v1/known/ask", ask)).json()
    assert (told["known"]["family-name"]["value"], told["ask"]) == ("Maier", ["tel"])


async def test_a_pin_stands_and_is_released_for_the_whole_merge_set(people: People) -> None:
    anna, other = await people.known_as("anna@example.de"), await people.known_as("ann@example.de")
    await people.state(anna, "crm", given="Anna", family="Maier")
    answer = await people.pin(other, "family", "Huber", note="She married.")
    assert answer.json()["fields"]["family"]["rule"] == "pinned"
    merged = {"other_customer_id": str(other)}
    assert (await people.desk("console", "PUT", f"/v1/customers/{anna}/merges", merged)).status_code == 200
    golden = await people.golden(anna)
    assert [golden[field]["value"] for field in ("family", "full")] == ["Huber", "Anna Huber"]
    assert (await people.context(anna))["customer"]["name"] == "Anna Huber"
    path = f"/v1/customers/{anna}/golden/family"
    assert (await people.desk("console", "DELETE", path)).json()["fields"]["family"]["value"] == "Maier"
    assert (await people.desk("console", "DELETE", path)).status_code == 404


async def test_other_rules_decide_for_every_customer_at_once(people: People) -> None:
    anna = await people.known_as("anna@example.de")
    await people.state(anna, "crm", family="Maier", trust=90, day=1)
    await people.state(anna, "shop", family="Huber", day=2)
    assert (await people.context(anna))["known"]["family-name"]["value"] == "Maier"
    rules = {"family": {"rule": "recent"}, "email": {"rule": "all"}}
    answer = await people.desk("admin", "PUT", "/v1/settings/survivorship", rules)
    assert answer.json()["family"] == {"rule": "recent", "sources": []}
    await people.rooms.reader.trust.check()
    assert (await people.context(anna))["known"]["family-name"]["value"] == "Huber"
    found = (await people.golden(anna))["family"]
    assert (found["value"], found["source"], found["rule"], found["others"][0]["value"]) == (
        "Huber",
        "shop",
        "recent",
        "Maier",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "31.12.1970"),
        ("phone", "12"),
        ("email", "anna"),
        ("language", "German!"),
        ("address", "Ring 1"),
        ("address", {"city": "Berlin"}),
        ("address", {"country": " "}),
        ("family", "  "),
        ("family", {"street-address": "Ring 1"}),
        ("shoe_size", "42"),
    ],
)
async def test_a_value_that_a_field_cannot_have_is_not_pinned(people: People, field: str, value: object) -> None:
    anna = await people.known_as("anna@example.de")
    answer = await people.pin(anna, field, value)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (
        400,
        "field" if field == "shoe_size" else "value",
    )


async def test_rules_of_unknown_fields_are_refused(people: People) -> None:
    for rules in ({"shoe_size": {"rule": "recent"}}, {"family": {"rule": "loudest"}}):
        assert (await people.desk("admin", "PUT", "/v1/settings/survivorship", rules)).status_code == 400
