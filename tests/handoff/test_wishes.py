"""A customer who does not want calls is called only if they asked for the call, or called us themselves."""

from datetime import timedelta
from typing import Any

import pytest

from service.handoff.callbacks.model import RequestedBy
from service.handoff.callbacks.wishes import is_asked_for
from service.model.vocabulary import Channel
from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY

EVENING = MONDAY.replace(hour=19)
PHONE = ("phone", "0171/1234567")
NO_CALLS = {"channels": {"phone": "refused"}}
NO_ADVERTS = {"do_not_contact": [{"channel": "phone", "purpose": "marketing"}]}

ASKED_IN_WORDS = """
    what the callback comes from                | asked for
    a request, by the customer                  | yes
    a request, by the company                   | no
    a handoff that failed after words on phone  | yes
    a handoff that failed after words on email  | no
    a handoff that failed after words on web    | no
    a handoff that failed, nothing said         | no
"""


def test_who_asked_for_a_call_follows_from_what_it_comes_from():
    rows = [[cell.strip() for cell in line.split("|")] for line in ASKED_IN_WORDS.strip().splitlines()[1:]]
    for words, expected in rows:
        last = words.split()[-1]
        if "request" in words:
            asked = is_asked_for(requested_by=RequestedBy(last))
        else:
            asked = is_asked_for(last_channel=Channel(last) if "words on" in words else None)
        assert asked is (expected == "yes"), words


