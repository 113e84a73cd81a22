"""What keeps a lead from buying is on record, and whether it was answered."""

from datetime import timedelta

from tests.fixtures import NOW
from tests.journey.test_reading import journey_of, register


async def test_the_concern_of_a_lead_is_shown_before_the_purchase_with_its_answer(desk):
    concern = {"kind": "concern", "channel": "store"}
    await register(desk, NOW - timedelta(days=3), **concern, text="Too dear", answered=False, ref="price")
    await register(desk, NOW - timedelta(days=3), **concern, text="Too loud", answered=False, ref="noise")
    await register(desk, NOW - timedelta(days=2), **concern, text="Cheaper is fine", answered=True, ref="price")
    customer_id = (await register(desk, kind="purchase"))["customer_id"]
    shown = (await journey_of(desk, customer_id))["touchpoints"]
    assert [(one["phase"], one["says"], one["answered"]) for one in shown] == [
        ("consider", "Too dear", True),
        ("consider", "Too loud", False),
        ("consider", "Cheaper is fine", True),
        ("buy", None, None),
    ]


async def test_the_timeline_says_whether_a_concern_was_answered(desk):
    customer_id = (await register(desk, kind="concern", answered=False))["customer_id"]
    await register(desk)
    items = (await desk("console", "GET", f"/v1/customers/{customer_id}/timeline")).json()["items"]
    assert [one.get("answered") for one in items] == [False, None]
