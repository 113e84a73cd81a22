"""Each command of a guide does what the guide says, typed from top to bottom against a running service."""

import re

import pytest

from tests.docs.play import play
from tests.docs.shell import URL, Shell, blocks, running_service
from tests.house.place import ROOT, text

ELSEWHERE = "docs/guides/operate.md"  # test_operating.py
GUIDES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "guides").glob("*.md"))
TYPED = [guide for guide in GUIDES if guide != ELSEWHERE and any(block.language == "sh" for block in blocks(guide))]


@pytest.fixture
def shell(new_data_dir, tmp_path):
    """A shell beside a fresh service."""
    with running_service(new_data_dir()) as service:
        here = {URL: service.url, " docs/examples/": f" {ROOT}/docs/examples/"}
        with Shell(service.environment, tmp_path, here) as shell:
            yield shell


@pytest.mark.slow
@pytest.mark.parametrize("guide", TYPED)
async def test_a_guide_does_what_it_says(guide, shell):
    await play(guide, shell)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_names_only_problems_that_there_are(guide):
    assert set(re.findall(r"`(/problems/[\w-]+)`", text(guide))) <= set(
        re.findall(r"^\| `(/problems/[\w-]+)` \|", text("docs/problems.md"), re.MULTILINE)
    )
