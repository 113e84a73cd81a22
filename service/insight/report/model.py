"""The report as data: what HTML and CSV both show."""

from enum import StrEnum

from msgspec import Struct

from service.insight.report.week import Week


class ReportSection(StrEnum):
    """The parts of a report, in their order."""

    OVERVIEW = "overview"
    ASKED_AGAIN = "asked_again"
    """By fact and channel: what customers had to say again."""
    GAVE_UP_BY_CHANNEL = "gave_up_by_channel"
    GAVE_UP_BY_QUEUE = "gave_up_by_queue"
    GAVE_UP_BY_SUBJECT = "gave_up_by_subject"
    PROMISES = "promises"
    """By queue: promised calls whose window ended, kept or broken."""
    HANDOFFS = "handoffs"
    """By queue that was asked first: handoffs of the week, taken or failed."""
    CONCERNS = "concerns"
    """By channel: what kept people from buying, answered or open."""
    RATINGS = "ratings"


class ReportItem(StrEnum):
    """What is counted."""

    OPENED = "opened"
    SOLVED = "solved"
    GAVE_UP = "gave_up"
    ASKED_AGAIN = "asked_again"
    KEPT = "kept"
    BROKEN = "broken"
    TAKEN = "taken"
    FAILED = "failed"
    OPEN = "open"
    ANSWERED = "answered"
    CSAT = "csat"
    NPS = "nps"
    EFFORT = "effort"


OTHER_SUBJECTS = "other_subjects"
"""The place of matters whose subject too few customers share: it might say who they are."""


class WeeklyReportRow(Struct, frozen=True, kw_only=True):
    """One number of this week and of the week before; `place` is a channel, queue or subject, `fact` what was asked."""

    section: ReportSection
    item: ReportItem
    fact: str | None = None
    place: str | None = None
    this_week: float | None
    """Counts are whole; a score is null without answers."""
    before: float | None

    @property
    def change(self) -> float | None:
        """How much it grew; None if one of the two is unknown."""
        if self.this_week is None or self.before is None:
            return None
        return round(self.this_week - self.before, 1)


def number_text(number: float) -> str:
    """All digits of a count; a score with one decimal unless that is 0."""
    return f"{number:.1f}".removesuffix(".0")


class WeeklyReport(Struct, frozen=True, kw_only=True):
    """The rows of each section, those with the highest numbers first; `is_whole` once the week is over."""

    week: Week
    is_whole: bool
    gave_up_days: int
    rows: tuple[WeeklyReportRow, ...]

    def section(self, section: ReportSection) -> tuple[WeeklyReportRow, ...]:
        """The rows of one section."""
        return tuple(row for row in self.rows if row.section is section)
