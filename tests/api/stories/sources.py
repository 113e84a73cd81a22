"""Calls of the routes of sources and their records."""

from typing import Any

BERTA = {
    "name": {"given": "Berta", "family": "Krüger"},
    "birth_date": "1979-11-02",
    "addresses": [
        {"street-address": "Lindenweg 12", "postal-code": "70173", "address-level2": "Stuttgart", "country": "DE"}
    ],
    "phones": ["0711 2345678"],
    "emails": ["berta@gmial.com"],
    "language": "de",
    "preferences": {"newsletter": "no"},
    "stated_at": "2026-11-20T08:15:00Z",
}


async def state_records(story: Any) -> None:
    """A shop is declared and states what it knows of two persons, of one of them twice."""
    await story("admin", "PUT", "/v1/sources/shop", {"title": "Web shop", "trust": 60})
    await story("console", "GET", "/v1/sources")
    await story("console", "GET", "/v1/sources/shop")
    await story("console", "PUT", "/v1/sources/shop/records/10071", BERTA)
    moved = {"street-address": "Am Ring 3", "postal-code": "70565", "address-level2": "Stuttgart", "country": "DE"}
    batch = [
        BERTA | {"external_id": "10071", "addresses": [moved], "stated_at": "2026-11-21T08:15:00Z"},
        {"external_id": "10072", "name": {"full": "Krüger, Jonas"}, "phones": ["0711 2345678"]},
    ]
    await story("console", "POST", "/v1/sources/shop/records/batch", batch)
    await story("console", "GET", "/v1/sources/shop/records/10071")
    await story("console", "GET", "/v1/quality?source=shop")
