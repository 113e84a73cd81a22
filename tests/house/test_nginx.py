"""The proxy in front of the service keeps what the service promises."""

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from service.app.rooms import Rooms
from service.app.web import web_application
from service.channels.registry import ADAPTERS
from service.errors import BodyTooLarge, RouteUnknown, Unavailable
from service.web import application
from service.web.http.problems import problem_details
from service.web.http.route import Route
from tests.docs.shell import free_port
from tests.house.place import text
from tests.patience import until

CONFIGURATION = text("deploy/nginx.conf")
CANARY = "canary-of-a-door"
WITH_NGINX = pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed"
)
UNITS = {"k": 1024, "m": 1024 * 1024}


def location(path: str) -> str:
    """The block of the first regular expression that matches, as nginx chooses, else of `/`."""
    for pattern, block in re.findall(r"location ~ (\S+) \{(.*?)\n        \}", CONFIGURATION, re.DOTALL):
        if re.search(pattern, path):
            return block
    return re.search(r"location / \{(.*?)\n        \}", CONFIGURATION, re.DOTALL)[1]


def limit_bytes(path: str) -> int:
    number, unit = (
        re.search(r"client_max_body_size (\d+)([km]);", location(path))
        or re.search(r"client_max_body_size (\d+)([km]);", CONFIGURATION)
    ).groups()
    return int(number) * UNITS[unit]


@pytest.fixture
async def routes(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> list[Route]:
    """Every route of the service."""
    served: list[Route] = []
    create = application.create_application

    def keep_routes(declared, **others):
        served.extend(declared)
        return create(declared, **others)

    monkeypatch.setattr(application, "create_application", keep_routes)
    async with web_application(rooms):
        return served


@pytest.mark.promise("S14")
async def test_a_body_may_be_as_large_as_its_route_takes(routes):
    """TRUST S14: too large a body is a 4xx, and nothing smaller is."""
    for route in routes:
        if route.bodies:
            path = re.sub(r"\{[^}]+\}", "name", route.path)
            assert limit_bytes(path) == route.body_limit_bytes, path


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/health/live", "/health/ready"])
def test_what_the_monitoring_reads_is_closed_to_the_outside(path):
    assert "proxy_pass" not in location(path)
    assert "return 404" in location(path)


def test_live_events_go_out_at_once():
    assert re.search(r"proxy_buffering\s+off;", location("/v1/events"))
    assert "proxy_buffering" not in location("/v1/interactions")


def test_every_request_has_an_id():
    assert re.search(r"proxy_set_header X-Request-ID\s+\$known_request_id;", CONFIGURATION)


@pytest.mark.parametrize("error", [RouteUnknown(), BodyTooLarge(), Unavailable()])
def test_what_the_proxy_refuses_is_the_problem_that_the_service_would_answer(error):
    answers = re.findall(r"return (\d+) '(\{\"type.+)';", CONFIGURATION)
    problem = problem_details(error)
    expected = {"type": problem.type, "title": problem.title, "status": problem.status, "detail": problem.detail}
    assert {int(status): json.loads(body) for status, body in answers}[problem.status] == expected


@pytest.mark.parametrize("error", [BodyTooLarge(), Unavailable()])
@pytest.mark.parametrize("name", [name for name, adapter in ADAPTERS.items() if adapter.refuse is not None])
def test_what_the_proxy_refuses_at_a_door_has_the_shape_of_its_vendor(name, error):
    problem = problem_details(error)
    reply = ADAPTERS[name].refuse(problem.status, problem.detail)
    at_door = location(f"/v1/channels/{name}/x")
    place = re.search(rf"error_page {'413' if problem.status == 413 else '502 504'} += (@\w+);", at_door)[1]
    block = re.search(rf"location {place} \{{(.*?)\n        \}}", CONFIGURATION, re.DOTALL)[1]
    assert re.search(r"return (\d+) '(.*)';", block).groups() == (str(reply.status), reply.body.decode())
    assert f"default_type {reply.content_type};" in block
    assert all(f"add_header {name} {value} always;".lower() in block.lower() for name, value in reply.headers)


def local_configuration(folder: Path, *, port: int, processes: tuple[int, ...] = (9,)) -> Path:
    """The configuration with its files in this folder, for a proxy on this machine."""
    certificate = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", *certificate]
    subprocess.run(make, check=True, capture_output=True)
    here = CONFIGURATION.replace("/etc/nginx/certificates", str(folder))
    each = [rf"server 127.0.0.1:{process}\1;" for process in processes]
    here = re.sub(r"server askonce:8080(.*);", " ".join(each), here)
    here = re.sub(r"listen \[::\].*;", "", here).replace("listen 443", f"listen 127.0.0.1:{port}")
    here = here.replace("listen 80;", f"listen unix:{folder}/redirect.sock;").replace("/tmp/nginx.pid", f"{folder}/pid")
    here = here.replace("/dev/stdout", f"{folder}/access.log").replace("/dev/stderr", f"{folder}/error.log")
    (folder / "nginx.conf").write_text(here)
    return folder / "nginx.conf"


@WITH_NGINX
def test_nginx_takes_the_configuration(tmp_path):
    configuration = local_configuration(tmp_path, port=free_port())
    tested = subprocess.run(["nginx", "-t", "-c", configuration], capture_output=True, text=True)
    assert "syntax is ok" in tested.stderr, tested.stderr


def test_every_directive_is_one_that_old_and_new_nginx_take():
    assert not re.search(r"^\s*http2 on;", CONFIGURATION, re.MULTILINE), "nginx knows it since 1.25.1 alone"
    assert "listen 443 ssl http2;" in CONFIGURATION


@contextmanager
def running_proxy(folder: Path, **settings: tuple[int, ...]) -> Iterator[httpx.Client]:
    """A caller of the proxy in front of these processes; its logs are in the folder."""
    port = free_port()
    configuration = local_configuration(folder, port=port, **settings)
    running = subprocess.Popen(["nginx", "-c", configuration, "-g", "daemon off;"])
    try:
        with httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=False, trust_env=False) as client:
            while not answers_at(port):
                assert running.poll() is None
            yield client
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[httpx.Client, Path]]:
    """The proxy in front of a service that is away, and the folder of its logs."""
    with running_proxy(tmp_path) as client:
        yield client, tmp_path


