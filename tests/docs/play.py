"""A page typed from top to bottom; each answer that it shows is compared with the real one."""

from pathlib import Path

from tests.docs.answers import absent_lines, differences
from tests.docs.shell import LASTING, Shell, blocks
from tests.patience import until

SHOWN = ("json", "http", "text")
"""The languages of blocks that show the answer to the block of commands before them."""


async def play(page: str, shell: Shell) -> None:
    """Type each block of commands of a page, and fail where an answer is not what the page shows.

    What a lasting command prints, it may print while the commands below it are typed.
    """
    lasting: list[tuple[Path, str]] = []
    answer: str | Path = ""
    for language, content in blocks(page):
        if language == "sh":
            answer = typed(content, shell)
        elif language in SHOWN and isinstance(answer, Path):
            lasting.append((answer, content))
        elif language in SHOWN:
            assert wrong(language, content, answer) == [], f"{content}\nis shown, but the answer is\n{answer}"
    for file, shown in lasting:
        await until(lambda file=file, shown=shown: not absent_lines(shown, file.read_text("utf-8")), seconds=30)


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
