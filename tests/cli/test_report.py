"""`askonce report`."""

import pytest

pytestmark = pytest.mark.slow


def test_the_report_is_printed_or_written_and_a_wrong_week_is_one_sentence(askonce, own_database, tmp_path):
    askonce("migrate", **own_database)
    printed = askonce("report", "--week", "2026-W01", "--format", "csv", **own_database).stdout.splitlines()
    assert printed[0] == "week,section,item,fact,place,this_week,week_before,change"
    assert printed[1] == "2026-W01,overview,opened,,,0,0,0"
    page = tmp_path / "report.html"
    written = askonce("report", "--language", "de", "--out", page, **own_database)
    assert (written.returncode, written.stdout) == (0, "")
    assert "<h1>Wochenbericht" in page.read_text("utf-8")
    wrong = askonce("report", "--week", "2026-W60", **own_database)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "A week of the calendar is expected, such as 2026-W47." in wrong.stderr
