"""docs/events.md does what it says."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Signer

from service.events.retries import RETRY_WAITS

PAGE = Path("docs/events.md").read_text("utf-8")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"specversion": "1.0", "id": "1042"}'
UNITS = {"s": 1, "min": 60, "h": 3600}


def example(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1]


def headers(body=BODY):
    now = datetime.now(UTC)
    return {
        "webhook-id": "1042",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(SECRET).sign("1042", now, body),
    }


def test_the_table_of_waits_is_that_of_the_code():
    row = next(line for line in PAGE.splitlines() if line.startswith("| the next one after"))
    cells = [cell.strip() for cell in row.split("|")[2:-1]]
    assert cells[-1] == "given up"
    seconds = [int(number) * UNITS[unit] for number, unit in (cell.split() for cell in cells[:-1])]
    assert seconds == [wait.total_seconds() for wait in RETRY_WAITS]


def test_the_python_example_takes_what_is_signed_and_nothing_else():
    code = {}
    exec(example("python"), code)
    assert code["event_of"](SECRET, headers(), BODY.encode())["id"] == "1042"
    with pytest.raises(Exception, match="signature"):
        code["event_of"](SECRET, headers(), BODY.replace("1042", "1043").encode())


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_the_javascript_example_takes_what_is_signed_and_nothing_else(tmp_path):
    script = tmp_path / "hook.mjs"
    script.write_text(
        example("javascript")
        + "const [secret, headers, body] = JSON.parse(process.argv[2]);\n"
        + "console.log(eventOf(secret, headers, body).id);\n"
    )

    def run(body, **changed):
        arguments = json.dumps([SECRET, headers() | changed, body])
        return subprocess.run(["node", script, arguments], capture_output=True, text=True)

    assert run(BODY).stdout.strip() == "1042"
    assert "not signed" in run(BODY.replace("1042", "1043")).stderr
    assert "too old" in run(BODY, **{"webhook-timestamp": "1"}).stderr
    assert "not signed" in run(BODY, **{"webhook-signature": "v2,AAAA v1,AAAA"}).stderr
