"""Every command of the pages does what the page says, typed behind the lines of the index by which examples are tried."""

import pytest

from tests.docs.play import play
from tests.docs.shell import URL, Shell, blocks, free_port, running_service
from tests.house.place import ROOT

pytestmark = pytest.mark.slow

PREPARED = ("docs/index.md", "Try the examples")
SECRETS = dict.fromkeys(
    (
        "APP_SECRET",
        "A_WORD_OF_YOURS",
        "MAILGUN_SIGNING_KEY",
        "PUBLIC_KEY",
        "RESEND_API_KEY",
        "TWILIO_AUTH_TOKEN",
        "WEBHOOK_SECRET",
    ),
    "whsec_c2VjcmV0cy1vZi1vdGhlcnM=",
)
"""What other companies gave the reader."""
PAGES: dict[str, str | None] = {
    "docs/backup.md": "The embedded servers",
    "docs/channels.md": None,
    "docs/content-and-notices.md": None,
    "docs/erasure.md": None,
    "docs/events.md": None,
    "docs/feedback.md": None,
    "docs/golden-record.md": None,
    "docs/handoffs.md": None,
    "docs/journey.md": None,
    "docs/journeys-of-segments.md": None,
    "docs/matches.md": None,
    "docs/metrics.md": None,
    "docs/reports.md": None,
    "docs/retention.md": None,
    "docs/runbook.md": "First look",
    "docs/segments-and-rules.md": None,
    "docs/sources.md": None,
} | {
    page: None
    for path in sorted((ROOT / "docs" / "channels").glob("*.md"))
    for page in [str(path.relative_to(ROOT))]
    if any(block.language == "sh" for block in blocks(page))
}
"""Each page that is played here, with its section if another test plays the rest."""


@pytest.fixture(scope="module")
async def prepared(new_data_dir, tmp_path_factory):
    """A running service, and what a reader's shell then knows of it: its address, its keys, a customer."""
    folder = tmp_path_factory.mktemp("prepared")
    with running_service(new_data_dir()) as service:
        with Shell(service.environment, folder, {URL: service.url}) as shell:
            shell.type("set -a")
            await play(PREPARED[0], shell, PREPARED[1])
            functions = [line for line in blocks(*PREPARED)[0].text.splitlines() if "() {" in line]
            known = "\n".join([shell.type("export -p"), *functions])
        yield service, known


@pytest.fixture
def shell(prepared, tmp_path, new_data_dir):
    """A reader's shell, in a folder of its own."""
    service, known = prepared
    folders = {there: str(new_data_dir()) for there in ("/backup/today", "/var/lib/askonce-restored")}
    elsewhere = folders | {URL: service.url, ":8024": f":{free_port()}"}
    with Shell(service.environment | SECRETS, tmp_path, elsewhere) as shell:
        shell.type(known)
        yield shell


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_does_what_it_says(page, shell):
    await play(page, shell, PAGES[page])
