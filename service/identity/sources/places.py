"""Which places have which postal code, as far as an operator loaded them: askonce ships none."""

from collections.abc import Collection, Sequence
from typing import Annotated

from msgspec import Meta

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.identity.normal.towns import normal_town
from service.model.interaction import RequestShape, ShortText

SQL = Statements("service.identity.sources", "places")

CountryCode = Annotated[str, Meta(pattern="^[A-Za-z]{2}$")]


class PlaceInput(RequestShape, frozen=True):
    """A place and one of its postal codes."""

    country: Annotated[CountryCode, Meta(description="ISO 3166 code of the country.")]
    postal_code: Annotated[ShortText, Meta(description="One of the postal codes of the place.")]
    place: Annotated[ShortText, Meta(description="The name of the place in its own spelling.")]


async def store_places(connection: Connection, places: Sequence[PlaceInput]) -> int:
    """Store places with their postal codes; gives how many were not there before."""
    rows = [(one.country.upper(), place_code(one.postal_code), one.place, normal_town(one.place)) for one in places]
    count: int = await connection.fetchval(SQL.store_places, *columns(rows, 4))
    return count


async def read_places(
    connection: Connection, codes: Collection[tuple[str, str]]
) -> dict[tuple[str, str], frozenset[str]]:
    """The keys of the places with these (country, postal code); those of countries without any place are left out."""
    rows = await connection.fetch(SQL.read_places, *columns(codes, 2)) if codes else []
    return {(row["country"], row["postal_code"]): frozenset(row["place_keys"]) for row in rows if row["is_loaded"]}


def place_code(text: str) -> str:
    """One spelling of a postal code."""
    return "".join(text.split()).upper()
