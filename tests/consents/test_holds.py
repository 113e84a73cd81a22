"""Legal holds: set with a reason, in force for the whole merge set, and gone when they are released or over."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from service.consents.holds import active_holds, check_not_held
from service.errors import CustomerHeld
from tests.fixtures import NOW

LAWSUIT = {"reason": "Lawsuit 4 O 17/26"}


async def held(desk, **hold: object) -> str:
    customer_id = (await desk.register()).json()["customer_id"]
    answer = await desk("privacy", "PUT", f"/v1/customers/{customer_id}/holds/lawsuit", LAWSUIT | hold)
    assert answer.status_code == 200, answer.text
    return customer_id


async def test_a_hold_is_listed_until_it_is_released(desk):
    customer_id = await held(desk)
    path = f"/v1/customers/{customer_id}/holds"
    (shown,) = (await desk("admin", "GET", path)).json()["holds"]
    assert (shown["name"], shown["reason"], shown["set_by"]) == ("lawsuit", LAWSUIT["reason"], "the privacy")
    assert (await desk("privacy", "DELETE", f"{path}/lawsuit")).status_code == 204
    assert (await desk("privacy", "GET", path)).json() == {"holds": []}
    again = await desk("privacy", "DELETE", f"{path}/lawsuit")
    assert again.json()["type"] == "/problems/absent"


async def test_a_hold_ends_by_itself_when_its_time_is_over(desk, database):
    customer_id = UUID(await held(desk, until="2026-12-01T00:00:00+01:00"))
    async with database.connection() as connection:
        assert len(await active_holds(connection, [customer_id], NOW)) == 1
        assert await active_holds(connection, [customer_id], NOW + timedelta(days=30)) == []


async def test_a_hold_of_one_of_two_merged_customers_holds_both_and_says_why(desk, database):
    customer_id = await held(desk)
    other = (await desk.register(email="b@example.de")).json()["customer_id"]
    merged = await desk("console", "PUT", f"/v1/customers/{other}/merges", {"other_customer_id": customer_id})
    assert merged.status_code == 200, merged.text
    async with database.connection() as connection:
        with pytest.raises(CustomerHeld, match="lawsuit: Lawsuit 4 O 17/26"):
            await check_not_held(connection, [UUID(other)], NOW)


async def test_nobody_holds_a_customer_that_is_not_there(desk):
    for method, body in (("GET", None), ("PUT", LAWSUIT)):
        path = f"/v1/customers/{uuid4()}/holds" + ("/lawsuit" if body else "")
        assert (await desk("privacy", method, path, body)).status_code == 404
