"""Compares the towns of addresses with their postal codes, where an operator loaded the places of the country."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from service.db.pool import Connection
from service.identity.sources.places import read_places
from service.identity.sources.quality.addresses import unlikely_place
from service.identity.sources.stating import StatedRecord
from service.identity.sources.taking import StatedValue


async def place_addresses(connection: Connection, records: Sequence[StatedRecord]) -> list[StatedRecord]:
    """The records, with another judgement of the addresses whose town does not have the postal code."""
    claims = [value.place for one in records for value in one.values if value.place is not None]
    places = await read_places(connection, {(place.country, place.postal_code) for place in claims})
    if not places:
        return list(records)
    return [replace(one, values=tuple(_placed(value, places) for value in one.values)) for one in records]


def _placed(value: StatedValue, places: Mapping[tuple[str, str], frozenset[str]]) -> StatedValue:
    if value.place is None:
        return value
    towns = places.get((value.place.country, value.place.postal_code))
    if towns is None or value.place.town in towns:
        return value
    judgement = unlikely_place(value.place.country)
    return value._replace(judgement=judgement, path=f"{value.path}.{judgement.part}")
