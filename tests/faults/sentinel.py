"""A Redis primary, its replica, and a Sentinel that makes the one the other."""

import subprocess
import tempfile
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.cache.own_redis import OwnRedis, redis_binary
from tests.docs.shell import free_port
from tests.patience import until

NAME = "askonce"
CONFIGURATION = """port {port}
dir {folder}
sentinel monitor {name} 127.0.0.1 {primary} 1
sentinel down-after-milliseconds {name} 500
sentinel failover-timeout {name} 2000
"""


class SentinelPair:
    """Two servers, `servers[0]` the primary at first, and their Sentinel; `url` is the address for a service.

    The servers ask for the password, if there is one.
    """

    def __init__(self, password: str = "") -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="askonce-sentinel-")
        self.ports = free_port(), free_port()
        secret = ("--requirepass", password, "--masterauth", password) if password else ()
        self.servers = (
            OwnRedis("--port", str(self.ports[0]), *secret),
            OwnRedis("--port", str(self.ports[1]), "--replicaof", f"127.0.0.1 {self.ports[0]}", *secret),
        )
        self._port = free_port()
        self.url = f"redis+sentinel://{f':{password}@' if password else ''}127.0.0.1:{self._port}/{NAME}"
        configuration = Path(self._folder.name) / "sentinel.conf"
        configuration.write_text(
            CONFIGURATION.format(port=self._port, folder=self._folder.name, name=NAME, primary=self.ports[0])
            + (f"sentinel auth-pass {NAME} {password}\n" if password else "")
        )
        command = [redis_binary(), str(configuration), "--sentinel"]
        self._sentinel = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    async def is_ready(self) -> None:
        """Return when the Sentinel knows both servers."""
        await until(self._knows_replica, seconds=20)

    async def fail_over(self) -> None:
        """The Sentinel names the replica as the primary, and demotes the old one seconds later; connections stand."""
        async with Redis(port=self._port) as sentinel:
            await sentinel.execute_command("SENTINEL", "FAILOVER", NAME)
        await self.is_failed_over()

    async def is_failed_over(self) -> None:
        """Return when the Sentinel names the replica."""

        async def is_done() -> bool:
            return await self._primary_port() != self.ports[0]

        await until(is_done, seconds=20)

    def remove(self) -> None:
        """End all three."""
        self._sentinel.kill()
        self._sentinel.wait()
        for server in self.servers:
            server.remove()
        self._folder.cleanup()

    async def _knows_replica(self) -> bool:
        try:
            async with Redis(port=self._port) as sentinel:
                (replica,) = await sentinel.sentinel_slaves(NAME) or [{}]
        except RedisError:
            return False
        return replica.get("master-link-status") == "ok"

    async def _primary_port(self) -> int:
        async with Redis(port=self._port) as sentinel:
            _, port = await sentinel.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
        return int(port)
