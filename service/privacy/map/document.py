"""The data map as people and programs read it: Markdown for the records of processing (GDPR, Art. 30), and JSON."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from service.model.vocabulary import Audience, Purpose
from service.privacy.map.columns import Columns
from service.privacy.map.model import Category, MappedColumn, MappedPlace, MappedTable, Masked, OnErase
from service.privacy.map.places import FIELDS, PLACES
from service.privacy.map.tables import TABLES

BEGIN = "<!-- What follows is written by `make docs`, out of the data map in the code. -->\n"
PURPOSES = {
    Purpose.SERVICE: "serving customers: one context for every channel and desk",
    Purpose.ANALYSIS: "learning where customers repeat themselves and give up, without naming anyone",
    Purpose.MARKETING: "telling customers of offers",
    Purpose.PROFILING: "concluding who is one person, who belongs to a segment, and who may leave",
    Purpose.SECURITY: "knowing who signed in, who read and who changed what",
    Purpose.OPERATION: "keeping the service running: queues of work, receipts against counting twice",
}
CATEGORIES = {
    Category.IDENTITY: "who a customer is: names, birth date, numbers, and whatever leads to the customer",
    Category.CONTACT: "how a customer is reached: telephone, e-mail, addresses, wishes about channels",
    Category.CONTENT: "what a customer said, or what was written for or about the customer",
    Category.BEHAVIOUR: "what happened when, where and how it ended",
    Category.PROFILE: "what askonce concluded: segments, risks, matches, scores",
    Category.ACCESS: "who looked at a customer or changed a customer's data",
    Category.STAFF: "agents and keys",
    Category.CONFIGURATION: "what operators set; nothing of a customer",
    Category.TECHNICAL: "versions, positions, counts, deadlines; nothing that a person said or is",
}
_IMPERSONAL = {Category.CONFIGURATION, Category.TECHNICAL}
_ERASED = {
    OnErase.DELETE: "deletes the customer's rows",
    OnErase.PSEUDONYMISE: "takes the customer out of the rows",
    OnErase.KEEP: "keeps the rows",
}
_MASKED = {Masked.AGENT: "yes, agents by their role", Masked.OTHERS: "yes, without what is of other people"}


def map_as_json() -> str:
    """The whole map; tables stand in the order of deletion, sets in the order of the alphabet."""
    fields = {name: {"kept": kept, "fields": columns} for name, _, columns, kept in FIELDS}
    whole = {"tables": TABLES, "places": {name: places for name, _, places in PLACES}, "fields": fields}
    return msgspec.json.format(msgspec.json.encode(whole, order="deterministic"), indent=2).decode() + "\n"


def map_as_markdown() -> str:
    """The records of processing, then every table by name, then every other place."""
    customers = sorted((table for table in TABLES if table.rows_of), key=lambda table: table.name)
    others = sorted((table for table in TABLES if not table.rows_of), key=lambda table: table.name)
    parts = [
        "## Records of processing\n",
        *_records(),
        "## Tables with rows of customers\n",
        *(_table(table) for table in customers),
        "## Tables without rows of customers\n",
        "An erasure leaves them as they are.\n",
        _rows(
            "| table | purpose | category | kept |",
            (f"| `{one.name}` | {one.purpose} | {_categories(one)} | {_kept(one.retention)} |" for one in others),
        ),
        *(_places(*group) for group in PLACES),
        *(_fields(*group) for group in FIELDS),
    ]
    return "\n".join(parts)


def privacy_page(page: str) -> str:
    """The page with its written part as it is, and the map of today behind it. ValueError if it has no place for it."""
    written, begin, _ = page.partition(BEGIN)
    if not begin:
        raise ValueError("The page does not say where the data map begins.")
    return f"{written}{BEGIN}\n{map_as_markdown()}"


def _records() -> Iterator[str]:
    """What each purpose uses, and what the categories are."""
    yield _rows(
        "| purpose | what for | categories of data | tables |",
        (
            f"| {purpose} | {PURPOSES[purpose]} | {_categories(*tables)} | {len(tables)} |"
            for purpose in Purpose
            if (tables := [one for one in TABLES if one.purpose is purpose])
        ),
    )
    yield _rows("| category | what it is |", (f"| {one} | {what} |" for one, what in CATEGORIES.items()))


def _table(table: MappedTable) -> str:
    erased = f"An erasure {_ERASED[table.on_erase]}{'' if table.reason else '.'}"
    because = f": {table.reason[0].lower()}{table.reason[1:]}" if table.reason else ""
    told = f"For {table.purpose}; kept {_kept(table.retention)}. {erased}{because}\n"
    return f"### `{table.name}`\n\n{told}\n{_columns(table.columns)}"


def _columns(columns: Mapping[str, MappedColumn]) -> str:
    """One row for all columns that are alike."""
    alike: dict[MappedColumn, list[str]] = {}
    for name, column in columns.items():
        alike.setdefault(column, []).append(f"`{name}`")
    return _rows(
        "| columns | hold | category | views | in an export |",
        (
            f"| {', '.join(names)} | {one.holds} | {one.category} | {_views(one.audiences)} | {_exported(one)} |"
            for one, names in alike.items()
        ),
    )


def _places(name: str, what: str, places: Iterable[MappedPlace]) -> str:
    rows = (
        f"| `{one.name}` | {one.holds} | {one.category} | {_kept(one.retention)} | {_place_erased(one)} |"
        for one in places
    )
    return f"## {name}\n\n" + _rows(f"| {what.lower()} | what they hold | category | kept | by an erasure |", rows)


def _fields(name: str, what: str, columns: Columns, kept: str) -> str:
    alike: dict[tuple[Category, str], list[str]] = {}
    for field, column in sorted(columns.items()):
        alike.setdefault((column.category, column.holds), []).append(f"`{field}`")
    rows = (f"| {', '.join(names)} | {holds} | {category} |" for (category, holds), names in alike.items())
    return f"## {name}\n\n{what}; kept {_kept(kept)}.\n\n" + _rows("| fields | hold | category |", rows)


def _place_erased(place: MappedPlace) -> str:
    return f"kept: {place.reason}" if place.on_erase is OnErase.KEEP else "deleted"


def _categories(*tables: MappedTable) -> str:
    """The categories of personal data in the tables, in the order of the vocabulary."""
    held = {column.category for table in tables for column in table.columns.values()}
    return ", ".join(one for one in Category if one in held - _IMPERSONAL) or "none"


def _views(audiences: frozenset[Audience]) -> str:
    return ", ".join(one for one in Audience if one in audiences)


def _exported(column: MappedColumn) -> str:
    if not column.in_export:
        return "no"
    return "yes" if column.masked is None else _MASKED[column.masked]


def _kept(retention: str) -> str:
    """The period; a setting in it stands as code."""
    return " ".join(f"`{word}`" if word.startswith("ASKONCE_") else word for word in retention.split()).replace(
        ";`", "`;"
    )


def _rows(header: str, rows: Iterable[str]) -> str:
    return "\n".join([header, "|---" * (header.count("|") - 1) + "|", *rows]) + "\n"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(privacy_page(page.read_text("utf-8")), "utf-8")
