"""A page typed from top to bottom; each answer that it shows is compared with the real one."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from tests.docs.answers import absent_lines, differences
from tests.docs.shell import LASTING, Block, Shell, sections
from tests.patience import until

NONE = Block("", "")
REQUEST = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE) /")
SHOWN = ("json", "http", "text")
"""The languages of blocks that show the answer to the block of commands before them."""


async def play(page: str, shell: Shell, heading: str | None = None) -> None:
    """Type each block of commands of a page, or of one of its sections, and fail where an answer is not what is shown.

    What a lasting command prints, it may print while the commands below it are typed. Only what stands below commands of its
    section is an answer, and a request is none.
    """
    chosen = [inside for title, inside in sections(page) if heading in {None, title}]
    assert chosen, f"{page} has no section {heading}"
    lasting = [still for inside in chosen for still in play_section(inside, shell)]
    for file, shown in lasting:
        await until(lambda file=file, shown=shown: not absent_lines(shown, file.read_text("utf-8")), seconds=30)


def play_section(inside: Sequence[Block], shell: Shell) -> Iterator[tuple[Path, str]]:
    """Type the blocks of a section; the files that fill with what lasting commands print, each with what is shown of it."""
    answer: str | Path | None = None
    for block, below in pairwise([*inside, NONE]):
        told = shell.here(block.text)
        if block.language == "sh":
            answer = typed(block.text, shell)
            refused = shell.refused()
            assert not refused or "/problems/" in below.text, f"{told}\nis answered {refused}: {answer}"
        elif answer is None or block.language not in SHOWN or REQUEST.match(told):
            continue
        elif isinstance(answer, Path):
            yield answer, told
        else:
            assert wrong(block.language, told, answer) == [], f"{told}\nis shown, but the answer is\n{answer}"


def typed(commands: str, shell: Shell) -> str | Path:
    """What these commands print, or the file that fills with it while they go on."""
    for lasting, first in LASTING.items():
        if lasting in commands:
            return shell.leave_running(commands, first)
    return shell.type(commands)


def wrong(language: str, shown: str, real: str) -> list[str]:
    """What of a block shown is not in the real answer."""
    if language == "json":
        return differences(shown, real)
    if language == "http":
        head, _, body = shown.partition("\n\n")
        real_head, _, real_body = real.partition("\r\n\r\n")
        return absent_lines(head, real_head) + (differences(body, real_body) if body else [])
    return absent_lines(shown, real)
