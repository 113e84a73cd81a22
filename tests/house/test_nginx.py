"""The proxy in front of the service keeps what the service promises."""

import json
import re
import shutil
import subprocess

import pytest

from service.errors import BodyTooLarge, RouteUnknown, Unavailable
from service.web.http.problems import problem_details
from service.web.http.route import MAX_BATCH_BYTES, MAX_BODY_BYTES, MAX_EMAIL_BYTES
from tests.house.place import text

CONFIGURATION = text("deploy/nginx.conf")
HTTP2_DIRECTIVE = (1, 25, 1)
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


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/v1/interactions", MAX_BODY_BYTES),
        ("/v1/context/lookup", MAX_BODY_BYTES),
        ("/v1/interactions/batch", MAX_BATCH_BYTES),
        ("/v1/channels/email", MAX_EMAIL_BYTES),
        ("/v1/channels/twilio/support", MAX_BODY_BYTES),
    ],
)
def test_a_body_may_be_as_large_as_the_service_takes(path, limit):
    assert limit_bytes(path) == limit


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
    answers = {int(status): json.loads(body) for status, body in re.findall(r"return (\d+) '(.+)';", CONFIGURATION)}
    problem = problem_details(error)
    expected = {"type": problem.type, "title": problem.title, "status": problem.status, "detail": problem.detail}
    assert answers[problem.status] == expected


@pytest.mark.skipif(not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed")
def test_nginx_takes_the_configuration(tmp_path):
    certificate = ["-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", *certificate]
    subprocess.run(make, check=True, capture_output=True)
    here = CONFIGURATION.replace("/etc/nginx/certificates", str(tmp_path)).replace("askonce:8080", "127.0.0.1:8080")
    if nginx_version() < HTTP2_DIRECTIVE:
        here = here.replace("http2 on;", "")
    (tmp_path / "nginx.conf").write_text(here)
    tested = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)
    assert "syntax is ok" in tested.stderr, tested.stderr


def nginx_version() -> tuple[int, ...]:
    told = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr
    return tuple(int(part) for part in re.search(r"nginx/([\d.]+)", told)[1].split("."))
