"""D1, D5, D6 and D7 at once: everything is killed again and again while callers write and read.

ASKONCE_TEST_WRITES says how many writes are acknowledged meanwhile (`make promises` asks for 20,000).
"""

import asyncio
import os
import re
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, ROOT, environment
from tests.faults.history import Findings
from tests.faults.site import Killer, acknowledged, reconnect, site, under_load

WRITES = int(os.environ.get("ASKONCE_TEST_WRITES", "1000"))
CUSTOMERS = 50
KILLS = 5 * max(1, WRITES // 4000)
"""As many of each of the five kinds."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + WRITES // 10)]


@pytest.mark.promise("D1", "D5", "D6", "D7")
async def test_nothing_acknowledged_is_lost_doubled_or_hidden_however_often_anything_is_killed(new_data_dir, measured):
    with ExitStack() as stack:
        async with site(data_dir := new_data_dir()) as here:
            history, killer = here.history(), Killer(here, stack)
            history.customers, history.asks_for_freshness, history.pause_s = CUSTOMERS, True, 0.5
            async with under_load(history):
                for _ in range(KILLS):
                    await acknowledged(history, WRITES // KILLS)
                    await killer.kill_next()
                await acknowledged(history, 100)
            at_once = len(history.acknowledged)
            await history.resolve()
            await history.read_all()
            judge = await reconnect(data_dir)
            findings = await history.find(judge)
            judge.terminate()
            compared = await asyncio.to_thread(verify, data_dir)
    measured("D1", "acknowledged writes", at_once)
    measured("D1", "writes of unknown outcome, each one row after a repetition", len(history.acknowledged) - at_once)
    measured("D1", "kills", killer.kills.total())
    for kind, kills in killer.kills.items():
        measured("D1", f"kills of {kind}", kills)
    measured("D1", "lost", findings.lost)
    measured("D1", "doubled", findings.doubled)
    measured("D1", "never sent", findings.never_sent)
    measured("D5", "customers with gaps", findings.customers_with_gaps)
    measured("D6", "customers compared", compared["customers"])
    measured("D6", "customers whose views differ", compared["older"] + compared["different"])
    measured("D7", "reads", history.reads)
    measured("D7", "stale reads", len(history.stale))
    assert findings == Findings()
    assert not history.stale
    assert set(history.statuses) <= {200, 201, 503}
    assert compared["equal"] == CUSTOMERS


def verify(data_dir: Path) -> dict[str, int]:
    """How many customers' cached views are what, as `askonce verify` counts them."""
    command = [*COMMAND, "verify", "--data-dir", data_dir]
    ended = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    return {finding: int(count) for count, finding in re.findall(r"(\d+) (\w+)", ended.stdout)}
