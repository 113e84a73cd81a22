"""What names customers is on record and counts in the budget of the key, whichever question names them (S10)."""

from datetime import timedelta

import pytest

from service.access.audit import ReadAudit
from service.settings.environment import load_settings

pytestmark = pytest.mark.slow

NOTICE = {"texts": {"en": "Closed tomorrow."}}
RULE = {"rule": "identities.exists(i, i.value.startsWith('guess'))"}
ASKED = {
    "notices": ("GET", "/v1/notices/closed/customers", None),
    "content gaps": ("GET", "/v1/content/gaps", None),
    "segments": ("POST", "/v1/segments/any/dry-run", RULE),
    "journeys": ("GET", "/v1/journeys/flow?segment=vip", None),
}


@pytest.fixture
def settings():
    return load_settings({"ASKONCE_LOOK_UP_CUSTOMERS_PER_MINUTE": "console=2"})


@pytest.fixture
def recorded(monkeypatch) -> set[tuple[str, str]]:
    """The views and customers that are put on record."""
    reads: set[tuple[str, str]] = set()
    monkeypatch.setattr(
        ReadAudit, "record_read", lambda _self, _key_id, view, customer_id: reads.add((view, str(customer_id)))
    )
    return reads


async def guests(desk, clock, count: int) -> set[str]:
    """Customers with an open matter each."""
    found = set()
    for number in range(count):
        address = f"guess{number}@example.de"
        answer = await desk.register(email=address, subject="router", kind="question", text="Why is it red?")
        found.add(answer.json()["customer_id"])
        await desk("admin", "PATCH", f"/v1/customers/{answer.json()['customer_id']}", {"segments": ["vip"]})
    clock.advance(timedelta(minutes=1))
    return found


@pytest.mark.parametrize("view", ASKED)
async def test_customers_that_an_answer_names_are_on_record(desk, clock, recorded, view):
    await desk("admin", "PUT", "/v1/notices/closed", NOTICE)
    named = await guests(desk, clock, 2)
    method, path, body = ASKED[view]
    assert (await desk("console", method, path, body)).status_code == 200
    assert {(view, one) for one in named} == recorded


@pytest.mark.parametrize("view", ASKED)
async def test_a_key_learns_of_no_more_customers_than_its_budget_says(desk, clock, view):
    await desk("admin", "PUT", "/v1/notices/closed", NOTICE)
    await guests(desk, clock, 3)
    method, path, body = ASKED[view]
    assert (await desk("console", method, path, body)).json()["type"] == "/problems/look-up-budget"


async def test_who_read_the_notes_of_a_customer_is_on_record(desk, recorded):
    customer = (await desk.register()).json()["customer_id"]
    await desk("console", "GET", f"/v1/journey-notes?customer={customer}")
    assert ("journey notes", customer) in recorded
