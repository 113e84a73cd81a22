"""Every statement can be read: few parameters, and a list of columns where rows are taken."""

import re
from pathlib import Path

from service.model.timer_kinds import TimerKind

ROOT = Path(__file__).parents[2]
MOST_PARAMETERS = 14
MODIFIES = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE (?:\w+ )+SET)\b")
COMPARE_AND_SET = {"update_handoffs", "update_callbacks", "write_plan"}
"""Statements that lock a customer only if its version is still the one that was read: lock and comparison belong together."""


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
    assert {one: count for one, count in most.items() if count > MOST_PARAMETERS} == {}


def test_rows_are_taken_with_the_names_of_their_columns():
    anonymous = re.compile(r"SELECT\s+\*\s+FROM\s+unnest")
    assert [one for one, text in statements().items() if anonymous.search(text)] == []


def test_a_statement_that_modifies_in_a_part_of_its_own_ends_in_a_select():
    parts = {one: outside_of_parentheses(text) for one, text in statements().items() if modifies_inside(text)}
    assert parts
    assert [one for one, outside in parts.items() if not re.search(r"\bSELECT\b", outside)] == []


def test_rows_are_locked_by_statements_of_their_own_unless_a_worker_claims_them():
    locking = re.compile(r"\bFOR (?:NO KEY )?UPDATE\b(?!(?: OF \w+)? SKIP LOCKED)")
    both = {name_of(one) for one, text in statements().items() if MODIFIES.search(text) and locking.search(text)}
    assert both == COMPARE_AND_SET


def outside_of_parentheses(text: str) -> str:
    """The text of a statement without what stands in parentheses."""
    while (shorter := re.sub(r"\([^()]*\)", "", text)) != text:
        text = shorter
    return text


def modifies_inside(text: str) -> bool:
    """Whether a common table expression of the statement inserts, updates or deletes."""
    return text.lstrip().startswith("WITH") and len(MODIFIES.findall(text)) > len(
        MODIFIES.findall(outside_of_parentheses(text))
    )


def test_statements_name_no_kind_of_timer_that_the_vocabulary_lacks():
    named = {
        kind
        for text in statements().values()
        for kind in re.findall(r"\bkind (?:=|IN) \(?((?:'[\w.]+'(?:, )?)+)", text)
        for kind in re.findall(r"'([\w.]+\.[\w.]+)'", kind)
    }
    assert named
    assert named <= set(TimerKind)


def test_no_statement_gives_a_record_without_a_type():
    record = re.compile(r"SELECT \((?:[^()]|\([^()]*\))*,(?:[^()]|\([^()]*\))*\)(?!::\w)")
    assert [one for one, text in statements().items() if record.search(" ".join(text.split()))] == []
