"""The listening socket of a server worker, with what the kernel sees to on every connection that it accepts.

granian has no limit on how long the caller may leave an answer unread, and its sockets take no options. Linux gives the
options of a listening socket to the connections that it accepts.
"""

import socket
import sys
from typing import NamedTuple

from granian._granian import SocketHolder

_TCP_NOTSENT_LOWAT = 25
"""<linux/tcp.h>; Python does not name it everywhere."""
UNSENT_BYTES = 16_384
"""So much of an answer the kernel holds for a caller that does not read; without it, up to 4 MB."""


class WorkerListener(NamedTuple):
    """A listening socket that is made by the process that unpickles it: each worker has its own, on the same port."""

    address: str
    port: int
    backlog: int
    write_timeout_s: float

    def is_uds(self) -> bool:
        """Whether it is a Unix socket, which granian asks of what it is given for a socket."""
        return False

    def __reduce__(self) -> tuple[object, ...]:
        """Unpickles as granian's own socket."""
        return open_listener, tuple(self)


def open_listener(address: str, port: int, backlog: int, write_timeout_s: float) -> SocketHolder:
    """A socket bound to the address, for granian to listen on; its port is shared with the other workers.

    The kernel ends a connection whose peer takes nothing for `write_timeout_s` while something waits to be sent.
    """
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if sys.platform == "linux":
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(write_timeout_s * 1000))
            listener.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        listener.bind((address, port))
        if sys.platform != "linux":
            listener.listen(backlog)
        return SocketHolder(listener.detach(), False, backlog)  # type: ignore[call-arg]  # its stub lacks them
