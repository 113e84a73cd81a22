"""`python -m benchmarks`, which `make bench` runs."""

from benchmarks.command import command

if __name__ == "__main__":
    command(prog_name="python -m benchmarks")
