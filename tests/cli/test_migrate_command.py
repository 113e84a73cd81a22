"""`askonce migrate --list`: what will be done, and the way back from it."""

from datetime import UTC, datetime

import pytest

from service.cli.commands.migrate import _advice
from service.db.migrate import MigrationState


def states(*oldest_codes: int, applied: int) -> list[MigrationState]:
    """Migrations of which the first ones were applied."""
    return [
        MigrationState(
            number=number,
            name=f"{number:04}_x",
            applied_at=datetime(2026, 11, 21, tzinfo=UTC) if number <= applied else None,
            oldest_code=oldest,
        )
        for number, oldest in enumerate(oldest_codes, start=1)
    ]


@pytest.mark.parametrize(
    ("oldest_codes", "applied", "known", "advice"),
    [
        ((1, 2), 2, 2, "The database is up to date."),
        ((1, 2), 0, 2, "The database is empty."),
        ((1, 2, 2, 2), 2, 4, "may go on"),
        ((1, 2, 2, 3), 2, 4, "stop serve and worker before you migrate: they do not run on 0004_x"),
        ((1, 2, 2, 2), 4, 2, "This version runs on what a newer one has applied."),
        ((1, 2, 2, 3), 4, 2, "This version does not run on 0004_x"),
    ],
)
def test_the_operator_is_told_what_to_do_before_migrating(oldest_codes, applied, known, advice):
    assert advice in _advice(states(*oldest_codes, applied=applied), known=known)


@pytest.mark.slow
def test_the_list_shows_every_migration_and_applies_none(askonce, own_database):
    before = askonce("migrate", "--list", **own_database)
    assert before.stdout.splitlines()[:2] == ["migration\tapplied\tway back", "0001_records\tno\tbackup"]
    assert askonce("migrate", **own_database).stdout.count("\n") == before.stdout.count("\n") - 1
    after = askonce("migrate", "--list", **own_database)
    assert (after.stdout.count("\tno\t"), after.stderr) == (0, "The database is up to date.\n")