def answers_at(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


@WITH_NGINX
@pytest.mark.promise("S27")
async def test_no_secret_reaches_a_log_of_the_proxy(proxy, measured):
    """TRUST S27: no secret in logs of nginx."""
    client, folder = proxy
    headers = {"authorization": f"Bearer {CANARY}", "referer": f"https://a.b/?token={CANARY}", "cookie": CANARY}
    headers |= {"x-vendor-token": CANARY, "user-agent": CANARY}
    for name, adapter in ADAPTERS.items():
        for path in (f"channels/{name}/{CANARY}", f"/CHANNELS/{name}//{CANARY}/a", f"channels/{name}/x?token={CANARY}"):
            statuses = [
                client.post(f"/v1/{path}", headers=headers, content=b"x" * size).status_code
                for size in (1, 64 * 1024, adapter.body_limit_bytes + 1)
            ]
            assert 503 in statuses
    assert client.get(f"/v1/forms/f/prefill?token={CANARY}", headers=headers).status_code == 503
    assert client.get(f"/v1/events?ticket={CANARY}").status_code == 503
    assert client.get(f"/f/{CANARY}", headers=headers).status_code == 503
    client.close()  # a refused body is logged when its connection ends
    await until(lambda: (folder / "access.log").read_text().count("\n") == 9 * len(ADAPTERS) + 3)
    logged = (folder / "access.log").read_text()
    assert f"/v1/channels/{next(iter(ADAPTERS))}/-" in logged
    assert "/f/-" in logged
    measured("S27", "canaries found", (logged + (folder / "error.log").read_text()).count(CANARY))
    assert CANARY not in logged + (folder / "error.log").read_text()


@WITH_NGINX
@pytest.mark.parametrize("name", [name for name, adapter in ADAPTERS.items() if adapter.refuse is not None])
@pytest.mark.promise("S14")
def test_too_large_a_body_is_refused_by_the_proxy_as_by_the_door(proxy, name):
    client, _ = proxy
    answer = client.post(f"/v1/channels/{name}/x", content=b"x" * (ADAPTERS[name].body_limit_bytes + 1))
    expected = ADAPTERS[name].refuse(413, BodyTooLarge().detail)
    assert (answer.status_code, answer.content) == (expected.status, expected.body)
    assert dict(expected.headers).items() <= dict(answer.headers).items()


@WITH_NGINX
@pytest.mark.parametrize(
    ("path", "status"), [("/v1/interactions", 403), ("/mcp", 403), ("/console", 308), ("/v1x", 308)]
)
def test_a_program_that_calls_in_plain_text_is_refused_and_not_led_on(proxy, path, status):
    """A page is led to TLS; a key that was sent in plain text would go unnoticed."""
    _, folder = proxy
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(folder / "redirect.sock"))) as client:
        assert client.get(f"http://askonce.test{path}").status_code == status