async def wishes(office: Office, wish: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Anna, who turns to us and wishes something; the ids of it."""
    told = (
        await office.desk.register("bot", at=MONDAY, identities=[("email", "anna@example.de"), PHONE], **fields)
    ).json()
    stated = await office.desk("console", "PUT", f"/v1/customers/{told['customer_id']}/preferences", wish)
    assert stated.status_code == 200, stated.text
    return told


async def fell_back(office: Office, told: dict[str, Any]) -> dict[str, Any]:
    """The callback of a handoff of this conversation to a queue that is closed."""
    handoff = (await office.hand_off(conversation={"id": told["conversation_id"]})).json()
    assert handoff["state"] == "fell_back"
    return await office.callback(handoff["callback_id"])


@pytest.mark.parametrize(
    ("wish", "fields", "outcome"),
    [
        (NO_CALLS, {}, ("uncallable", "do_not_contact")),
        ({"do_not_contact": [{"channel": "phone"}]}, {}, ("uncallable", "do_not_contact")),
        ({"do_not_contact": [{"channel": "phone", "purpose": "service"}]}, {}, ("uncallable", "do_not_contact")),
        (NO_ADVERTS, {}, ("scheduled", None)),
        ({"channels": {"email": "refused"}}, {}, ("scheduled", None)),
        (NO_CALLS, {"channel": "phone", "kind": "call", "outcome": "answered"}, ("scheduled", None)),
    ],
)
async def test_a_handoff_that_no_desk_takes_calls_who_called_us_or_does_not_mind(
    office: Office, until: Until, wish, fields, outcome
):
    told = await wishes(office, wish, **fields)
    await until(EVENING)
    callback = await fell_back(office, told)
    assert (callback["state"], callback["end_reason"]) == outcome


async def test_a_call_that_the_customer_lost_is_returned_whatever_they_wish(office: Office):
    told = await wishes(office, NO_CALLS, ref="c-1")
    handoff = (await office.hand_off(conversation={"id": told["conversation_id"]})).json()
    await office.desk.register("bot", at=MONDAY, ref="c-1", channel="phone", kind="call", outcome="abandoned")
    failed = await office.handoff(handoff)
    assert failed["state"] == "failed"
    assert (await office.callback(failed["callback_id"]))["state"] == "due"


@pytest.mark.parametrize(
    ("wish", "asked", "state"),
    [
        (NO_CALLS, {}, "scheduled"),
        (NO_CALLS, {"requested_by": "customer"}, "scheduled"),
        (NO_CALLS, {"requested_by": "company"}, "uncallable"),
        (NO_ADVERTS, {"requested_by": "company"}, "scheduled"),
        (NO_ADVERTS, {"requested_by": "company", "purpose": "marketing"}, "uncallable"),
        (NO_ADVERTS, {"requested_by": "company", "purpose": "survey"}, "scheduled"),
    ],
)
async def test_a_call_that_the_company_wants_is_not_planned_against_the_wish(office: Office, wish, asked, state):
    told = await wishes(office, wish)
    promised = await office.promise(customer_id=told["customer_id"], window=_afternoon(), **asked)
    assert (promised.status_code, promised.json()["state"]) == (201, state), promised.text


async def test_a_call_that_was_not_planned_is_once_the_customer_agrees_to_a_window(office: Office):
    told = await wishes(office, NO_CALLS)
    callback = (await office.promise(customer_id=told["customer_id"], requested_by="company")).json()
    assert callback["end_reason"] == "do_not_contact"
    agreed = await office.call(callback, "reschedule", window=_afternoon())
    assert (agreed.json()["state"], agreed.json()["end_reason"]) == ("scheduled", None)


async def test_the_wish_of_a_merged_customer_counts_for_the_whole_person(office: Office):
    told = await wishes(office, {"channels": {}})
    other = (await office.desk.register(email="a.bauer@example.de", at=MONDAY)).json()["customer_id"]
    await office.desk("console", "PUT", f"/v1/customers/{other}/preferences", NO_CALLS)
    path = f"/v1/customers/{told['customer_id']}/merges"
    assert (await office.desk("console", "PUT", path, {"other_customer_id": other})).status_code == 200
    callback = (await office.promise(customer_id=told["customer_id"], requested_by="company")).json()
    assert (callback["state"], callback["end_reason"]) == ("uncallable", "do_not_contact")


async def test_the_brief_says_what_the_customer_does_not_want_before_it_says_what_is_promised(office: Office):
    december = {"channel": "email", "purpose": "survey", "until": "2026-12-01T00:00:00Z"}
    stated = {"channels": {"web": "preferred", "social": "refused"}} | {
        "do_not_contact": [*NO_ADVERTS["do_not_contact"], december]
    }
    told = await wishes(office, stated)
    called = (await office.promise(customer_id=told["customer_id"], requested_by="company", purpose="marketing")).json()
    path = f"/v1/callbacks/{called['id']}/brief"
    brief = (await office.desk("console", "GET", path)).json()
    assert brief["preferences"]["channels"] == stated["channels"]
    assert [one["channel"] for one in brief["preferences"]["do_not_contact"]] == ["email", "phone"]
    assert brief["text"].partition("Contact:\n")[2] == (
        "  does not want messages on social media\n"
        "  does not want e-mails for surveys (until 1 Dec 2026)\n"
        "  does not want calls for marketing\n"
        "  prefers web\n\n"
        "Promised:\n"
        "  Call between 23 Nov 2026 10:00 and 23 Nov 2026 18:00 (not planned: the customer does not want calls)\n\n"
        "Mood:\n  not known\n"
    )
    german = (await office.desk("console", "GET", path, accept="text/plain", accept_language="de")).text
    assert "  möchte keine Anrufe zur Werbung\n" in german
    assert "(nicht geplant: Anrufe sind nicht erwünscht)" in german


async def test_a_partner_that_calls_reads_the_wish(office: Office):
    told = await wishes(office, NO_ADVERTS)
    handoff = (await office.hand_off(conversation={"id": told["conversation_id"]}, to={"queue": "repairs"})).json()
    brief = (await office.desk("partner", "GET", f"/v1/handoffs/{handoff['id']}/brief")).json()
    assert [one["purpose"] for one in brief["preferences"]["do_not_contact"]] == ["marketing"]


def _afternoon() -> dict[str, str]:
    return {name: (MONDAY + timedelta(hours=hours)).isoformat() for name, hours in (("from", 3), ("to", 5))}
