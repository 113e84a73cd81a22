"""A customer is given everything that is kept, in a document that its schema describes."""

from uuid import UUID

import jsonschema
import msgspec
import pytest

from service.privacy.export.document import export_json, read_export
from service.privacy.export.schema import read_export_schema
from service.privacy.export.sections import NAMES, export_sections
from service.privacy.map.tables import TABLES
from tests.fixtures import NOW
from tests.privacy.requests.asking import customer


async def exported(database, *members: str | UUID) -> dict:
    """The document as it is given out."""
    async with database.transaction() as connection:
        found = await read_export(connection, [UUID(str(one)) for one in members], now=NOW, region="DE")
    return msgspec.json.decode(export_json(found))


async def test_what_was_said_stands_under_its_conversation(desk, database):
    said = {"text": "The router blinks red", "ref": "chat-1", "subject": "Router", "facts": {"error_code": "E42"}}
    document = await exported(database, await customer(desk, **said))
    (conversation,) = document["sections"]["conversations"]
    assert conversation["subject"] == "Router"
    assert [one["text"] for one in conversation["interactions"]] == ["The router blinks red"]
    assert [(one["name"], one["value"]) for one in conversation["stated_facts"]] == [("error_code", "E42")]
    assert document["sections"]["identities"][0]["value"] == "anna@example.de"


async def test_nothing_of_a_neighbour_is_in_it(desk, database):
    anna = await customer(desk, text="mine")
    carl = await customer(desk, email="carl@example.de", text="of Carl", ref="chat-2")
    text = str(await exported(database, anna))
    assert "mine" in text
    assert not any(one in text for one in ("carl@example.de", "of Carl", carl))


async def test_who_looked_is_named_by_role(desk, database):
    anna = await customer(desk)
    await desk("privacy", "PUT", f"/v1/customers/{anna}/restriction", {"restricted": True, "reason": "asked"})
    (restriction,) = (await exported(database, anna))["sections"]["restrictions"]
    assert (restriction["set_by"], restriction["key_id"]) == ("agent", "privacy")


def test_every_column_for_the_export_has_a_part():
    mapped = {table.name for table in TABLES if table.rows_of and any(one.in_export for one in table.columns.values())}
    assert mapped - {one.table.name for one in export_sections()} == {"store_candidate", "opened_card"}
    assert NAMES.keys() <= mapped
    columns = {one.name: one.columns for one in export_sections()}
    assert [one.name for one in export_sections() if one.parent and one.name in columns[one.parent]] == []


@pytest.mark.slow
async def test_every_exported_value_of_every_customer_is_in_the_document(story, database):
    """The story calls every operation, so that nearly every table has rows."""
    async with database.connection() as connection:
        schema = await read_export_schema(connection)
        rows = await connection.fetch("SELECT customer_id FROM customer")
    checked = set()
    for row in rows:
        async with database.connection() as connection:
            kept = await _kept_values(connection, row["customer_id"])  # first: looks are recorded a second later
        document = await exported(database, row["customer_id"])
        jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
        missing = kept.keys() - set(_texts(document))
        assert not missing, {one: kept[one] for one in missing}
        checked |= set().union(*kept.values())
    assert len(checked) > 100, sorted(checked)


def _texts(value):
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    else:
        yield str(value)


async def _kept_values(connection, customer_id) -> dict[str, set[str]]:
    """Every value that the export shows as it is -> the columns that have it."""
    kept: dict[str, set[str]] = {}
    for section in export_sections():
        plain = [name for name in section.columns if section.table.columns[name].masked is None]
        listed = ", ".join(plain) or "1 AS nothing"
        shown = f"SELECT {listed} FROM {section.table.name} WHERE {section.table.rows_of}"
        for row in await connection.fetch(f"SELECT row_to_json(s)::text FROM ({shown}) s", [customer_id]):
            for name, one in msgspec.json.decode(row[0]).items():
                for text in _texts(one) if name in plain and one is not None else ():
                    kept.setdefault(text, set()).add(f"{section.table.name}.{name}")
    return kept
