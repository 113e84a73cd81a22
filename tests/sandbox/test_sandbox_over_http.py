"""Who builds against askonce moves a sandbox through days in seconds, and has it as it was before each test."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook as Signer

from service.access.keys import sandbox_key
from service.model.vocabulary import Role
from service.sandbox.model import SandboxState
from service.sandbox.state import write_state
from tests.cli.conftest import COMMAND, ROOT, environment, processes_with, until
from tests.events.sinks import Sink, status
from tests.sandbox.conftest import BEGAN_AT, RunningSandbox, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
TUESDAY_NINE = "2026-03-03T09:00:00Z"
ASKED = {"identity": {"kind": "email", "value": "anna.weber@example.com"}, "fields": ["bday"]}
QUEUE = {
    "title": "Technicians",
    "calendar": {"time_zone": "UTC", "hours": "Mo-Fr 09:00-17:00"},
    "offer_timeout_s": 120,
    "max_offers": 1,
    "fallback": {"callback": True},
}


def hand_off(sandbox: RunningSandbox) -> str:
    """The path of a handoff that is offered to technicians for two minutes."""
    sandbox("admin", "PUT", "/v1/queues/technicians", QUEUE).raise_for_status()
    body = {
        "identity": sandbox.customers["murat"]["identities"][0],
        "subject": "No line",
        "to": {"queue": "technicians"},
        "reason": {"code": "unsolved", "text": "The restart did not help."},
        "summary": "Restarted twice.",
    }
    given = sandbox("bot", "POST", "/v1/handoffs", body, idempotency_key="handoff").raise_for_status()
    return f"/v1/handoffs/{given.json()['id']}"


def fall_back(sandbox: RunningSandbox) -> str:
    """The path of the callback that a handoff became, which nobody took."""
    handoff = hand_off(sandbox)
    sandbox.move(advance_s=121)
    found = sandbox("console", "GET", handoff).json()
    assert found["state"] == "fell_back"
    return f"/v1/callbacks/{found['callback_id']}"


def test_every_role_has_its_key_and_agents_their_password(sandbox):
    assert sandbox.ready["keys"] == {role.value: sandbox_key(role) for role in Role}
    for role in ("admin", "console"):
        assert sandbox(role, "GET", "/v1/queues").status_code == 200
    assert sandbox("store", "POST", "/v1/store/lookup", {"name": "Jonas Richter", "store": "DE-042"}).status_code == 200
    assert sandbox("partner", "GET", "/v1/handoffs").status_code == 200
    assert sandbox("bot", "POST", "/v1/known/ask", ASKED).status_code == 200
    agent = sandbox.ready["agents"][1]
    with httpx.Client(base_url=sandbox.url, headers={"origin": sandbox.url}) as browser:
        assert browser.post("/signin", data=agent).headers["location"] == "/console"
        assert "Nobody here is real" in browser.get("/console").text


def test_every_answer_says_that_it_is_a_sandboxs(sandbox):
    for path in ("/health/live", "/v1/queues", "/signin", "/v1/sandbox/clock", "/nowhere"):
        assert httpx.get(sandbox.url + path).headers["askonce-sandbox"] == "true"


def test_an_offer_nobody_takes_is_called_back_when_the_desk_opens(sandbox):
    callback = fall_back(sandbox)
    assert sandbox("console", "GET", callback).json()["promised_from"] == TUESDAY_NINE
    sandbox.move(now=TUESDAY_NINE)
    assert sandbox("console", "GET", callback).json()["state"] == "due"
    claimed = sandbox("console", "POST", f"{callback}/claim", {"agent": "Carla"}).json()
    done = {"token": claimed["token"], "outcome": "connected", "note": "Repaired."}
    kept = sandbox("console", "POST", f"{callback}/attempts", done).json()
    assert (kept["state"], kept["kept"]) == ("fulfilled", True)


def test_a_callback_nobody_makes_is_missed_and_each_thing_on_the_way_has_its_own_time(sandbox):
    callback = fall_back(sandbox)
    moved = sandbox.move(advance_s=3 * 86_400)
    assert moved["steps"] > 1
    assert moved["reached"]
    found = sandbox("console", "GET", callback).json()
    assert (found["state"], found["promised_from"]) == ("missed", TUESDAY_NINE)


def test_a_condition_begins_and_ends_with_the_clock_at_the_till_and_in_cached_views(sandbox):
    murat = sandbox.customers["murat"]
    condition = {
        "title": "Spring",
        "kind": "discount",
        "terms": {"percent": 10},
        "valid_from": "2026-03-10T00:00:00Z",
        "valid_until": "2026-03-12T00:00:00Z",
        "audiences": ["console", "store"],
    }
    path = f"/v1/customers/{murat['id']}/conditions"
    sandbox("console", "POST", path, condition, idempotency_key="spring").raise_for_status()
    seen = []
    for edge in (None, "valid_from", "valid_until"):
        if edge:
            sandbox.move(now=condition[edge])
        at_the_till = sandbox("store", "POST", "/v1/store/lookup", {"identity": murat["identities"][0]}).json()
        seen.append((len(at_the_till.get("conditions", [])), len(sandbox.look_up("murat")["conditions"])))
    assert seen == [(0, 0), (1, 1), (0, 0)]


async def test_a_webhook_is_tried_again_in_time_and_signed_at_the_time_of_its_receiver(sandbox):
    crm = await Sink(status(500)).start()
    asking = {"url": f"http://127.0.0.1:{crm.port}/", "types": ["handoff.*"], "role": "console"}
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=60) as http:
        http.headers["authorization"] = f"Bearer {sandbox_key(Role.ADMIN)}"
        stored = (await http.put("/v1/webhooks/crm", json=asking)).raise_for_status().json()
        hand_off(sandbox)
        await http.post("/v1/sandbox/clock", json={"advance_s": 1})
        tried = len(crm.received)
        crm.answer = status(204)
        await http.post("/v1/sandbox/clock", json={"advance_s": 60})
    assert tried >= 1
    assert len(crm.received) > tried
    event = Signer(stored["secret"]).verify(crm.received[-1].body, crm.received[-1].headers)
    assert event["time"].startswith("2026-03-02T16:5")
    await crm.stop()


def test_nothing_is_sent_to_another_machine(sandbox):
    asking = {"url": "http://192.0.2.1/", "types": ["*"], "role": "console"}
    refused = sandbox("admin", "PUT", "/v1/webhooks/crm", asking)
    assert refused.status_code == 400
    assert "this machine alone" in refused.text


def test_a_session_ends_and_retention_lets_go_when_the_clock_passes_their_time(sandbox):
    agent = sandbox.ready["agents"][1]
    with httpx.Client(base_url=sandbox.url, headers={"origin": sandbox.url}) as browser:
        assert browser.post("/signin", data=agent).headers["location"] == "/console"
        assert browser.get("/console").status_code == 200
        assert sandbox.look_up("murat")["recent"]
        sandbox.move(advance_s=6 * 365 * 86_400)
        assert browser.get("/console").status_code == 303
    assert sandbox.look_up("murat")["recent"] == []


def test_the_clock_goes_forward_only_and_one_move_counts_once(sandbox):
    first = sandbox("admin", "POST", "/v1/sandbox/clock", {"advance_s": 3600}, idempotency_key="hour")
    again = sandbox("admin", "POST", "/v1/sandbox/clock", {"advance_s": 3600}, idempotency_key="hour")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert sandbox("admin", "POST", "/v1/sandbox/clock", {"advance_s": 1}, idempotency_key="hour").status_code == 422
    with ThreadPoolExecutor(2) as pool:
        move = partial(sandbox, "admin", "POST", "/v1/sandbox/clock", {"advance_s": 7200}, idempotency_key="two")
        one, other = pool.map(lambda _: move(), range(2))
    assert one.json() == other.json()
    back = sandbox("admin", "POST", "/v1/sandbox/clock", {"now": BEGAN_AT.isoformat()})
    assert back.status_code == 409
    assert "/v1/sandbox/reset" in back.json()["detail"]
    for wrong in ({}, {"advance_s": 0}, {"advance_s": 1, "now": TUESDAY_NINE}, {"advance_s": 10**10}, {"now": "2026"}):
        assert sandbox("admin", "POST", "/v1/sandbox/clock", wrong).status_code == 400
    assert sandbox("console", "POST", "/v1/sandbox/clock", {"advance_s": 1}).status_code == 403


def test_a_reset_restores_everything_ends_streams_and_keeps_keys(sandbox):
    before = sandbox.look_up("anna")
    fall_back(sandbox)
    sandbox.move(advance_s=40 * 86_400)
    headers = {"authorization": f"Bearer {sandbox_key(Role.CONSOLE)}"}
    with httpx.stream("GET", f"{sandbox.url}/v1/events", headers=headers, timeout=30) as stream:
        sandbox.reset()
        for _line in stream.iter_lines():
            pass  # it ends
    assert sandbox.now() - BEGAN_AT < timedelta(minutes=1)
    after = sandbox.look_up("anna")
    assert (after["customer"], after["version"]) == (before["customer"], before["version"])
    assert after["conversations"] == before["conversations"]
    assert sandbox.look_up("murat")["callbacks"] == []


def test_requests_that_come_while_it_begins_anew_are_answered_afterwards(sandbox):
    sandbox.move(advance_s=60)
    ids = {sandbox.look_up(key)["customer"]["id"] for key in ("anna", "murat", "sophie")}
    with subprocess.Popen([sys.executable, "-c", _ASKING, sandbox.url], stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout.readline() == "asking\n"
        for _ in range(3):
            sandbox.reset()
        asking.terminate()
        assert set(asking.stdout.read().split()) == {"200"}
    assert {sandbox.look_up(key)["customer"]["id"] for key in ("anna", "murat", "sophie")} == ids


_ASKING = f"""
import httpx, signal, sys
print("asking", flush=True)
going_on = [True]
signal.signal(signal.SIGTERM, lambda *_: going_on.clear())
with httpx.Client(headers={{"authorization": "Bearer {sandbox_key(Role.CONSOLE)}"}}, timeout=60) as http:
    while going_on:
        print(http.get(sys.argv[1] + "/v1/queues").status_code, flush=True)
"""


def test_the_example_for_pytest_runs_on_a_sandbox_beside_this_one(sandbox, temporary):
    example = ROOT / "docs" / "examples" / "sandbox"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider", str(example)]
    ended = subprocess.run(command, cwd=temporary, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "2 passed" in ended.stdout
    assert not list(temporary.glob("askonce-sandbox-*"))
    assert sandbox.look_up("murat")["callbacks"] == []


def test_one_that_is_killed_leaves_nothing_behind(temporary):
    with start(temporary=temporary) as process:
        until(lambda: list(temporary.glob("askonce-sandbox-*/postgres/postmaster.pid")))
        process.kill()
    until(lambda: not list(temporary.iterdir()))
    until(lambda: not processes_with(str(temporary)))


def test_no_other_command_works_in_the_folder_of_a_sandbox(tmp_path):
    write_state(tmp_path, SandboxState())
    listing = [*COMMAND, "keys", "list", "--data-dir", tmp_path]
    refused = subprocess.run(listing, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert refused.returncode == 1
    assert "folder of a sandbox" in refused.stderr
