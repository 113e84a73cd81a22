"""The proxy sends what belongs together to one process, and everything somewhere."""

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.house import test_nginx
from tests.house.test_nginx import running_proxy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed"
    ),
]

PROCESSES = 4
WRITE = "/v1/interactions"
BUSY = "/v1/handoffs"
ALL_AT_ONCE = threading.Barrier(6, timeout=20)
"""At which requests that take long wait for each other."""


class Named(BaseHTTPRequestHandler):
    """Answers with the port of its process."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def do_GET(self) -> None:
        if self.path == BUSY:
            ALL_AT_ONCE.wait()
        body = str(self.server.server_address[1]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def process() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Named) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def several(tmp_path: Path) -> Iterator[tuple[httpx.Client, list[ThreadingHTTPServer]]]:
    """A caller of the proxy in front of some processes, and these."""
    with process() as one, process() as two, process() as three, process() as four:
        servers = [one, two, three, four]
        with running_proxy(tmp_path, processes=tuple(server.server_address[1] for server in servers)) as client:
            yield client, servers


def places(client: httpx.Client, method: str, path: str, *affinities: str | None) -> list[str]:
    """Which process gets a request of each of these affinities."""
    headers = [{} if affinity is None else {"askonce-affinity": affinity} for affinity in affinities]
    answers = [client.request(method, path, headers=one, content=b"{}") for one in headers]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.text for answer in answers]


def test_requests_of_one_affinity_go_to_one_process_and_those_of_many_to_all(several):
    client, _ = several
    names = [f"sender-{number}" for number in range(60)]
    first = places(client, "POST", WRITE, *names)
    assert len(set(first)) == PROCESSES
    assert places(client, "POST", WRITE, *names) == first
    assert places(client, "POST", "/v1/callbacks", *names) == first


def test_without_an_affinity_writes_of_one_address_go_to_one_process_and_all_else_to_all(several):
    client, _ = several
    assert len(set(places(client, "POST", WRITE, *[None] * 20))) == 1
    assert len(set(places(client, "POST", f"{WRITE}/batch", *[None] * 20))) == 1
    assert len(set(places(client, "POST", "/v1/context/lookup", *[None] * 20))) == PROCESSES
    assert len(set(places(client, "GET", WRITE, *[None] * 20))) == PROCESSES


def test_when_a_process_is_gone_only_what_belonged_to_it_goes_elsewhere(several):
    client, servers = several
    names = [f"sender-{number}" for number in range(60)]
    before = places(client, "POST", WRITE, *names)
    servers[0].shutdown()
    servers[0].server_close()
    gone = str(servers[0].server_address[1])
    after = places(client, "POST", WRITE, *names)
    assert gone not in after
    assert all(now == then for now, then in zip(after, before, strict=True) if then != gone)


def test_what_a_busy_process_cannot_take_goes_to_the_next_one(tmp_path, monkeypatch):
    assert "max_conns=128" in test_nginx.CONFIGURATION
    monkeypatch.setattr(test_nginx, "CONFIGURATION", test_nginx.CONFIGURATION.replace("max_conns=128", "max_conns=4"))
    with process() as one, process() as two, ThreadPoolExecutor(ALL_AT_ONCE.parties) as callers:
        servers = (one.server_address[1], two.server_address[1])
        with running_proxy(tmp_path, processes=servers) as client:
            answers = callers.map(lambda _: places(client, "POST", BUSY, "one sender")[0], range(ALL_AT_ONCE.parties))
            assert sorted(Counter(answers).values()) == [2, 4]
