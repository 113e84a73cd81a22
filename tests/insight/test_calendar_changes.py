"""What a changed calendar tells customers: a table of calendars before and after, and their notices."""

import pytest
from msgspec.structs import replace

from service.calendar.model import Calendar, SpecialHours
from service.handoff.queues.model import Queue, QueueFallback
from service.insight.notices.calendar_changes import draft_notice, find_change
from tests.fixtures import NOW

WEEK = Calendar(time_zone="Europe/Berlin", hours="Mo-Fr 09:00-18:00; Sa 10:00-14:00")
CHRISTMAS = "2026-12-18"


def queue(name: str = "support", title: str = "Support", calendar: Calendar = WEEK) -> Queue:
    callback = QueueFallback(callback=True)
    return Queue(
        name=name,
        title=title,
        calendar=calendar,
        offer_timeout_s=60,
        max_offers=3,
        fallback=callback,
        partner=None,
    )


def day(text: str):
    return type(NOW).fromisoformat(text).date()


def changed(**fields: object) -> Calendar:
    return replace(WEEK, **fields)


NOTICES = [
    (
        changed(closed=(day(CHRISTMAS),)),
        "Support is closed on 18 December.",
        "Support ist am 18. Dezember geschlossen.",
    ),
    (
        changed(closed=(day("2026-11-30"), day("2026-12-01"), day(CHRISTMAS))),
        "Support is closed on 30 November, 1 December and 18 December.",
        "Support ist am 30. November, 1. Dezember und am 18. Dezember geschlossen.",
    ),
    (
        changed(exceptions=(SpecialHours(on=day(CHRISTMAS), hours="09:00-12:00,13:00-15:00"),)),
        "On 18 December Support is open 09:00–12:00 and 13:00–15:00.",
        "Am 18. Dezember ist Support 09:00–12:00 und 13:00–15:00 Uhr geöffnet.",
    ),
    (
        changed(exceptions=(SpecialHours(on=day("2026-11-22"), hours="20:00-24:00"),)),
        "On 22 November Support is open 20:00–24:00.",
        "Am 22. November ist Support 20:00–24:00 Uhr geöffnet.",
    ),
    (
        changed(hours="Tu-Fr 09:00-17:00; Sa 10:00-14:00"),
        (
            "Support is closed on 23 November, 30 November, 7 December and 14 December. "
            "Support has new opening hours from 24 November: Tu-Fr 09:00-17:00; Sa 10:00-14:00."
        ),
        (
            "Support ist am 23. November, 30. November, 7. Dezember und am 14. Dezember geschlossen. "
            "Support hat ab 24. November neue Öffnungszeiten: Di-Fr 09:00-17:00; Sa 10:00-14:00."
        ),
    ),
]
UNCHANGED = [
    WEEK,
    changed(hours="Mo,Tu,We,Th,Fr 09:00-18:00; Sa 10:00-14:00"),
    changed(closed=(day("2026-11-22"),)),  # a Sunday
    changed(closed=(day("2027-02-01"),)),
    changed(closed=(day("2026-11-20"),)),
]


@pytest.mark.parametrize(("after", "english", "german"), NOTICES)
def test_a_changed_calendar_says_what_is_other_on_which_days(after, english, german):
    change = find_change(WEEK, after, NOW)
    assert change is not None
    texts = draft_notice(queue(calendar=after), change, (), NOW).texts
    assert (texts["en"], texts["de"]) == (english, german)


@pytest.mark.parametrize("after", UNCHANGED)
def test_what_changes_no_day_of_the_next_thirty_drafts_nothing(after):
    assert find_change(WEEK, after, NOW) is None


def test_a_holiday_that_closes_from_now_on_is_told():
    bavaria = changed(country="DE", subdivision="BY", hours="Mo-Su 09:00-18:00")
    change = find_change(bavaria, replace(bavaria, closed=(day("2026-12-06"),)), NOW)
    assert change is not None
    assert change.closed == (day("2026-12-06"),)
    january = NOW.replace(month=12, day=20)
    change = find_change(replace(bavaria, country=None, subdivision=None), bavaria, january)
    assert change is not None
    assert change.closed == (day("2026-12-25"), day("2026-12-26"), day("2027-01-01"), day("2027-01-06"))


def test_a_closed_day_names_the_queue_that_is_open_meanwhile_else_the_next_opening():
    after = changed(closed=(day(CHRISTMAS),))
    change = find_change(WEEK, after, NOW)
    assert change is not None
    shut, always = queue("b", "Branch", after), queue("c", "Emergency", replace(WEEK, hours="24/7"))
    (option,) = draft_notice(queue(calendar=after), change, (shut, always), NOW).options_when_closed
    assert option.texts == {"en": "Urgent: Emergency.", "de": "Dringend: Emergency."}
    (option,) = draft_notice(queue(calendar=after), change, (shut,), NOW).options_when_closed
    assert option.texts["en"] == "Urgent: leave your telephone number, and we call you back from 19 December, 10:00."


def test_a_draft_is_shown_from_a_week_before_until_the_last_of_its_days_is_over():
    after = changed(closed=(day("2026-12-11"), day(CHRISTMAS)))
    change = find_change(WEEK, after, NOW)
    assert change is not None
    draft = draft_notice(queue(calendar=after), change, (), NOW)
    assert (str(draft.starts_at), str(draft.ends_at)) == ("2026-12-03 23:00:00+00:00", "2026-12-18 23:00:00+00:00")
