"""What a batch of interactions changes, without a database: rows and tallies of customers, facts and attempts."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from service.identity.customers import CustomerState
from service.identity.model import Identity, IdentityConflict, Owner, Resolution
from service.model.vocabulary import IdentityKind
from service.registration.plan import RegistrationPlan, same_value
from service.registration.prepare import prepare_submission
from service.registration.resolve import resolve_submissions
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event

ANNA, BEN = UUID(int=1), UUID(int=2)
HOUR = timedelta(hours=1)


class Batch:
    """A plan for one customer, and what its parts say in short."""

    def __init__(self, *, conversations=(), facts=()) -> None:
        self.customer = CustomerState(customer_id=ANNA, version=4)
        self.plan = RegistrationPlan({ANNA: self.customer}, conversations, facts, now=NOW, reopen=timedelta(days=7))

    def add(self, *, conflicts=(), **fields):
        resolution = Resolution(customer_id=ANNA, is_new=False, attach=(), verify=(), conflicts=conflicts)
        return self.plan.add(submission(**fields), resolution)

    def known(self, name="order_number"):
        return msgspec.json.decode(self.plan.facts[ANNA, name].value)

    @property
    def ended(self):
        return [(row.name, msgspec.json.decode(row.value)) for row in self.plan.fact_history]


def submission(**fields):
    return prepare_submission(event(**fields), key_id=KEY_ID, region="DE")


def owner(customer_id) -> Owner:
    return Owner(customer_id=customer_id, verified=False)


EMAIL = Identity(IdentityKind.EMAIL, "anna@example.de")


def test_two_first_contacts_of_one_batch_by_the_same_identity_are_one_customer():
    resolved = resolve_submissions([submission(), submission()], {})
    assert len(resolved.new_customers) == 1
    assert [row.value for row in resolved.attach] == ["anna@example.de"]
    assert [one.is_new for one in resolved.resolutions] == [True, False]


def test_an_identity_stated_twice_in_one_interaction_is_attached_once():
    twice = [("email", "anna@example.de"), ("email", "Anna@example.de")]
    assert len(resolve_submissions([submission(identities=twice)], {}).attach) == 1


def test_a_submission_that_names_its_customer_is_of_that_customer_whatever_it_states():
    named = submission()._replace(customer_id=BEN, claims=())
    assert resolve_submissions([named], {EMAIL: owner(ANNA)}).resolutions[0].customer_id == BEN


def test_every_interaction_is_one_more_version_and_one_more_of_the_tally():
    batch = Batch()
    receipts = [batch.add(), batch.add()]
    assert [receipt.version for receipt in receipts] == [5, 6]
    assert (batch.customer.version, batch.customer.interactions) == (6, 2)


def test_the_customer_is_known_since_the_earliest_touchpoint():
    batch = Batch()
    batch.add(at=NOW)
    batch.add(at=NOW - HOUR)
    assert batch.customer.since == NOW - HOUR


@pytest.mark.parametrize(
    ("role", "direction", "name", "language"),
    [
        ("customer", "inbound", "Anna", "de"),
        ("customer", "outbound", "Anna", None),
        ("agent", "inbound", None, "de"),
        ("bot", "outbound", None, None),
    ],
)
def test_the_customer_alone_says_a_name_and_what_language_the_customer_writes(role, direction, name, language):
    batch = Batch()
    batch.add(participant={"role": role, "name": "Anna"}, direction=direction, language="de")
    assert (batch.customer.name, batch.customer.language) == (name, language)


def test_the_first_name_stays_until_it_is_corrected():
    batch = Batch()
    for name in ("Anna", "A. Mayer"):
        batch.add(participant={"role": "customer", "name": name})
    assert batch.customer.name == "Anna"


def test_a_fact_is_known_from_the_interaction_that_told_it():
    batch = Batch()
    receipt = batch.add(facts={"order_number": "A-1"})
    row = batch.plan.facts[ANNA, "order_number"]
    assert (batch.known(), row.version, row.conversation_id) == ("A-1", receipt.version, receipt.conversation_id)
    assert batch.ended == []


def test_a_later_value_replaces_the_known_one_which_goes_to_the_history():
    batch = Batch()
    batch.add(facts={"order_number": "A-1"}, at=NOW - HOUR)
    batch.add(facts={"order_number": "A-2"})
    assert (batch.known(), batch.ended) == ("A-2", [("order_number", "A-1")])


def test_a_value_that_comes_late_goes_straight_to_the_history():
    batch = Batch()
    batch.add(facts={"order_number": "A-2"})
    batch.add(facts={"order_number": "A-1"}, at=NOW - HOUR)
    assert (batch.known(), batch.ended) == ("A-2", [("order_number", "A-1")])


def test_the_same_value_again_leaves_no_history():
    batch = Batch()
    for at in (NOW - HOUR, NOW):
        batch.add(facts={"address": {"city": "Ulm", "zip": "89073"}}, at=at)
    assert batch.ended == []


def test_a_sender_whose_clock_is_ahead_does_not_win_over_all_that_follows():
    batch = Batch()
    batch.add(facts={"order_number": "A-1"}, at=NOW + timedelta(days=3650))
    batch.add(facts={"order_number": "A-2"})
    assert batch.known() == "A-2"


def test_an_empty_slot_of_a_bot_tells_nothing():
    batch = Batch()
    batch.add(facts={"order_number": None})
    assert batch.plan.facts == {}


def test_a_fact_of_another_member_of_the_merge_set_is_not_the_customers_own():
    told = Batch()
    told.add(facts={"order_number": "A-1"}, at=NOW - HOUR)
    of_ben = told.plan.facts[ANNA, "order_number"]._replace(customer_id=BEN)
    batch = Batch(facts=[of_ben])
    batch.add(asks=["order_number", "postal-code"], facts={"order_number": "A-2"})
    assert batch.customer.repeated_questions == 0
    assert batch.ended == []


def test_asking_for_what_is_known_counts_as_a_repeated_question_and_for_what_is_told_now_does_not():
    batch = Batch()
    batch.add(facts={"order_number": "A-1"}, asks=["order_number"])
    assert batch.customer.repeated_questions == 0
    batch.add(asks=["order_number"])
    assert (batch.customer.repeated_questions, batch.plan.interactions[-1].repeated_questions) == (1, 1)


@pytest.mark.parametrize(("hours_later", "outcome"), [(1, "failed"), (0, "failed"), (-1, "pending")])
def test_the_newest_report_of_an_attempt_counts_in_whatever_order_they_come(hours_later, outcome):
    batch = Batch()
    batch.add(attempt=("Restarted the router", "pending"), at=NOW - 2 * HOUR)
    batch.add(attempt=("restarted  THE router", "failed"), at=NOW - 2 * HOUR + hours_later * HOUR)
    assert [row.outcome for row in batch.plan.attempts.values()] == [outcome]


def test_the_same_attempt_in_another_conversation_is_another_attempt():
    batch = Batch()
    for ref in ("a", "b"):
        batch.add(attempt=("Restarted the router", "failed"), ref=ref)
    assert len(batch.plan.attempts) == 2


def test_interactions_of_one_batch_continue_the_conversation_that_the_first_opens():
    batch = Batch()
    receipts = [batch.add(ref="a"), batch.add(ref="a"), batch.add(ref="b")]
    assert receipts[0].conversation_id == receipts[1].conversation_id != receipts[2].conversation_id
    assert batch.plan.conversations[receipts[0].conversation_id].interactions == 2


def test_a_conflict_is_recorded_with_the_interaction_that_showed_it():
    batch = Batch()
    conflict = IdentityConflict(customer_id=ANNA, other_customer_id=BEN, identity=EMAIL)
    receipt = batch.add(conflicts=(conflict,))
    assert batch.plan.conflicts == [(conflict, receipt.interaction_id)]


@pytest.mark.parametrize(
    ("new", "old", "same"),
    [
        ('"A-1"', '"A-1"', True),
        ('{"a":1,"b":2}', '{"b": 2, "a": 1}', True),
        ('"1"', "1", False),
        ("[1,2]", "[2,1]", False),
    ],
)
def test_two_texts_of_json_are_the_same_value_whatever_their_spaces_and_order_of_names(new, old, same):
    assert same_value(new, old) is same
