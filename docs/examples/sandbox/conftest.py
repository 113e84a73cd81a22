"""A fixture for pytest: a sandbox of askonce for the whole run, and before each test it is as it was at first."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest


class Sandbox:
    """The sandbox over HTTP, as a caller of any role."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.customers = {one["key"]: one for one in ready["customers"]}
        self._keys = ready["keys"]
        self._http = httpx.Client(base_url=ready["url"], timeout=60)

    def request(self, role: str, method: str, path: str, body: object = None, **headers: str) -> Any:
        """The answer of a request that must succeed; headers are named with underscores."""
        given = {"authorization": f"Bearer {self._keys[role]}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._http.request(method, path, json=body, headers=given)
        answer.raise_for_status()
        return answer.json()

    def advance(self, seconds: int) -> None:
        """Move the clock; when this returns, all that was due by then has happened."""
        self.request("admin", "POST", "/v1/sandbox/clock", {"advance_s": seconds})

    def move_to(self, moment: str) -> None:
        """Move the clock to this time, in RFC 3339."""
        self.request("admin", "POST", "/v1/sandbox/clock", {"now": moment})

    def reset(self) -> None:
        """Have everything as it was at first, the clock too."""
        self.request("admin", "POST", "/v1/sandbox/reset")


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """The sandbox whose ready file $SANDBOX_READY names, or one of our own."""
    if ready_file := os.environ.get("SANDBOX_READY"):
        yield Sandbox(json.loads(Path(ready_file).read_text()))
        return
    command = ["askonce", "sandbox", "--now", "2026-03-02T16:50:00Z"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own words)
        assert process.stdout is not None
        yield Sandbox(json.loads(process.stdout.readline()))
        process.terminate()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """The sandbox as it was at first."""
    running_sandbox.reset()
    return running_sandbox
