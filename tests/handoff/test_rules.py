"""What may happen to a handoff: the table of rules once more, in words, and what each step makes of it."""

import pytest

from service.errors import Conflict, HandoffClosed, HandoffTaken, HandoffTokenStale
from service.handoff import rules
from service.handoff.model import Offer, OfferEnd, OfferTarget
from service.handoff.rules import HANDOFF_TRANSITIONS, NEXT_OFFER, TAKER_ACTIONS, HandoffAction
from service.model.vocabulary import OPEN_HANDOFF_STATES, HandoffMode, HandoffState
from tests.handoff.examples import MONDAY, TOKEN, handoff, queue

TABLE_IN_WORDS = """
    action     | offered   | accepted    | active
    accept     | accepted  | -           | -
    take over  | accepted  | accepted    | accepted
    decline    | onward    | -           | -
    expire     | onward    | -           | -
    withdraw   | withdrawn | -           | -
    replace    | withdrawn | withdrawn   | withdrawn
    resolve    | withdrawn | -           | -
    start      | -         | active      | active
    note       | -         | accepted    | active
    complete   | -         | completed   | completed
    return     | -         | returned    | returned
    transfer   | -         | transferred | transferred
    fail       | -         | failed      | failed
    lose call  | failed    | failed      | failed
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE_IN_WORDS.strip().splitlines()]
CELLS = [(state, row[0], cell) for row in ROWS[1:] for state, cell in zip(ROWS[0][1:], row[1:], strict=True)]
FINAL = sorted(set(HandoffState) - OPEN_HANDOFF_STATES)


@pytest.mark.parametrize(("state", "action", "cell"), CELLS)
def test_an_open_handoff_goes_where_the_table_says(state, action, cell):
    known = HANDOFF_TRANSITIONS[HandoffState(state)].get(HandoffAction(action), "-")
    assert (cell if cell != "onward" else NEXT_OFFER) == known


def test_the_table_in_words_leaves_no_action_and_no_open_state_out():
    assert {row[0] for row in ROWS[1:]} == set(HandoffAction)
    assert set(ROWS[0][1:]) == OPEN_HANDOFF_STATES == set(HANDOFF_TRANSITIONS)


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("action", HandoffAction)
def test_nothing_more_happens_to_a_handoff_that_is_over(state, action):
    over = handoff(state, ended_at=MONDAY)
    with pytest.raises(Conflict) as refused:
        rules.check_handoff_action(over, action, agent="Anna", token=str(TOKEN))
    assert refused.value.state == state


@pytest.mark.parametrize("action", sorted(TAKER_ACTIONS))
@pytest.mark.parametrize("state", sorted(HandoffState))
def test_a_wrong_token_is_refused_in_every_state(state, action):
    with pytest.raises(HandoffTokenStale):
        rules.check_handoff_action(handoff(state), action, token="not the token")


def test_the_second_taker_is_told_that_it_is_taken_even_when_the_first_is_done():
    for state in (HandoffState.ACCEPTED, HandoffState.COMPLETED):
        with pytest.raises(HandoffTaken) as refused:
            rules.check_handoff_action(handoff(state), HandoffAction.ACCEPT, agent="Ben")
        assert refused.value.state == state


def test_who_accepts_what_nobody_took_in_time_is_told_that_it_is_over():
    fell_back = handoff(HandoffState.FELL_BACK, taken_by=None, token=None)
    with pytest.raises(HandoffClosed):
        rules.check_handoff_action(fell_back, HandoffAction.ACCEPT, agent="Ben")


def test_an_offer_to_one_agent_is_for_nobody_else():
    to_anna = handoff(offers=(Offer(to=OfferTarget(queue="support", agent="Anna"), offered_at=MONDAY),))
    rules.check_handoff_action(to_anna, HandoffAction.ACCEPT, agent="Anna")
    rules.check_handoff_action(to_anna, HandoffAction.TAKE_OVER, agent="Ben")
    for action in (HandoffAction.ACCEPT, HandoffAction.DECLINE):
        with pytest.raises(HandoffTaken):
            rules.check_handoff_action(to_anna, action, agent="Ben")


def test_who_takes_over_ends_the_offer_and_makes_the_old_token_stale():
    taken = rules.apply_take(handoff(), HandoffAction.ACCEPT, agent="Anna", token=TOKEN, now=MONDAY)
    over = rules.apply_take(taken, HandoffAction.TAKE_OVER, agent="Ben", token=handoff().handoff_id, now=MONDAY)
    assert (taken.offers[-1].end, taken.offers[-1].by) == (OfferEnd.ACCEPTED, "Anna")
    assert (over.taken_by, over.state, over.offers) == ("Ben", HandoffState.ACCEPTED, taken.offers)
    with pytest.raises(HandoffTokenStale):
        rules.check_handoff_action(over, HandoffAction.COMPLETE, token=str(TOKEN))


def test_an_offer_still_standing_ends_with_its_handoff():
    replaced = rules.apply_end(handoff(), HandoffAction.REPLACE, now=MONDAY)
    assert (replaced.state, replaced.offers[-1].end) == (HandoffState.WITHDRAWN, OfferEnd.WITHDRAWN)


@pytest.mark.parametrize(
    ("mode", "state", "served_by"),
    [
        (HandoffMode.OFFER, HandoffState.OFFERED, "giver"),
        (HandoffMode.PASS, HandoffState.OFFERED, "nobody"),
        (HandoffMode.OFFER, HandoffState.ACCEPTED, "taker"),
        (HandoffMode.PASS, HandoffState.ACTIVE, "taker"),
        (HandoffMode.PASS, HandoffState.COMPLETED, None),
    ],
)
def test_it_is_clear_who_has_the_customer(mode, state, served_by):
    assert rules.served_by(handoff(state, mode=mode)) == served_by


SERVED_BY_IN_WORDS = """
    state       | offer  | pass   | offer after a transfer
    offered     | giver  | nobody | taker
    accepted    | taker  | taker  | taker
    active      | taker  | taker  | taker
    completed   | nobody | nobody | nobody
    returned    | giver  | giver  | giver
    transferred | nobody | nobody | nobody
    failed      | nobody | nobody | nobody
    withdrawn   | giver  | giver  | giver
    fell_back   | nobody | nobody | nobody
"""


def test_who_serves_a_conversation_follows_from_its_latest_handoff():
    rows = [[cell.strip() for cell in line.split("|")] for line in SERVED_BY_IN_WORDS.strip().splitlines()[1:]]
    assert [row[0] for row in rows] == list(HandoffState)
    for state, offered, passed, transferred in rows:
        answers = [
            rules.conversation_served_by(HandoffState(state), mode, transferred=moved)
            for mode, moved in ((HandoffMode.OFFER, False), (HandoffMode.PASS, False), (HandoffMode.OFFER, True))
        ]
        assert answers == [offered, passed, transferred], state


@pytest.mark.parametrize(
    ("offers", "may"),
    [
        ([], True),
        (["support", "support"], True),
        (["support", "support", "support"], False),
        (["support", "support", "other"], True),
        (["support", "support", "support/Anna"], True),
    ],
)
def test_a_queue_is_asked_three_times_and_offers_to_one_agent_do_not_count(offers, may):
    targets = [
        OfferTarget(queue=name, agent=agent or None) for name, _, agent in (one.partition("/") for one in offers)
    ]
    asked = handoff(offers=tuple(Offer(to=target, offered_at=MONDAY) for target in targets))
    assert rules.may_be_offered_to(asked, queue("support", max_offers=3)) is may
