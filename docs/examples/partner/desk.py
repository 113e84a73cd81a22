"""A partner's desk: takes what waits in its queue, the promised calls first, and puts on record how it went.

ASKONCE_KEY=ask_partner_… python3 desk.py fixit-7

The key sees its own queue alone. Run it whenever the agent is free, or a webhook of the queue has come.
"""

import os
import sys

from askonce_client import Client, every, problem_types, shapes

AGENT = sys.argv[1]
askonce = Client(os.environ.get("ASKONCE_URL", "http://127.0.0.1:8080"), os.environ["ASKONCE_KEY"])


def ask(question: str) -> str:
    """What the agent answers."""
    print(question)
    return input()


def call_back(callback: shapes.CallbackAnswer) -> None:
    """Claim a promised call, which shows the number, and report how it went."""
    claim = askonce.claim_callback(callback.id, shapes.ClaimRequest(agent=AGENT))
    print(f"CALL {claim.phone}: {claim.reason}")
    outcome = shapes.CallbackOutcome(ask(f"How did it go? [{', '.join(shapes.CallbackOutcome)}]"))
    report = shapes.CallAttemptInput(token=str(claim.token), outcome=outcome, note=ask("Note?") or None)
    print("The call is", askonce.report_call_attempt(callback.id, report).state)


def serve(handoff: shapes.HandoffAnswer) -> None:
    """Take a conversation, or pass it on at once; read what may be seen, work on it, and end it."""
    print(askonce.read_handoff_brief_as_text(handoff.id, accept="text/plain", accept_language="en"))
    if (answer := ask("Take it? [yes, or why not]")) != "yes":
        askonce.decline_handoff(handoff.id, shapes.DeclineRequest(agent=AGENT, reason=answer))
        return
    token = str(askonce.accept_handoff(handoff.id, shapes.AcceptRequest(agent=AGENT)).token)
    view = askonce.read_context(handoff.customer_id)
    print("Masked, since you do not call them:", view.customer.phone)
    tried = shapes.AttemptReport(what=ask("What do you try?"), outcome=shapes.AttemptOutcome(ask("How did it go?")))
    askonce.add_handoff_note(handoff.id, shapes.DeskNote(token=token, attempt=tried))
    ending = shapes.HandoffEnding(token=token, outcome=ask("How did it end, in a word?"), summary=ask("Summary?"))
    print("The conversation is", askonce.complete_handoff(handoff.id, ending).state)


def work_through() -> None:
    """Everything that waits now, the most urgent first; what a colleague took or what is over is left alone."""
    for take, waiting in (
        (call_back, every(askonce.list_callbacks, state=shapes.CallbackState.DUE)),
        (serve, every(askonce.list_handoffs, state=shapes.HandoffState.OFFERED)),
    ):
        for one in list(waiting):
            try:
                take(one)
            except (problem_types.Conflict, problem_types.Absent) as problem:
                print(problem.title)


work_through()
