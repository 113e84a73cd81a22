"""A TCP proxy as one client's way to a server: it freezes or is cut for that client alone, and can lead elsewhere."""

import asyncio
from pathlib import Path

from tests.wire import PassingServer


class TcpProxy(PassingServer):
    """Passes every byte on between a port of its own and a server's port or socket."""

    def __init__(self, target: int | Path) -> None:
        super().__init__(target)
        self.port = 0

    async def start(self) -> None:
        """Take connections, at the same port as before."""
        self.server = await asyncio.start_server(self.connected, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def remove(self) -> None:
        """Take no connections, and end those that stand."""
        self.refuse()
        self.thaw()
        self.end_connections()
