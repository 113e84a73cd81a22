"""What this version does with a database that a newer one has migrated: it goes on where it may, and says so where not."""

import pytest
import structlog

from service.db import migrate as runner
from service.db.migrate import migrate, migration_states
from service.errors import ConfigurationError
from tests.upgrade.chain import NEWEST, code_of_later

EXPANDS = ("0901_expands", NEWEST)
"""Adds what this version does not miss."""
EXPANDS_AGAIN = ("0902_expands_again", NEWEST)
CONTRACTS = ("0903_contracts", NEWEST + 1)
"""Takes away what this version needs, and what the first newer one does not need."""


async def test_this_version_runs_on_what_newer_ones_added(database_url):
    with code_of_later(EXPANDS, EXPANDS_AGAIN):
        assert await migrate(database_url) == ["0901_expands", "0902_expands_again"]
    with structlog.testing.capture_logs() as logged:
        assert await migrate(database_url) == []
    assert [(line["event"], line["newest"]) for line in logged] == [("database_newer", "0902_expands_again")]


async def test_this_version_serves_on_what_a_newer_one_added(database_url, desk):
    with code_of_later(EXPANDS):
        await migrate(database_url)
    assert (await desk.register(text="on the schema of a newer version")).status_code == 201
    assert (await desk.look_up()).json()["recent"][0]["text"] == "on the schema of a newer version"


async def test_this_version_refuses_what_a_newer_one_took_away(database_url):
    with code_of_later(EXPANDS, CONTRACTS):
        await migrate(database_url)
    with pytest.raises(ConfigurationError, match=r"by a newer askonce \(.+, 0903_contracts\).* restore the backup"):
        await migrate(database_url)


async def test_a_migration_that_is_not_frozen_yet_keeps_every_former_version_away(database_url, monkeypatch):
    newer = [*runner.list_migrations(), ("0901_new", "SELECT 1")]
    with monkeypatch.context() as code:
        code.setattr(runner, "list_migrations", lambda: newer)
        await migrate(database_url)
    with pytest.raises(ConfigurationError, match="0901_new"):
        await migrate(database_url)


async def test_the_list_has_the_way_back_before_and_after_a_newer_version_has_migrated(database_url):
    with code_of_later(EXPANDS, CONTRACTS):
        pending = await migration_states(database_url)
        await migrate(database_url)
    states = await migration_states(database_url)
    for newest in (pending[-2:], states[-2:]):
        assert [(one.name, one.oldest_code) for one in newest] == [EXPANDS, CONTRACTS]
    assert [one.applied_at for one in pending[-2:]] == [None, None]
    assert None not in {one.applied_at for one in states}
