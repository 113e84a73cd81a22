"""The rules by which golden records are decided, as the company sets them."""

from collections.abc import Mapping

import msgspec

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import InvalidInput
from service.identity.golden.model import FieldRule
from service.identity.golden.pins import check_field
from service.identity.golden.reading import read_rules
from service.identity.golden.survive import SHIPPED_RULES

SQL = Statements("service.identity.golden", "survivorship")

MAX_RULES = 200


async def read_survivorship(connection: Connection) -> dict[str, FieldRule]:
    """The rule of every field."""
    return SHIPPED_RULES | await read_rules(connection)


async def replace_survivorship(connection: Connection, rules: Mapping[str, FieldRule]) -> dict[str, FieldRule]:
    """Let these rules decide, and the shipped ones for fields without; gives all. InvalidInput for an unknown field."""
    for field in rules:
        if field not in SHIPPED_RULES:
            check_field(field)
    if len(rules) > MAX_RULES:
        raise InvalidInput(field="field", message=f"At most {MAX_RULES} fields are expected.")
    new = sorted((field, one) for field, one in rules.items() if one != SHIPPED_RULES.get(field))
    rows = [(field, one.rule, msgspec.json.encode(one.sources).decode()) for field, one in new]
    await connection.execute(SQL.delete_rules)
    await connection.execute(SQL.insert_rules, *columns(rows, 3))
    return await read_survivorship(connection)
