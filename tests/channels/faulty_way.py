"""The way from a client to a service, on which requests are refused, answers are lost, and everything is written down."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_OF_THE_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding", "date", "server"}


class FaultyWay:
    """Passes requests on to `target`; `faults` says what happens to the next POSTs instead.

    "busy" answers 503 at once; "lost" passes the request on and answers 503 all the same, so that the client repeats
    what has had its effect.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.faults: list[str] = []
        self.seen: list[tuple[str, str, int]] = []
        """Method, path and status of every request, in the order of the answers."""

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        fault = self.faults.pop(0) if self.faults and handler.command == "POST" else ""
        status, headers, answer = 503, {"access-control-allow-origin": "*"}, b'{"code":"busy","message":"Come back."}'
        if fault != "busy":
            given = {name: value for name, value in handler.headers.items() if name.lower() not in _OF_THE_HOP}
            real = httpx.request(handler.command, self.target + handler.path, content=body, headers=given, timeout=10)
            if not fault:
                status, answer = real.status_code, real.content
                headers = {name: value for name, value in real.headers.items() if name not in _OF_THE_HOP}
        self.seen.append((handler.command, handler.path, status))
        handler.send_response(status)
        for name, value in (headers | {"content-length": str(len(answer))}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer)


@contextmanager
def faulty_way(target: str) -> Iterator[tuple[FaultyWay, str]]:
    """The way to `target`, and the address at which it begins."""
    way = FaultyWay(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            way.pass_on(self)

        def do_OPTIONS(self) -> None:
            way.pass_on(self)

        def log_message(self, *_: object) -> None:
            """Nothing: the test says what it saw."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield way, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
