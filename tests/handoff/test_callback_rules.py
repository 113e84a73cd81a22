"""What may happen to a callback: the table of rules once more, in words, and what each step makes of it."""

from datetime import timedelta

import pytest

from service.calendar.model import Interval
from service.errors import CallbackNotDue, CallbackTaken, CallbackTokenStale, Conflict
from service.handoff.callbacks import rules
from service.handoff.callbacks.model import CallAttempt
from service.handoff.callbacks.rules import CALLBACK_TRANSITIONS, CallbackAction
from service.model.vocabulary import CallbackOutcome, CallbackState
from tests.handoff.examples import MONDAY, TOKEN, callback, queue

TABLE_IN_WORDS = """
    action      | scheduled | due       | missed    | claimed    | uncallable
    become due  | due       | -         | -         | -          | -
    claim       | claimed   | claimed   | claimed   | -          | -
    renew       | -         | -         | -         | claimed    | -
    idle        | -         | -         | -         | due        | -
    reach       | -         | -         | -         | fulfilled  | -
    retry       | -         | -         | -         | scheduled  | -
    give up     | -         | -         | -         | exhausted  | -
    drop        | -         | -         | -         | cancelled  | -
    lose number | -         | -         | -         | uncallable | -
    miss        | missed    | missed    | -         | missed     | -
    reschedule  | scheduled | scheduled | scheduled | scheduled  | scheduled
    cancel      | cancelled | cancelled | cancelled | cancelled  | cancelled
    fulfil      | fulfilled | fulfilled | fulfilled | fulfilled  | fulfilled
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE_IN_WORDS.strip().splitlines()]
CELLS = [(state, row[0], cell) for row in ROWS[1:] for state, cell in zip(ROWS[0][1:], row[1:], strict=True)]
FINAL = [CallbackState.FULFILLED, CallbackState.EXHAUSTED, CallbackState.CANCELLED]
CALENDAR = queue().calendar
NOON = MONDAY + timedelta(hours=2)


def call(outcome: CallbackOutcome, *, began_at=MONDAY, ended_at=None) -> CallAttempt:
    return CallAttempt(by="Anna", began_at=began_at, ended_at=ended_at or began_at, outcome=outcome)


def in_hours(hours: int) -> Interval:
    start = MONDAY + timedelta(hours=hours)
    return Interval(start=start, end=start + timedelta(hours=1))


@pytest.mark.parametrize(("state", "action", "cell"), CELLS)
def test_a_callback_goes_where_the_table_says(state, action, cell):
    assert cell == CALLBACK_TRANSITIONS[CallbackState(state)].get(CallbackAction(action), "-")


def test_the_table_in_words_leaves_no_action_and_no_state_out():
    assert {row[0] for row in ROWS[1:]} == set(CallbackAction)
    assert set(ROWS[0][1:]) == set(CALLBACK_TRANSITIONS) == set(CallbackState) - set(FINAL)


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("action", CallbackAction)
def test_nothing_more_happens_to_a_callback_that_is_over(state, action):
    with pytest.raises(Conflict) as refused:
        rules.check_callback_action(callback(state), action, now=MONDAY, token=str(TOKEN))
    assert refused.value.state == state


def test_nobody_calls_before_the_time_that_was_promised():
    with pytest.raises(CallbackNotDue, match="2026-11-23T09:00:00Z"):
        rules.check_callback_action(callback(), CallbackAction.CLAIM, now=MONDAY - timedelta(seconds=1))
    rules.check_callback_action(callback(), CallbackAction.CLAIM, now=MONDAY)


def test_the_second_claimer_is_told_that_it_is_taken_even_when_the_first_is_done():
    for state in (CallbackState.CLAIMED, CallbackState.FULFILLED):
        with pytest.raises(CallbackTaken):
            rules.check_callback_action(callback(state, claimed_by="Anna"), CallbackAction.CLAIM, now=MONDAY)


def test_only_the_claimer_reports_renews_and_reschedules_while_the_claim_lasts():
    claimed = callback(CallbackState.CLAIMED)
    for action in (CallbackAction.REACH, CallbackAction.RENEW):
        with pytest.raises(CallbackTokenStale):
            rules.check_callback_action(claimed, action, now=MONDAY, token="not the token")
    with pytest.raises(CallbackTaken):
        rules.check_callback_action(claimed, CallbackAction.RESCHEDULE, now=MONDAY)
    rules.check_callback_action(claimed, CallbackAction.RESCHEDULE, now=MONDAY, token=str(TOKEN))


@pytest.mark.parametrize(
    ("outcome", "earlier", "state"),
    [
        (CallbackOutcome.CONNECTED, 0, CallbackState.FULFILLED),
        (CallbackOutcome.INVALID_NUMBER, 0, CallbackState.UNCALLABLE),
        (CallbackOutcome.NO_ANSWER, 0, CallbackState.SCHEDULED),
        (CallbackOutcome.BUSY, 1, CallbackState.SCHEDULED),
        (CallbackOutcome.FAILED, 2, CallbackState.EXHAUSTED),
    ],
)
def test_the_outcome_of_a_call_says_how_the_callback_goes_on(outcome, earlier, state):
    attempts = tuple(call(CallbackOutcome.BUSY) for _ in range(earlier))
    reported = rules.apply_attempt(callback(CallbackState.CLAIMED, attempts=attempts), call(outcome), CALENDAR)
    assert reported.state is state
    assert len(reported.attempts) == earlier + 1
    assert reported.token is None


def test_the_next_try_comes_after_a_rest_in_opening_hours():
    evening = MONDAY.replace(hour=16, minute=45)  # a quarter to six in Berlin
    claimed = callback(CallbackState.CLAIMED, retry_after_s=1800)
    reported = rules.apply_attempt(claimed, call(CallbackOutcome.BUSY, began_at=evening), CALENDAR)
    assert reported.due_at == MONDAY.replace(day=24, hour=8)


@pytest.mark.parametrize(
    ("began_at", "kept", "late_s"),
    [
        (MONDAY - timedelta(seconds=1), False, 0),
        (MONDAY, True, 0),
        (NOON, True, 0),
        (NOON + timedelta(minutes=5), False, 300),
        (NOON.replace(day=24, hour=8, minute=5), False, 6 * 3600 + 300),  # the hours of the night do not count
    ],
)
def test_a_promise_is_kept_by_a_call_that_begins_in_its_window(began_at, kept, late_s):
    reported = rules.apply_attempt(
        callback(CallbackState.CLAIMED), call(CallbackOutcome.CONNECTED, began_at=began_at), CALENDAR
    )
    assert (reported.kept, reported.late_s) == (kept, late_s)


def test_the_first_call_decides_and_a_later_one_changes_nothing():
    first = rules.apply_attempt(callback(CallbackState.CLAIMED), call(CallbackOutcome.BUSY), CALENDAR)
    again = rules.apply_claim(first, agent="Ben", token=TOKEN, now=NOON + timedelta(hours=1))
    later = call(CallbackOutcome.CONNECTED, began_at=NOON + timedelta(hours=1))
    assert rules.apply_attempt(again, later, CALENDAR).kept is True


def test_a_window_that_passes_without_a_call_is_a_broken_promise_and_more_urgent():
    missed = rules.apply_missed_window(callback(priority=1))
    assert (missed.state, missed.kept, missed.missed_windows, missed.priority) == (CallbackState.MISSED, False, 1, 11)
    claimed = rules.apply_claim(missed, agent="Anna", token=TOKEN, now=NOON)
    assert rules.apply_claim_expiry(claimed, NOON).priority == 11
    reached = rules.apply_attempt(claimed, call(CallbackOutcome.CONNECTED, began_at=NOON), CALENDAR)
    assert (reached.state, reached.kept) == (CallbackState.FULFILLED, False)


def test_an_idle_claim_gives_the_callback_back_and_finds_a_window_that_passed_meanwhile():
    claimed = callback(CallbackState.CLAIMED)
    back = rules.apply_claim_expiry(claimed, NOON - timedelta(minutes=1))
    assert (back.state, back.token, back.kept) == (CallbackState.DUE, None, None)
    assert rules.apply_claim_expiry(claimed, NOON).state is CallbackState.MISSED


def test_a_new_window_is_a_new_promise_and_the_broken_one_stays_counted():
    missed = rules.apply_missed_window(callback())
    window = in_hours(hours=3)
    moved = rules.apply_reschedule(missed, window, due_at=window.start, phone=missed.phone, now=MONDAY)
    assert (moved.state, moved.kept, moved.missed_windows) == (CallbackState.SCHEDULED, None, 1)


def test_without_a_number_nobody_can_call_until_one_is_named():
    uncallable = rules.schedule_callback(callback(phone=None), MONDAY)
    assert (uncallable.state, uncallable.ended_at) == (CallbackState.UNCALLABLE, MONDAY)
    window = in_hours(hours=1)
    named = rules.apply_reschedule(uncallable, window, due_at=window.start, phone="+491711234567", now=MONDAY)
    assert (named.state, named.ended_at) == (CallbackState.SCHEDULED, None)
