"""`python -m benchmarks`, which `make bench` runs; with `ab FOLDER` it compares this checkout with another."""

import sys

from benchmarks import ab
from benchmarks.command import command

if __name__ == "__main__":
    if sys.argv[1:2] == ["ab"]:
        ab.command(sys.argv[2:], prog_name="python -m benchmarks ab")
    command(prog_name="python -m benchmarks")
