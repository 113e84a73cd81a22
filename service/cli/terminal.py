"""What people see: tables and progress bars on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from time import monotonic

import click

LINE_INTERVAL_S = 5.0


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print on standard output: a table on a terminal, else a line of tab-separated values per row, the names first."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@contextmanager
def show_progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A function that takes the number newly done; it shows progress on standard error as a bar or as lines."""
    if sys.stderr.isatty():
        with _bar(title, total) as advance:
            yield advance
    else:
        yield _Lines(title, total).advance


def show_steps(title: str, steps: Iterable[tuple[int, int]]) -> None:
    """Take all steps, and show their progress; a step is how much is done, and of how much."""
    with ExitStack() as stack:
        advance: Callable[[int], None] | None = None
        before = 0
        for done, total in steps:
            advance = advance or stack.enter_context(show_progress(title, total))
            advance(done - before)
            before = done


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total)
        yield lambda steps: bar.advance(task, steps)


class _Lines:
    """Progress in lines, one every few seconds."""

    def __init__(self, title: str, total: int) -> None:
        self._title = title
        self._total = total
        self._done = 0
        self._next_at = monotonic() + LINE_INTERVAL_S

    def advance(self, steps: int) -> None:
        self._done += steps
        if monotonic() >= self._next_at:
            click.echo(f"{self._title}: {self._done} of {self._total}", err=True)
            self._next_at = monotonic() + LINE_INTERVAL_S
