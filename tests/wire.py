"""The wire between the service and its PostgreSQL, which a test can cut, freeze and mend."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit


class PassingServer:
    """Passes every byte on to a server's port or socket, as long as it is neither frozen nor cut."""

    def __init__(self, target: int | Path) -> None:
        self.target = target
        """Where new connections lead; those there are stay where they are."""
        self.server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()

    def freeze(self) -> None:
        """Connections stand and are taken, and nothing passes."""
        self._passing.clear()

    def thaw(self) -> None:
        """What was held back passes, and all that follows."""
        self._passing.set()

    def end_connections(self) -> None:
        """Every connection ends; new ones are taken."""
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    def refuse(self) -> None:
        """No new connection is taken."""
        if self.server is not None:
            self.server.close()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection; it ends at once if the server takes none."""
        try:
            there_reader, there_writer = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, there_writer}
        await asyncio.gather(self._pass_on(reader, there_writer), self._pass_on(there_reader, writer))
        self._writers -= {writer, there_writer}

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.target, Path):
            return await asyncio.open_unix_connection(self.target)
        return await asyncio.open_connection("127.0.0.1", self.target)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._passing.wait()
                writer.write(data)
        except OSError:
            pass
        writer.close()


class Wire(PassingServer):
    """The same between a socket of its own and PostgreSQL's."""

    def __init__(self, url: str) -> None:
        super().__init__(_socket_of(url))
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._folder = Path(tempfile.mkdtemp(prefix="askonce-wire-"))
        self._here = self._folder / _socket_of(url).name
        self.url = urlunsplit(parts._replace(query=f"host={quote(str(self._folder))}&port={query['port'][0]}"))

    async def mend(self) -> None:
        """Connections can be made again."""
        self.server = await asyncio.start_unix_server(self.connected, self._here)

    def lead_to(self, url: str) -> None:
        """New connections go to another server; those there are stay where they are."""
        self.target = _socket_of(url)

    async def cut(self) -> None:
        """Connections end, and new ones are refused."""
        self.refuse()
        self._here.unlink(missing_ok=True)
        self.end_connections()

    async def remove(self) -> None:
        """End it for good."""
        self.thaw()
        await self.cut()
        shutil.rmtree(self._folder, ignore_errors=True)


def _socket_of(url: str) -> Path:
    query = parse_qs(urlsplit(url).query)
    return Path(query["host"][0]) / f".s.PGSQL.{query['port'][0]}"
