"""A migration that has landed stays as it is: databases remember what they were migrated with."""

import re
import subprocess

import pytest

from service.db.migrate import list_migrations
from service.db.migrations.frozen import frozen_migrations
from tests.house.place import ROOT
from tests.upgrade.chain import KEPT
from tests.upgrade.freeze import FILE, findings, new_lines, no_additions

MIGRATIONS = list_migrations()


def test_no_migration_that_has_landed_was_changed():
    assert findings(MIGRATIONS) == []


def test_every_migration_is_frozen():
    assert new_lines(MIGRATIONS) == [], "run `python -m tests.upgrade.freeze`, which says what else it wants to know"


def test_a_changed_migration_is_told_with_what_to_do_instead():
    changed = [MIGRATIONS[0], (MIGRATIONS[1][0], "SELECT 1"), *MIGRATIONS[2:]]
    (sentence,) = findings(changed)
    assert sentence.startswith("0002_handoffs has landed and was changed since: undo that, and write 0")


def test_a_removed_migration_and_one_in_its_place_are_told():
    removed, between = findings([MIGRATIONS[0], ("0002_other", "SELECT 1"), *MIGRATIONS[2:]])
    assert removed.startswith("0002_handoffs has landed and was removed")
    assert between.startswith("0002_other stands between")


def test_a_new_migration_gets_one_line_and_the_others_keep_theirs():
    (line,) = new_lines([*MIGRATIONS, ("9999_new", "SELECT 1")], oldest_code=len(MIGRATIONS))
    assert re.fullmatch(rf"9999_new [0-9a-f]{{64}} {len(MIGRATIONS)}\n", line)
    (line,) = new_lines([*MIGRATIONS, ("9999_new", "SELECT 1")])
    assert line.endswith(f" {len(MIGRATIONS) + 1}\n"), "else no former code runs on it"


def test_a_migration_on_which_former_code_runs_only_adds():
    texts = dict(MIGRATIONS)
    claimed = [one.name for one in frozen_migrations().values() if one.oldest_code < one.number]
    assert {name: no_additions(texts[name]) for name in claimed if no_additions(texts[name])} == {}


@pytest.mark.parametrize(
    ("sql", "additional"),
    [
        ("CREATE TABLE a (n integer NOT NULL); CREATE UNIQUE INDEX a_n ON a (n);", True),
        ("ALTER TABLE customer ADD COLUMN n integer, ADD COLUMN m integer NOT NULL DEFAULT 0;", True),
        ("CREATE INDEX customer_n ON customer (n);", True),
        ("ALTER TABLE customer ADD COLUMN n integer NOT NULL;", False),
        ("ALTER TABLE customer DROP COLUMN name;", False),
        ("ALTER TYPE fact_row ADD ATTRIBUTE n integer;", False),
        ("CREATE UNIQUE INDEX customer_n ON customer (n);", False),
        ("ALTER TYPE role ADD VALUE 'visitor';", False),
    ],
)
def test_what_former_code_cannot_run_on_is_no_addition(sql, additional):
    assert (no_additions(sql) == []) is additional


def test_the_numbers_have_no_gaps_and_no_code_is_newer_than_its_migration():
    lines = list(frozen_migrations().values())
    assert [one.number for one in lines] == list(range(1, len(lines) + 1))
    assert all(58 <= one.oldest_code <= one.number or one.oldest_code == one.number for one in lines)


def test_no_line_was_ever_taken_back():
    log = ["git", "log", "--format=", "--unified=0", "-p", "--", FILE.relative_to(ROOT)]
    history = subprocess.run(log, cwd=ROOT, capture_output=True, text=True).stdout
    assert re.findall(r"^-\d{4}_.*", history, re.MULTILINE) == []


def test_the_database_of_the_version_before_the_newest_migration_is_kept():
    assert len(MIGRATIONS) - 1 in KEPT, "check out the commit before it, and run tests/upgrade/keep.py there"
