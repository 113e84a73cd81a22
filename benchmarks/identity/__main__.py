"""`python -m benchmarks.identity`."""

import sys

from benchmarks.identity import command, speed

if __name__ == "__main__":
    if sys.argv[1:2] == ["speed"]:
        speed.command(sys.argv[2:], prog_name="python -m benchmarks.identity speed")
    command.command(prog_name="python -m benchmarks.identity")
