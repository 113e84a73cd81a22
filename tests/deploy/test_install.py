"""What the page of the installation says beside its commands is so."""

import re
import subprocess

from tests.deploy.test_systemd import UNITS, analyze, needs_systemd
from tests.docs.shell import blocks
from tests.house.place import ROOT, text

PAGE = "docs/install.md"


def test_memory_and_disk_are_what_was_measured():
    needs = text(PAGE).partition("[Measured]")[2].partition("### Sizes")[0]
    numbers = {
        number for row in re.findall(r"^\|.+$", needs, re.MULTILINE) for number in re.findall(r"([\d,]+) MB", row)
    }
    measured = text("docs/benchmarks.md").partition("## What a machine needs")[2].partition("\n## ")[0]
    assert len(numbers) >= 10
    assert numbers - {"128"} - set(re.findall(r"([\d,]+) MB", measured)) == set()  # 128 is PostgreSQL's default


def test_the_sizes_follow_from_the_year_as_the_page_says():
    rows = dict(
        re.findall(r"^\| (interactions a year|in a second of the busiest hour) \| (.+) \|$", text(PAGE), re.MULTILINE)
    )
    years, seconds = ([float(cell.replace(",", "")) for cell in row.split("|")] for row in rows.values())
    assert all(abs(year / 250 / 5 / 3600 - second) < 0.3 for year, second in zip(years, seconds, strict=True))


@needs_systemd
def test_a_unit_takes_the_file_that_root_alone_reads(tmp_path):
    (drop_in,) = (block.text for block in blocks(PAGE) if block.language == "ini")
    for unit in UNITS:
        folder = tmp_path / f"{unit.name.replace('@', '@8081')}.d"
        folder.mkdir()
        (folder / "override.conf").write_text(drop_in)
    assert analyze(tmp_path, "verify") == ""


@needs_systemd
def test_the_exposure_is_what_the_page_says(tmp_path):
    said = re.search(r"`systemd-analyze security askonce` says ([\d.]+) of 10", text(PAGE))[1]
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", ROOT / "deploy/systemd/askonce.service"]
    assert f"askonce.service: {said} OK" in subprocess.run(command, capture_output=True, text=True).stdout
