"""Alerts and the dashboard speak of metrics that there are, in expressions that Prometheus takes."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
import yaml

from tests.house.place import ROOT, text, tracked

RULES = yaml.safe_load(text("deploy/prometheus/rules.yml"))
ALERTS = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
DASHBOARD = msgspec.json.decode(text("deploy/grafana/askonce.json"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]
OURS = {
    metric
    for path in tracked()
    if path.suffix == ".py" and path.is_relative_to(ROOT / "service")
    for source in [path.read_text("utf-8")]
    if "prometheus_client" in source
    for metric in re.findall(r'"(askonce_[a-z_]+)"', source)
}
OF_PROCESSES = {
    f"process_{name}"
    for name in ("cpu_seconds_total", "resident_memory_bytes", "open_fds", "max_fds", "start_time_seconds")
}
METRIC = re.compile(r"\b(?:askonce|process)_[a-z_]+(?=[\[{) ]|$)")
PROMTOOL = shutil.which("promtool")
with_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not installed (Debian: apt-get install prometheus)"
)


def metrics(expression: str) -> set[str]:
    """The metrics that an expression names, without what a histogram appends."""
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in METRIC.findall(expression)}


def promtool(*arguments: object) -> str:
    done = subprocess.run([PROMTOOL, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_watches_a_metric_that_there_is_and_says_what_to_do(name):
    watched = metrics(ALERTS[name]["expr"])
    assert watched or "up{" in ALERTS[name]["expr"]
    assert watched <= OURS | OF_PROCESSES
    assert ALERTS[name]["annotations"]["summary"].endswith((".", "?"))


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_every_panel_shows_metrics_that_there_are(panel):
    shown = set().union(*(metrics(target["expr"]) for target in panel["targets"]))
    assert shown
    assert shown <= OURS | OF_PROCESSES


def test_the_dashboard_shows_every_metric_of_ours():
    assert OURS - set().union(*map(metrics, EXPRESSIONS)) == set()


def test_panels_neither_overlap_nor_share_a_number():
    taken = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert all(x < 24 for x, _ in taken)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@with_promtool
def test_prometheus_takes_the_rules_and_what_to_scrape():
    assert f"{len(ALERTS)} rules found" in promtool("check", "rules", "deploy/prometheus/rules.yml")
    promtool("check", "config", "deploy/prometheus/prometheus.yml")


@with_promtool
def test_prometheus_takes_every_expression_of_the_dashboard(tmp_path: Path):
    filled = [
        re.sub(r"\$(job|__rate_interval)", lambda name: "5m" if "rate" in name[1] else "askonce", one)
        for one in EXPRESSIONS
    ]
    rules = [{"record": f"panel:{number}", "expr": one} for number, one in enumerate(filled)]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", file)


@with_promtool
def test_alerts_fire_when_they_should_and_not_before():
    promtool("test", "rules", "tests/deploy/alerts.yml")
