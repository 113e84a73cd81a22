"""Each command of a guide does what the guide says, typed from top to bottom against a running service."""

import re
from pathlib import Path

import pytest

from tests.docs.answers import absent_lines, differences
from tests.docs.shell import STREAM, URL, Shell, blocks, running_service
from tests.house.place import ROOT, text
from tests.patience import until

QUICK = "docs/guides/agent-desktop.md"
ELSEWHERE = "docs/guides/operate.md"  # test_operating.py
GUIDES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "guides").glob("*.md"))
INTEGRATIONS = [
    pytest.param(guide, marks=[] if guide == QUICK else pytest.mark.slow) for guide in GUIDES if guide != ELSEWHERE
]


@pytest.fixture
def shell(new_data_dir, tmp_path):
    """A shell beside a fresh service."""
    with running_service(new_data_dir()) as service, Shell(service.environment, tmp_path, {URL: service.url}) as shell:
        yield shell


def wrong(language: str, shown: str, real: str) -> list[str]:
    """What of a block shown is not in the real answer."""
    if language == "json":
        return differences(shown, real)
    if language == "http":
        head, _, body = shown.partition("\n\n")
        real_head, _, real_body = real.partition("\r\n\r\n")
        return absent_lines(head, real_head) + (differences(body, real_body) if body else [])
    return absent_lines(shown, real)


@pytest.mark.parametrize("guide", INTEGRATIONS)
async def test_a_guide_does_what_it_says(guide, shell):
    streams: list[tuple[Path, str]] = []
    answer: str | Path = ""
    for language, content in blocks(guide):
        if language == "sh":
            answer = shell.open_stream(content) if STREAM in content else shell.type(content)
        elif isinstance(answer, Path):
            streams.append((answer, content))
        else:
            assert wrong(language, content, answer) == [], f"{content}\nis shown, but the answer is\n{answer}"
    for file, shown in streams:
        await until(lambda file=file, shown=shown: not absent_lines(shown, file.read_text("utf-8")))


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_names_only_problems_that_there_are(guide):
    assert set(re.findall(r"`(/problems/[\w-]+)`", text(guide))) <= set(
        re.findall(r"^\| `(/problems/[\w-]+)` \|", text("docs/problems.md"), re.MULTILINE)
    )
