"""TRUST S20: more connections than PostgreSQL allows are said at the start, with the numbers."""

import pytest
from structlog.testing import capture_logs

from service.cli.serving.connections import check_connections, connection_need
from service.db.startup.server_check import check_room
from service.embedded.postgres import FREE_CONNECTIONS, SERVER_SETTINGS
from service.errors import ConfigurationError
from service.settings.model import Settings

pytestmark = pytest.mark.promise("S20")

PLENTY = {"server": 97, "role": -1, "database": -1, "used": 1}


class Limited:
    """A session on a server with these limits."""

    def __init__(self, **limits: int) -> None:
        self.limits = PLENTY | limits

    async def fetch(self, _statement: str) -> list[dict[str, int]]:
        return [self.limits]


def test_the_pools_of_all_processes_are_counted_with_what_they_open_beside():
    need = connection_need(Settings(database_connections=8), servers=4, workers=1)
    assert (need.processes, need.connections) == (5, 5 * (8 + 1 + 2) + 2)


async def test_a_start_that_may_open_more_than_postgresql_allows_is_refused(database_url):
    most = int(SERVER_SETTINGS["max_connections"])
    settings = Settings(database_url=database_url, redis_url="redis://unused", database_connections=most)
    need = connection_need(settings, servers=2, workers=0)
    said = (
        f"2 processes may open {need.connections} connections, and PostgreSQL allows {most}: raise its max_connections"
    )
    with pytest.raises(ConfigurationError, match=said):
        await check_connections(settings, need)


@pytest.mark.parametrize(("limit", "name"), [("role", "the user"), ("database", "the database")])
async def test_a_limit_of_the_user_or_the_database_counts(limit, name):
    with pytest.raises(ConfigurationError, match=f"allows 20: raise the CONNECTION LIMIT of {name}"):
        await check_room(Limited(**{limit: 20}), processes=2, needed=24)


@pytest.mark.parametrize(("used", "warnings"), [(1, 0), (74, 0), (75, 1)])
async def test_connections_that_others_use_are_warned_of(used, warnings):
    with capture_logs() as logs:
        await check_room(Limited(used=used), processes=2, needed=24)
    assert [line["event"] for line in logs] == ["database_connections_scarce"] * warnings


async def test_through_a_pooler_nothing_is_asked():
    settings = Settings(database_url="postgresql://nowhere/a", database_direct_url="postgresql://nowhere/a")
    await check_connections(settings, connection_need(settings, servers=99, workers=0))


def test_the_embedded_postgresql_has_room_for_commands_beside_the_service():
    usual = connection_need(Settings(), servers=1, workers=1)
    assert usual.connections + FREE_CONNECTIONS < int(SERVER_SETTINGS["max_connections"])
