"""Metrics of several workers are told as those of one service, whichever of them is asked."""

import os
import subprocess
import sys

WORKER = """
import asyncio
from tests.web.front import answering, application, caller, nothing

async def work():
    async with caller(application(answering(nothing))) as client:
        await client.get("/v1/thing")
        return (await client.get("/metrics")).text

print(asyncio.run(work()))
"""


def test_every_worker_tells_the_requests_of_all(tmp_path):
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    told = [
        subprocess.run([sys.executable, "-c", WORKER], env=environment, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    count = 'askonce_request_seconds_count{method="GET",route="/v1/thing",status="200"}'
    assert [f"{count} {workers}.0" in worker.stdout for workers, worker in enumerate(told, start=1)] == [True, True]
