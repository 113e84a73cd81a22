"""A second PostgreSQL that follows the embedded one by streaming, until it is promoted."""

import subprocess
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

import asyncpg

from service.embedded.binaries import locate_binaries
from service.embedded.folder import make_private_folder, prepare_data_folder
from service.embedded.postgres import PORT, database_url
from tests.patience import until


class Standby:
    """A copy of the server of a URL in a new folder; it streams what that one commits while the block runs."""

    def __init__(self, primary_url: str, data_dir: Path) -> None:
        self._primary_url = primary_url
        self._folder = prepare_data_folder(data_dir)
        self._binaries = locate_binaries(self._folder, redis_binary=None, postgres_binaries=None)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = database_url(self._folder, urlsplit(primary_url).path[1:])

    @property
    def both_urls(self) -> str:
        """The address of both servers, the primary first."""
        parts = urlsplit(self._primary_url)
        hosts = f"{parse_qs(parts.query)['host'][0]},{self._folder.sockets}"
        return parts._replace(query=f"host={quote(hosts, safe='')}&port={PORT},{PORT}").geturl()

    async def __aenter__(self) -> Self:
        sockets = parse_qs(urlsplit(self._primary_url).query)["host"][0]
        make_private_folder(self._folder.postgres, self._folder.account)
        source = ["-h", sockets, "-p", PORT, "-U", "postgres", "-D", str(self._folder.postgres)]
        copied = self._start("pg_basebackup", *source, "--checkpoint=fast", "--write-recovery-conf", "--no-sync")
        assert copied.wait() == 0, "pg_basebackup failed"
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": str(self._folder.sockets),
            "fsync": "off",
            "logging_collector": "off",
        }
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        self._process = self._start("postgres", "-D", str(self._folder.postgres), *options)
        await until(self._answers, seconds=60)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    async def promote(self) -> None:
        """Take writes from now on, with all that the primary has committed."""
        primary, standby = await asyncpg.connect(self._primary_url), await asyncpg.connect(self.url)
        wanted = await primary.fetchval("SELECT pg_current_wal_lsn()::text")

        async def has_all() -> bool:
            return await standby.fetchval("SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn", wanted)

        await until(has_all)
        await primary.close()
        await standby.close()
        await self.take_over()

    async def take_over(self) -> None:
        """Take writes from now on, with what has arrived; the primary may be dead."""
        standby = await asyncpg.connect(self.url)
        assert await standby.fetchval("SELECT pg_promote()")
        await standby.close()

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        account = self._folder.account
        as_account = {} if account.is_current else {"user": account.uid, "group": account.gid, "extra_groups": []}
        return subprocess.Popen(
            [self._binaries.postgres(program), *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_account,
        )

    async def _answers(self) -> bool:
        try:
            await (await asyncpg.connect(self.url)).close()
        except (OSError, asyncpg.PostgresError):
            return False
        return True
