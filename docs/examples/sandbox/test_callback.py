"""A bot's handoff that nobody takes becomes a callback, and the customer is called when the desk opens."""

from conftest import Sandbox

HOURS = {"time_zone": "Europe/Berlin", "hours": "Mo-Fr 09:00-18:00"}


def test_a_handoff_that_nobody_takes_is_called_back_the_next_morning(sandbox: Sandbox) -> None:
    """The clock of the sandbox says Monday, ten to six in the evening, in Berlin."""
    queue = {"title": "Repairs", "calendar": HOURS, "offer_timeout_s": 120, "fallback": {"callback": True}}
    sandbox.request("admin", "PUT", "/v1/queues/repairs", queue)
    murat = sandbox.customers["murat"]
    asked = {
        "identity": murat["identities"][0],
        "subject": "The line is dead",
        "to": {"queue": "repairs"},
        "reason": {"code": "unsolved", "text": "The restart did not help."},
        "summary": "Restarted twice.",
    }
    handoff = sandbox.request("bot", "POST", "/v1/handoffs", asked, idempotency_key="handoff-1")

    sandbox.advance(15 * 60)  # nobody takes it, and the desk closes

    handoff = sandbox.request("console", "GET", f"/v1/handoffs/{handoff['id']}")
    assert handoff["state"] == "fell_back"
    callback = sandbox.request("console", "GET", f"/v1/callbacks/{handoff['callback_id']}")
    assert callback["promised_from"] == "2026-03-03T08:00:00Z"

    sandbox.move_to(callback["promised_from"])

    callback = sandbox.request("console", "GET", f"/v1/callbacks/{handoff['callback_id']}")
    assert callback["state"] == "due"


def test_nothing_of_the_test_before_is_there(sandbox: Sandbox) -> None:
    """Tests do not see each other, in whatever order they run."""
    murat = {"identity": sandbox.customers["murat"]["identities"][0]}
    context = sandbox.request("console", "POST", "/v1/context/lookup", murat)
    assert context["callbacks"] == []
