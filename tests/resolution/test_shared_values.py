"""What very many customers share brings no work and no suggestions."""

import pytest

from service.db.pool import Connection
from service.identity.sources.model import SourceRecordInput, StatedAddress, StatedName
from service.identity.sources.records import put_records
from service.identity.sources.stating import RecordKey, state_record
from service.resolution.matches.candidates import MAX_CANDIDATES
from service.resolution.matches.check import check_record
from service.resolution.matches.listing import list_shared_values
from service.resolution.matches.online import match_stated
from tests.fixtures import KEY_ID, NOW

pytestmark = pytest.mark.slow
GIVEN = ["Anna", "Bernd", "Clara", "David", "Elena", "Felix", "Greta", "Hannes", "Ida", "Jonas", "Karin", "Lukas"]


async def state(connection: Connection, records: list[SourceRecordInput]) -> None:
    """Each record is a customer, compared with those before in steps of the worker's size."""
    for start in range(0, len(records), 100):
        stated = [
            state_record(RecordKey("crm", f"{start + place}"), record, region="DE", now=NOW)
            for place, record in enumerate(records[start : start + 100])
        ]
        put = await put_records(connection, stated, now=NOW, key_id=KEY_ID)
        await match_stated(connection, [one.customer_id for one in put.results], region="DE", now=NOW)


def record(number: int, **fields) -> SourceRecordInput:
    """A person with a name and a birth date of its own."""
    name = StatedName(given=GIVEN[number % len(GIVEN)], family=f"Sommer{'abcdefghijklmnopqrstuvwxyz'[number % 26]}er")
    return SourceRecordInput(name=name, birth_date=f"{1930 + number % 70}-0{1 + number % 9}-1{number % 10}", **fields)


async def test_a_mailbox_of_very_many_customers_is_no_evidence_and_is_listed(database):
    async with database.transaction() as connection:
        await state(connection, [record(number, emails=("kontakt.sammel7@example.de",)) for number in range(400)])
        (shared,) = await list_shared_values(connection, limit=10)
        assert (shared.field, shared.value) == ("email", "kontakt.sammel7@example.de")
        found = await check_record(connection, record(400, emails=("kontakt.sammel7@example.de",)), region="DE")
        assert "email" not in {reason.field for one in found.items for reason in one.reasons}


async def test_a_household_of_five_hundred_is_no_storm_of_suggestions(database):
    home = {
        "addresses": (StatedAddress(street_address="Lindenweg 12", postal_code="04109", address_level2="Leipzig"),),
        "phones": ("0341 1234567",),
    }
    async with database.transaction() as connection:
        await state(connection, [record(number, **home) for number in range(500)])
        most = await connection.fetchval(
            "SELECT max(matches) FROM (SELECT count(*) AS matches FROM customer_match GROUP BY customer_id) AS one"
        )
        assert most < MAX_CANDIDATES
        shared = await list_shared_values(connection, limit=10)
        assert {one.field for one in shared} == {"address", "phone"}


async def test_five_hundred_of_one_family_name_in_one_house_are_no_storm_either(database):
    house = (StatedAddress(street_address="Lindenweg 12", postal_code="04109", address_level2="Leipzig"),)
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [StatedName(given=f"Mar{one}{two}na", family="Sommer") for one in letters[:20] for two in letters[:25]]
    async with database.transaction() as connection:
        await state(connection, [SourceRecordInput(name=name, addresses=house) for name in names])
        assert await connection.fetchval("SELECT count(*) FROM customer_match") == 0
