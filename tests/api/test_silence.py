"""Nothing that a customer said or is called by stands in a log, a metric, a problem or the database's own log (S18)."""

import json
import subprocess

import asyncpg
import httpx
import pytest

from service.access.keys import create_key
from service.embedded.supervisor import join_servers
from service.model.vocabulary import Role
from tests.cli.conftest import COMMAND, ROOT, environment
from tests.fixtures import NOW
from tests.registration.events import event_json

pytestmark = pytest.mark.slow
CANARY = "canary7391"
PHONE = "+49 171 7391739"
SIGNS = (CANARY, "7391739", "717391")


def personal(**more) -> dict:
    """An interaction with a canary wherever a customer's data can stand."""
    return event_json(
        identities=[("email", f"{CANARY}@example.de"), ("phone", PHONE), ("customer_number", f"{CANARY}-number")],
        text=f"I am {CANARY}",
        facts={"order_number": f"{CANARY}-order"},
        asks=["order_number"],
        participant={"role": "customer", "name": f"Mira {CANARY}"},
        attempt=(f"{CANARY} restarted", "failed"),
        ref=f"{CANARY}-ref",
        subject=f"{CANARY} subject",
        data={"deep": {"deeper": f"{CANARY} data"}},
        **more,
    )


def requests(customer_id: str) -> list[tuple[str, str, object]]:
    """What goes well, and what goes wrong in every way that repeats an input carelessly."""
    identity = {"kind": "email", "value": f"{CANARY}@example.de"}
    return [
        ("POST", "/v1/interactions", personal()),
        ("POST", "/v1/interactions", personal() | {"channel": CANARY}),
        ("POST", "/v1/interactions", personal() | {"mood": CANARY}),
        ("POST", "/v1/interactions", personal() | {CANARY: CANARY}),
        ("POST", "/v1/interactions", personal() | {"text": f"{CANARY}\x00"}),
        ("POST", "/v1/interactions", personal() | {"identities": [{"kind": "phone", "value": f"0171{CANARY}"}]}),
        ("POST", "/v1/context/lookup", {"identity": identity}),
        ("POST", "/v1/context/lookup", {"identity": {"kind": "email", "value": f"absent-{CANARY}@example.de"}}),
        ("POST", "/v1/context/lookup", {"identity": {"kind": "phone", "value": f"{PHONE}{CANARY}"}}),
        ("POST", "/v1/known/ask", {"identity": identity, "fields": [f"{CANARY}-field"]}),
        ("PUT", f"/v1/customers/{customer_id}/facts/order_number", {"value": f"{CANARY}-corrected"}),
        ("PUT", f"/v1/customers/{customer_id}/identities", {"kind": "phone", "value": f"{PHONE}9"}),
        ("PATCH", f"/v1/customers/{customer_id}", {"name": f"Mara {CANARY}"}),
        ("POST", "/v1/store/lookup", {"name": f"Mira {CANARY}", "store": CANARY}),
        ("GET", f"/v1/customers/{CANARY}/context", None),
        *(("POST", "/mcp", message) for message in spoken_by_models(identity)),
    ]


def spoken_by_models(identity: dict) -> list[object]:
    """Messages of the protocol of language models, most of them wrong."""
    call = {"jsonrpc": "2.0", "id": CANARY, "method": "tools/call"}
    return [
        call | {"params": {"name": "get_context", "arguments": {"identity": identity}}},
        call | {"params": {"name": "get_context", "arguments": {"identity": identity | {"kind": CANARY}}}},
        call | {"params": {"name": CANARY, "arguments": {CANARY: CANARY}}},
        call | {"params": CANARY},
        call | {"id": [CANARY]},
        call | {"method": CANARY},
        [call],
    ]


@pytest.mark.promise("S18")
async def test_no_output_of_the_service_holds_what_customers_said(new_data_dir, measured, tmp_path):
    data_dir, log = new_data_dir(), tmp_path / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", "--data-dir", str(data_dir)],
            cwd=ROOT,
            env=environment(durable="false", log_level="debug"),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            url = process.stdout.readline().strip()
            outputs = await provoke(url, join_servers(data_dir).database_url)
        finally:
            process.terminate()
            process.communicate(timeout=30)
    outputs |= {"log": log.read_text(), "postgres.log": (data_dir / "postgres.log").read_text()}
    assert "cache_connected" in outputs["log"]
    measured("S18", "outputs searched", len(outputs))
    measured("S18", "canaries found", sum(sign in text for text in outputs.values() for sign in SIGNS))
    for name, text in outputs.items():
        assert not [sign for sign in SIGNS if sign in text], name


async def provoke(url: str, database_url: str) -> dict[str, str]:
    """Every problem's body and the metrics, after all of the requests."""
    connection = await asyncpg.connect(database_url)
    key = await create_key(connection, role=Role.ADMIN, name="canary", now=NOW)
    await connection.close()
    outputs = {}
    async with httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=30) as http:
        first = await http.post("/v1/interactions", json=personal(id="first"))
        customer_id = first.json()["customer_id"]
        for number, (method, path, body) in enumerate(requests(customer_id)):
            answer = await http.request(method, path, json=body)
            assert answer.status_code < 500
            if answer.is_error:
                outputs[f"problem {number}: {method} {path.replace(CANARY, '')}"] = without_names(answer.json())
        outputs["metrics"] = (await http.get("/metrics")).text
    return outputs


def without_names(problem: dict) -> str:
    """The problem without the names of fields: an unknown one is repeated to its caller, that is what it is for."""
    for error in problem.get("errors", ()):
        problem["detail"] = problem["detail"].replace(error["field"], "")
        error["field"] = ""
    return json.dumps(problem)
