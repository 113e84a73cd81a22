"""How urgent the calls in an agent's list of work are."""

from datetime import timedelta
from uuid import uuid4

import pytest

from service.desks.worklist import CallbackAtHand, CallbackUrgency
from service.model.vocabulary import CallbackState
from tests.fixtures import NOW

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "due_in", "ends_in", "kept", "urgency"),
    [
        (CallbackState.SCHEDULED, 5 * MINUTE, 60 * MINUTE, None, CallbackUrgency.LATER),
        (CallbackState.SCHEDULED, 0 * MINUTE, 60 * MINUTE, None, CallbackUrgency.DUE),
        (CallbackState.DUE, -5 * MINUTE, 60 * MINUTE, None, CallbackUrgency.DUE),
        (CallbackState.CLAIMED, -5 * MINUTE, 60 * MINUTE, None, CallbackUrgency.DUE),
        (CallbackState.DUE, -5 * MINUTE, 0 * MINUTE, None, CallbackUrgency.MISSED),
        (CallbackState.MISSED, -5 * MINUTE, -5 * MINUTE, False, CallbackUrgency.MISSED),
        (CallbackState.SCHEDULED, 5 * MINUTE, -5 * MINUTE, True, CallbackUrgency.LATER),
    ],
)
def test_a_call_is_missed_once_its_window_has_passed_and_due_from_its_time_on(state, due_in, ends_in, kept, urgency):
    callback = CallbackAtHand(
        callback_id=uuid4(),
        customer_id=uuid4(),
        customer_name=None,
        restricted=False,
        queue="support",
        reason="",
        state=state,
        promised_from=NOW - 60 * MINUTE,
        promised_to=NOW + ends_in,
        due_at=NOW + due_in,
        kept=kept,
        attempts=0,
        max_attempts=3,
        last_outcome=None,
        preferred_agent=None,
        is_calling=False,
        claimed_by=None,
    )
    assert callback.urgency(NOW) is urgency
