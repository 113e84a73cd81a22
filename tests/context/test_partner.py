"""What a partner's desk sees, and for how long."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from service.context.handed_over import ENTITLEMENT_DURATION
from service.context.model import CallbackRecord, HandoffRecord
from service.context.partner import partner_view
from service.errors import CustomerUnknown
from service.model.vocabulary import CallbackState, HandoffMode, HandoffState
from tests.context.records import an_id, context, conversation, identity, json
from tests.fixtures import NOW


def handed(queue: str = "repairs", **fields: Any) -> HandoffRecord:
    return HandoffRecord(**{
        "handoff_id": an_id(),
        "state": HandoffState.OFFERED,
        "mode": HandoffMode.OFFER,
        "conversation_id": an_id(),
        "given_by": json({"role": "bot", "name": "the bot"}),
        "queue": queue,
        "agent": None,
        "reason_code": None,
        "reason_text": None,
        "priority": 0,
        "created_at": NOW,
        "deadline": NOW + timedelta(minutes=1),
        "taken_by": None,
        "ended_at": None,
    } | fields)  # fmt: skip


def promised(queue: str = "repairs", **fields: Any) -> CallbackRecord:
    return CallbackRecord(**{
        "callback_id": an_id(),
        "state": CallbackState.SCHEDULED,
        "conversation_id": None,
        "handoff_id": None,
        "queue": queue,
        "phone": "+491711234567",
        "reason": "Router",
        "promised_from": NOW,
        "promised_to": NOW + timedelta(hours=1),
        "due_at": NOW,
        "attempts": 0,
        "kept": None,
        "priority": 0,
        "preferred_agent": None,
        "ended_at": None,
    } | fields)  # fmt: skip


@pytest.mark.promise("S1")
def test_without_a_handoff_or_callback_of_its_queue_the_customer_is_absent():
    with pytest.raises(CustomerUnknown):
        partner_view(context(handoffs=(handed("support"),)), "repairs")


@pytest.mark.parametrize("record", [{"handoffs": (handed(),)}, {"callbacks": (promised(),)}])
def test_a_handoff_or_a_callback_of_its_queue_entitles_a_partner(record):
    assert partner_view(context(**record), "repairs")


@pytest.mark.parametrize(
    ("ago", "entitled"), [(ENTITLEMENT_DURATION - timedelta(seconds=1), True), (ENTITLEMENT_DURATION, False)]
)
def test_the_entitlement_ends_a_day_after_the_matter(ago, entitled):
    found = context(handoffs=(handed(ended_at=NOW - ago, state=HandoffState.COMPLETED),))
    assert [one.queue for one in found.entitlements] == (["repairs"] if entitled else [])
    assert found.handoffs == ()


def test_the_views_end_with_the_entitlement():
    found = context(handoffs=(handed(ended_at=NOW - timedelta(hours=23), state=HandoffState.COMPLETED),))
    assert found.valid_until == NOW + timedelta(hours=1)


def test_a_partner_sees_the_conversation_it_was_handed_and_no_other():
    handed_over, other = conversation(subject="Router"), conversation(subject="Insurance")
    found = context(conversations=(handed_over, other), handoffs=(handed(conversation_id=handed_over.conversation_id),))
    assert [one.subject for one in partner_view(found, "repairs").conversations] == ["Router"]


def test_a_partner_sees_what_its_own_queue_has_and_not_what_another_has():
    found = context(handoffs=(handed(), handed("support")), callbacks=(promised(), promised("support")))
    view = partner_view(found, "repairs")
    assert [one.to.queue for one in view.handoffs] == ["repairs"]
    assert len(view.callbacks) == 1


def test_a_partner_sees_the_telephone_number_masked_and_nothing_else_of_the_person():
    found = context(identities=(identity("phone", "+491711234567"), identity()), handoffs=(handed(),))
    body = msgspec.json.encode(partner_view(found, "repairs"))
    assert "+49 ••• 67" in body.decode()
    assert b"1234" not in body
    assert b"anna" not in body.lower()


def test_a_callback_that_waits_for_a_number_is_still_shown():
    found = context(callbacks=(promised(state=CallbackState.UNCALLABLE, phone=None, ended_at=NOW),))
    assert [one.state for one in found.callbacks] == [CallbackState.UNCALLABLE]
