"""Every statement can be read: few parameters, and a list of columns where rows are taken."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_PARAMETERS = 14
# Statements of one row with a parameter for each column, or of many rows that still come as one array per column.
MANY_PARAMETERS = {"write_condition"}
UNNAMED_COLUMNS = {"cross_boundaries", "resolve_subjects"}


def statements() -> dict[str, str]:
    """Each statement of the service and the benchmarks by its name, without its comments."""
    found = {}
    for room in ("service", "benchmarks"):
        for path in sorted((ROOT / room).rglob("*.sql")):
            parts = re.split(r"^-- name: (\w+)\s*$", path.read_text("utf-8"), flags=re.MULTILINE)
            for name, body in zip(parts[1::2], parts[2::2], strict=True):
                found[f"{path.relative_to(ROOT)}: {name}"] = re.sub(r"--.*", "", body)
    return found


def name_of(statement: str) -> str:
    return statement.rpartition(" ")[2]


def test_no_statement_has_more_than_fourteen_parameters():
    most = {one: max(map(int, re.findall(r"\$(\d+)", text)), default=0) for one, text in statements().items()}
    assert most
    assert {name_of(one) for one, count in most.items() if count > MOST_PARAMETERS} == MANY_PARAMETERS


def test_rows_are_taken_with_the_names_of_their_columns():
    anonymous = re.compile(r"SELECT\s+\*\s+FROM\s+unnest")
    assert {name_of(one) for one, text in statements().items() if anonymous.search(text)} == UNNAMED_COLUMNS
