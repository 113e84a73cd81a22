"""Asterisks for tests: small servers that speak AMI or ARI, tell what a test gives them, and hang up when told to."""

import asyncio
import base64
import json
from contextlib import asynccontextmanager, suppress

from websockets.asyncio.server import serve


class Exchange:
    """What the lines of an exchange have in common: who is connected, and what is told to them."""

    def __init__(self, password: str = "s3cret") -> None:
        self.password = password
        self.logins = 0
        self.refused = 0
        self.asked: list[str] = []
        self.lines: list = []
        self.port = 0
        self.mute = False

    async def tell(self, *events) -> None:
        """Tell the line that is up."""
        for event in events:
            await self._say(self.lines[-1], event)

    async def cut(self) -> None:
        """End every line without a word."""
        lines, self.lines = self.lines, []
        for line in lines:
            line.transport.abort()


class Ami(Exchange):
    """Asterisk's manager interface."""

    @asynccontextmanager
    async def running(self):
        server = await asyncio.start_server(self._answer, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await self.cut()

    async def _answer(self, reader, writer) -> None:
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        while request := await self._request(reader):
            self.asked.append(request["Action"])
            right = request.get("Secret", self.password) == self.password
            self.logins, self.refused = self.logins + right, self.refused + (not right)
            reply = {"Response": "Success" if right else "Error", "Message": "x"}
            if self.mute:
                continue
            await self._say(writer, {**reply, "ActionID": request.get("ActionID", "")})
            if right and writer not in self.lines:
                self.lines.append(writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _request(self, reader):
        try:
            raw = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            return None
        return dict(line.split(": ", 1) for line in raw.decode().split("\r\n") if line)

    async def _say(self, writer, event) -> None:
        raw = "".join(f"{key}: {value}\r\n" for key, value in event.items()).encode() + b"\r\n"
        for start in range(0, len(raw), 50):  # as networks do
            writer.write(raw[start : start + 50])
        await writer.drain()


class Ari(Exchange):
    """Asterisk's REST interface."""

    @asynccontextmanager
    async def running(self):
        async with serve(self._answer, "127.0.0.1", self.port, process_request=self._check) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield self
            await self.cut()

    def _check(self, connection, request):
        self.asked.append(request.path)
        right = base64.b64encode(f"askonce:{self.password}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {right}":
            self.refused += 1
            return connection.respond(401, "Authentication required")
        return None

    async def _answer(self, connection) -> None:
        self.logins += 1
        self.lines.append(connection)
        await connection.wait_closed()

    async def _say(self, connection, event) -> None:
        await connection.send(json.dumps(event))
