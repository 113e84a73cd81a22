"""`python -m benchmarks`, which `make bench` runs; `ab FOLDER` compares this checkout with another."""

import sys

from benchmarks import ab, affinity, console, flow, footprint, idle, imports, journey, retention, search
from benchmarks.command import command

if __name__ == "__main__":
    if sys.argv[1:2] == ["ab"]:
        ab.command(sys.argv[2:], prog_name="python -m benchmarks ab")
    if sys.argv[1:2] == ["affinity"]:
        affinity.command(sys.argv[2:], prog_name="python -m benchmarks affinity")
    if sys.argv[1:2] == ["search"]:
        search.command(sys.argv[2:], prog_name="python -m benchmarks search")
    if sys.argv[1:2] == ["console"]:
        console.command(sys.argv[2:], prog_name="python -m benchmarks console")
    if sys.argv[1:2] == ["journey"]:
        journey.command(sys.argv[2:], prog_name="python -m benchmarks journey")
    if sys.argv[1:2] == ["flow"]:
        flow.command(sys.argv[2:], prog_name="python -m benchmarks flow")
    if sys.argv[1:2] == ["idle"]:
        idle.command(sys.argv[2:], prog_name="python -m benchmarks idle")
    if sys.argv[1:2] == ["footprint"]:
        footprint.command(sys.argv[2:], prog_name="python -m benchmarks footprint")
    if sys.argv[1:2] == ["import"]:
        imports.command(sys.argv[2:], prog_name="python -m benchmarks import")
    if sys.argv[1:2] == ["retention"]:
        retention.command(sys.argv[2:], prog_name="python -m benchmarks retention")
    command(prog_name="python -m benchmarks")
