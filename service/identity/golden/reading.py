"""Reads the golden record: of one merge set, or of several as if they were one."""

from collections.abc import Collection, Iterable
from typing import Self
from uuid import UUID

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown
from service.identity.golden.model import Candidate, FieldRule, GoldenRecord, SurvivorshipRule
from service.identity.golden.own import GOLDEN_FACTS, FactStatement, MemberStatement, own_candidates
from service.identity.golden.survive import Choice, choose_golden, golden_fields

SQL = Statements("service.identity.golden", "reading")


class SetStatements(Struct, frozen=True, kw_only=True):
    """All that is said of the customers of one merge set."""

    survivor_id: UUID
    version: int
    members: tuple[MemberStatement, ...]
    facts: tuple[FactStatement, ...]
    statements: tuple[Candidate, ...]

    def candidates(self) -> list[Candidate]:
        """What may stand in the golden record."""
        return [*self.statements, *own_candidates(self.members, self.facts, self.statements)]

    def only(self, members: Collection[UUID]) -> Self:
        """What is said of these members."""
        return replace(
            self,
            members=tuple(one for one in self.members if one.customer_id in members),
            facts=tuple(one for one in self.facts if one.customer_id in members),
            statements=tuple(one for one in self.statements if one.customer_id in members),
        )


_decoder = Decoder(SetStatements)


async def read_golden(connection: Connection, customer_ids: Collection[UUID]) -> GoldenRecord:
    """The golden record of these customers' merge sets as if they were one. CustomerUnknown if there is none."""
    sets = await read_statements(connection, customer_ids)
    if not sets:
        raise CustomerUnknown
    choices = choose_together(sets, await read_rules(connection))
    return GoldenRecord(fields=golden_fields(choices), version=max(one.version for one in sets))


async def read_statements(connection: Connection, customer_ids: Collection[UUID]) -> list[SetStatements]:
    """All that is said of the merge sets of these customers, by survivor; of those that are gone nothing."""
    rows = await connection.fetch(SQL.read_statements, list(customer_ids), GOLDEN_FACTS)
    return [_decoder.decode(row["document"]) for row in rows]


async def read_rules(connection: Connection) -> dict[str, FieldRule]:
    """The rules that differ from the shipped ones, by field."""
    rows = await connection.fetch(SQL.read_rules)
    return {row["field"]: FieldRule(rule=SurvivorshipRule(row["rule"]), sources=tuple(row["sources"])) for row in rows}


def choose_together(sets: Iterable[SetStatements], rules: dict[str, FieldRule]) -> dict[str, Choice]:
    """What stands if these merge sets are one person."""
    return choose_golden((one for each in sets for one in each.candidates()), rules)
