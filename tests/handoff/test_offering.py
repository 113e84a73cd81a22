"""Where a handoff is offered next."""

from datetime import timedelta

from service.handoff.model import Offer, OfferTarget
from service.handoff.offering import with_next_offer
from tests.handoff.examples import MONDAY, handoff, queue

EVENING = MONDAY.replace(hour=17)  # 18:00 in Berlin
ALWAYS = "24/7"


def offered(times: int, **desk: str):
    return tuple(Offer(to=OfferTarget(**{"queue": "support", **desk}), offered_at=MONDAY) for _ in range(times))


def test_an_open_queue_is_asked_for_as_long_as_its_timeout():
    asked = with_next_offer(handoff(offers=()), [queue(offer_timeout_s=90)], now=MONDAY)
    assert asked.offers[-1].to == OfferTarget(queue="support")
    assert asked.deadline == MONDAY + timedelta(seconds=90)


def test_an_offer_ends_when_the_queue_closes():
    asked = with_next_offer(handoff(), [queue(offer_timeout_s=600)], now=EVENING - timedelta(minutes=5))
    assert asked.deadline == EVENING


def test_a_queue_that_never_closes_is_asked_for_its_timeout():
    asked = with_next_offer(handoff(), [queue(hours=ALWAYS)], now=EVENING)
    assert asked.deadline == EVENING + timedelta(seconds=60)


def test_a_queue_is_asked_as_often_as_it_wants_to_be():
    assert with_next_offer(handoff(offers=offered(2)), [queue(max_offers=3)], now=MONDAY)
    assert with_next_offer(handoff(offers=offered(3)), [queue(max_offers=3)], now=MONDAY) is None


def test_after_its_last_offer_comes_the_fallback_queue():
    queues = [queue(fallback="night", max_offers=1), queue("night")]
    asked = with_next_offer(handoff(offers=offered(1)), queues, now=MONDAY)
    assert (asked.queue, asked.asked_queue, len(asked.offers)) == ("night", "support", 2)


def test_a_closed_queue_is_passed_over_for_an_open_fallback():
    queues = [queue(fallback="second"), queue("second", fallback="night"), queue("night", hours=ALWAYS)]
    assert with_next_offer(handoff(), queues, now=EVENING).queue == "night"


def test_without_an_open_queue_there_is_no_offer():
    assert with_next_offer(handoff(), [queue(fallback="second"), queue("second")], now=EVENING) is None


def test_an_agent_is_asked_before_their_queue_and_does_not_count_as_the_queue():
    asked = with_next_offer(handoff(offers=()), [queue(max_offers=1)], now=MONDAY, agent="Anna")
    assert asked.offers[-1].to == OfferTarget(queue="support", agent="Anna")
    again = with_next_offer(handoff(offers=asked.offers), [queue(max_offers=1)], now=MONDAY)
    assert again.offers[-1].to == OfferTarget(queue="support")
