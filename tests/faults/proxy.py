"""A TCP proxy as one client's way to a server: it hangs or is cut for that client alone, and can lead elsewhere."""

import asyncio
from pathlib import Path


class TcpProxy:
    """Passes every byte on between a port of its own and a server's port or socket."""

    def __init__(self, target: int | Path) -> None:
        self.target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self.port = 0

    async def start(self) -> None:
        """Take connections, at the same port as before."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def hang(self) -> None:
        """Connections stand and are taken, and nothing passes."""
        self._passing.clear()

    def go_on(self) -> None:
        """What was held back passes, and all that follows."""
        self._passing.set()

    def cut(self) -> None:
        """Every connection ends; new ones are taken."""
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    async def remove(self) -> None:
        """Take no connections, and end those that stand."""
        if self._server is not None:
            self._server.close()
        self.go_on()
        self.cut()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if isinstance(self.target, Path):
                there_reader, there_writer = await asyncio.open_unix_connection(self.target)
            else:
                there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
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
