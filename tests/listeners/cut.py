"""A way to a server that breaks when a test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


class Way:
    """Passes bytes on to a port or socket of this machine, until `after_bytes` have come back on a connection, or `cut`.

    While it is `down`, connections end as soon as they begin.
    """

    def __init__(self, target: int | Path) -> None:
        self.after_bytes: int | None = None
        self.down = False
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task] = set()
        self.port = 0

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        if isinstance(self._target, Path):
            there, back = await asyncio.open_unix_connection(self._target)
        else:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, back}
        for task in (
            asyncio.create_task(self._pass(reader, back, None)),
            asyncio.create_task(self._pass(there, writer, self.after_bytes)),
        ):
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, most: int | None) -> None:
        passed = 0
        try:
            while data := await source.read(16_384):
                target.write(data)
                await target.drain()
                passed += len(data)
                if most is not None and passed > most:
                    self.cut()
            target.close()
        except OSError:
            return


@asynccontextmanager
async def way(target: int | Path) -> AsyncIterator[Way]:
    """A way to this port or socket."""
    made = Way(target)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.cut()
        await asyncio.gather(*made._tasks, return_exceptions=True)
