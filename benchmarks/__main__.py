"""`python -m benchmarks`, which `make bench` runs; `ab FOLDER` compares this checkout with another."""

import sys

from benchmarks import ab, search
from benchmarks.command import command

if __name__ == "__main__":
    if sys.argv[1:2] == ["ab"]:
        ab.command(sys.argv[2:], prog_name="python -m benchmarks ab")
    if sys.argv[1:2] == ["search"]:
        search.command(sys.argv[2:], prog_name="python -m benchmarks search")
    command(prog_name="python -m benchmarks")
