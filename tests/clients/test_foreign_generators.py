"""Generators that other people wrote make clients of the published description without a warning, and those work."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.docs.shell import running_service
from tests.house.place import ROOT

pytestmark = pytest.mark.slow

TYPESCRIPT = ROOT / "clients" / "typescript"
NODE_TOOLS = TYPESCRIPT / "node_modules" / ".bin"
PYTHON_GENERATOR = ROOT / ".generators" / "bin" / "openapi-python-client"
STORY = Path(__file__).with_name("story.ts")
needs_node = pytest.mark.skipif(not (NODE_TOOLS / "openapi-ts").exists(), reason="make generators installs them")
needs_python = pytest.mark.skipif(not PYTHON_GENERATOR.exists(), reason="make generators installs it")
MARKS_OF_WARNINGS = ("warn", "error", "unable", "unsupported", "not supported")


@dataclass
class Published:
    """A service that runs, a key for it, and its description as a file."""

    url: str
    key: str
    description: Path


@pytest.fixture(scope="module")
def published(new_data_dir, tmp_path_factory):
    with running_service(new_data_dir()) as service:
        made = [sys.executable, "-m", "service.cli.main", "keys", "create", "--role", "admin", "--name", "generators"]
        key = subprocess.run(made, env=service.environment, cwd=ROOT, capture_output=True, text=True, check=True)
        description = tmp_path_factory.mktemp("description") / "openapi.json"
        description.write_bytes(httpx.get(f"{service.url}/openapi.json").content)
        yield Published(service.url, key.stdout.split()[-1], description)


def run(*command: object, cwd: Path, **environment: str) -> str:
    """What a command prints; it may print no warning and must end well."""
    ran = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, env={**os.environ, **environment}
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    return said


def warnings_in(said: str) -> list[str]:
    return [line for line in said.splitlines() if any(mark in line.lower() for mark in MARKS_OF_WARNINGS)]


@needs_node
def test_openapi_ts_makes_a_client_that_hands_off_and_ends(published, tmp_path):
    said = run(NODE_TOOLS / "openapi-ts", "-i", published.description, "-o", tmp_path / "src", cwd=TYPESCRIPT)
    assert warnings_in(said) == []
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    shutil.copy(STORY, tmp_path)
    options = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node"]
    run(NODE_TOOLS / "tsc", *options, "--outDir", tmp_path, "story.ts", cwd=tmp_path)
    told = run("node", "story.js", cwd=tmp_path, ASKONCE_URL=published.url, ASKONCE_KEY=published.key)
    assert json.loads(told.splitlines()[-1]) | {"version": 0} == {
        "state": "completed",
        "version": 0,
        "queues": ["support"],
        "problem": "/problems/customer-unknown",
    }


@needs_node
def test_openapi_typescript_gives_types_that_compile(published, tmp_path):
    types = tmp_path / "askonce.d.ts"
    assert warnings_in(run(NODE_TOOLS / "openapi-typescript", published.description, "-o", types, cwd=TYPESCRIPT)) == []
    run(NODE_TOOLS / "tsc", "--noEmit", "--strict", types, cwd=TYPESCRIPT)


@needs_python
def test_openapi_python_client_leaves_nothing_out_and_registers(published, tmp_path):
    options = ["--path", published.description, "--output-path", tmp_path / "client", "--meta", "none"]
    said = run(
        PYTHON_GENERATOR, "generate", *options, cwd=tmp_path, PATH=f"{PYTHON_GENERATOR.parent}:{os.environ['PATH']}"
    )
    assert warnings_in(said) == []
    program = """if True:
        import sys
        from datetime import UTC, datetime
        from client import AuthenticatedClient
        from client.api.interactions import register_interaction
        from client.models import Channel, Direction, IdentityClaim, IdentityKind, Interaction, InteractionKind
        message = Interaction(
            source="generated", source_event_id="m-1", occurred_at=datetime.now(UTC), channel=Channel.WEB,
            kind=InteractionKind.MESSAGE, direction=Direction.INBOUND,
            identities=[IdentityClaim(kind=IdentityKind.EMAIL, value="ben@example.de")],
        )
        with AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2]) as client:
            print(register_interaction.sync(client=client, body=message).version)
    """
    printed = run(PYTHON_GENERATOR.with_name("python"), "-c", program, published.url, published.key, cwd=tmp_path)
    assert printed.strip() == "1"
