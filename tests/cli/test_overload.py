"""Promise D17, on the real service: what would wait too long is refused while health answers."""

import itertools
import re

import pytest

from benchmarks.open_loop import offer_load
from benchmarks.services import MeasuredService
from tests.cli.conftest import serving

pytestmark = [pytest.mark.slow, pytest.mark.promise("D17")]

PAGE = b"GET /docs/page.css HTTP/1.1\r\nHost: askonce.test\r\n\r\n"
RATES = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)
"""Requests a second, until they are too many: with far too many this process reads no answer in time itself."""


def metric(service, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", service.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_under_overload_some_requests_are_refused_others_served_and_health_answers(own_database):
    with serving("--no-worker", **own_database, queue_target_ms=1) as service:
        measured = MeasuredService(url=service.url, key="")
        for rate in RATES:
            load = await offer_load(measured, itertools.repeat(PAGE), per_second=rate, seconds=1)
            if load.shed:
                break
        assert load.shed > 0
        assert load.succeeded > 0
        assert [service.get(path).status_code for path in ("/health/live", "/health/ready")] == [200, 200]
        assert metric(service, "askonce_requests_shed_total") >= load.shed
