"""An agent's desktop: who calls at this telephone, and the conversations that are handed to this queue.

ASKONCE_KEY=ask_console_… python3 desktop.py berta 21 support
"""

import os
import sys

from askonce_client import Client, every, problem_types, shapes

AGENT, TELEPHONE, QUEUE = sys.argv[1:]
askonce = Client(os.environ.get("ASKONCE_URL", "http://127.0.0.1:8080"), os.environ["ASKONCE_KEY"])


def show_call(call_ref: str) -> None:
    """The screen pop, if this call rings at this telephone or was picked up here."""
    call = askonce.read_screen_pop(call_ref=call_ref)
    rings, view = TELEPHONE in call.rings_at, call.context
    if not rings and call.agent != TELEPHONE:
        return
    print("RINGS" if rings else "SPEAKS", *(number.value for number in call.numbers))
    print(f"  {view.customer.name or 'no name yet'}, {view.customer.assurance}; mood {view.signals.mood}")
    for matter in view.conversations:
        tried = [f"{attempt.what} ({attempt.outcome})" for attempt in matter.attempts]
        print(f"  {matter.subject or 'without a subject'} ({matter.status})", *tried, sep="\n    tried: ")
    print("  do not ask:", ", ".join(f"{name} = {fact.value}" for name, fact in view.known.items()))
    for condition in view.conditions:
        print(f"  holds: {condition.title}")
    for promise in view.callbacks:
        print(f"  promised: a call until {promise.promised_to:%d %b %H:%M} UTC")


def serve(handoff_id: str) -> None:
    """Take a conversation that waits for this queue, if the agent wants it, and work on it to its end."""
    handoff = askonce.read_handoff(handoff_id)
    if handoff.state != "offered" or handoff.to.queue != QUEUE or handoff.to.agent not in {None, AGENT}:
        return
    print(askonce.read_handoff_brief_as_text(handoff_id, accept="text/plain", accept_language="en"))
    if input("Take it? [yes, no] ") != "yes":
        return
    token = str(askonce.accept_handoff(handoff_id, shapes.AcceptRequest(agent=AGENT)).token)
    askonce.start_handoff(handoff_id, shapes.TokenRequest(token=token))
    what, went = input("What do you try? "), input(f"How did it go? [{', '.join(shapes.AttemptOutcome)}] ")
    attempt, mood = shapes.AttemptReport(what=what, outcome=went), float(input("The customer's mood? [-1 to 1] "))
    askonce.add_handoff_note(handoff_id, shapes.DeskNote(token=token, attempt=attempt, mood=mood))
    outcome, summary = input("How did it end, in a word of yours? "), input("Summary? ")
    askonce.complete_handoff(handoff_id, shapes.HandoffEnding(token=token, outcome=outcome, summary=summary))


for event in askonce.follow_events():
    try:
        if event.type == "reset":  # the stream is open, or its place was lost: load what waits
            for waiting in every(askonce.list_handoffs, queue=QUEUE, state=shapes.HandoffState.OFFERED):
                serve(str(waiting.id))
        elif event.type in {"call.ringing", "call.answered"} and event.data["call_ref"]:
            show_call(event.data["call_ref"])
        elif event.type == "handoff.offered":
            serve(event.data["handoff_id"])
    except (problem_types.Conflict, problem_types.Absent) as problem:  # a colleague was faster; it has gone
        print(problem)
