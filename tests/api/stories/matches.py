"""Customers who may be one person, and a record that is checked, in the examples of the published description."""

from typing import Any

RECORD = {
    "name": {"given": "Greta", "family": "Lindner"},
    "birth_date": "1979-08-02",
    "addresses": [{"street-address": "Gartenstraße 8", "postal-code": "01067", "address-level2": "Dresden"}],
}


async def find_matches(story: Any) -> None:
    """Two systems know Greta Lindner; a third one asks who she is."""
    for source in ("erp", "newsletter"):
        path = f"/v1/sources/{source}/records/4711"
        customer = (await story("console", "PUT", path, RECORD))["customer_id"]
    await story.match()
    await story("console", "GET", "/v1/matches?strength=strong&limit=1")
    await story("console", "GET", f"/v1/customers/{customer}/matches")
    await story("console", "POST", "/v1/matches/check", RECORD)
    await story("console", "GET", "/v1/matches/shared")
