"""The wire between the service and its PostgreSQL, which a test can cut, freeze and mend."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit


class Wire:
    """Passes every byte on between a socket of its own and the server's."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._there = _socket_of(url)
        name = self._there.name
        self._folder = Path(tempfile.mkdtemp(prefix="askonce-wire-"))
        self._here = self._folder / name
        self.url = urlunsplit(parts._replace(query=f"host={quote(str(self._folder))}&port={query['port'][0]}"))
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()

    async def mend(self) -> None:
        """Connections can be made again."""
        self._server = await asyncio.start_unix_server(self._connected, self._here)

    def lead_to(self, url: str) -> None:
        """New connections go to another server; those there are stay where they are."""
        self._there = _socket_of(url)

    async def cut(self) -> None:
        """Connections end, and new ones are refused."""
        if self._server is not None:
            self._server.close()
        self._here.unlink(missing_ok=True)
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    def freeze(self) -> None:
        """Connections stand, and nothing passes."""
        self._passing.clear()

    def thaw(self) -> None:
        """What was held back passes, and all that follows."""
        self._passing.set()

    async def remove(self) -> None:
        """End it for good."""
        self.thaw()
        await self.cut()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(self._there)
        self._writers |= {writer, there_writer}
        await asyncio.gather(self._pass_on(reader, there_writer), self._pass_on(there_reader, writer))
        self._writers -= {writer, there_writer}

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._passing.wait()
                writer.write(data)
        except OSError:
            pass
        writer.close()


def _socket_of(url: str) -> Path:
    query = parse_qs(urlsplit(url).query)
    return Path(query["host"][0]) / f".s.PGSQL.{query['port'][0]}"
