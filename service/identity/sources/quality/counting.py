"""Counts what is thought of the values of each source, so that the worst source is seen."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.identity.sources.quality.model import Verdict

SQL = Statements("service.identity.sources.quality", "counting")

MANY_ROWS = 1000
"""Rows of counts that are read without noticing it; more are folded."""


class VerdictCount(Struct, frozen=True, kw_only=True):
    """How many values have a verdict."""

    verdict: Annotated[Verdict, Meta(description="What is thought of them.")]
    values: Annotated[int, Meta(description="How many values that are stated now have this verdict.")]


class FieldQuality(Struct, frozen=True, kw_only=True):
    """What is thought of the values of one field of a source."""

    source: Annotated[str, Meta(description="The system that states them.")]
    field: Annotated[str, Meta(description="The field: given, family, full, birth_date, address, phone or email.")]
    values: Annotated[int, Meta(description="How many values the source states now.")]
    to_mend: Annotated[int, Meta(description="How many of them have a verdict that leaves something to mend.")]
    share: Annotated[float, Meta(description="The share of those in all values of the field, from 0 to 1.")]
    verdicts: Annotated[tuple[VerdictCount, ...], Meta(description="All verdicts, the most frequent one first.")]


async def read_quality(connection: Connection, *, source: str | None, field: str | None) -> list[FieldQuality]:
    """What is thought of each field of each source, or of the named ones; the worst share first."""
    counts: dict[tuple[str, str], list[VerdictCount]] = {}
    for row in await connection.fetch(SQL.read_counts, source, field):
        count = VerdictCount(verdict=Verdict(row["verdict"]), values=row["values"])
        counts.setdefault((row["source"], row["field"]), []).append(count)
    found = [_field_quality(*key, verdicts) for key, verdicts in counts.items()]
    return sorted(found, key=lambda one: (-one.share, -one.to_mend, one.source, one.field))


async def fold_counts(database: Database, _now: datetime) -> None:
    """Fold the counts of many transactions into one for each source, field and verdict."""
    async with database.transaction() as connection:
        await connection.fetchval(SQL.fold_counts, MANY_ROWS)


def _field_quality(source: str, field: str, verdicts: list[VerdictCount]) -> FieldQuality:
    values = sum(one.values for one in verdicts)
    to_mend = sum(one.values for one in verdicts if not one.verdict.is_good)
    return FieldQuality(
        source=source,
        field=field,
        values=values,
        to_mend=to_mend,
        share=round(to_mend / values, 4),
        verdicts=tuple(sorted(verdicts, key=lambda one: (-one.values, one.verdict))),
    )
