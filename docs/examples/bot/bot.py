"""A bot that asks only what is unknown, hands off, is silent while people serve, and goes on when they give back.

ASKONCE_KEY=ask_bot_… python3 bot.py anna@example.de chat-4711

Each line of the standard input is a message of the customer in this chat; what the bot says is printed.
"""

import os
import sys
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread
from uuid import UUID, uuid4

from askonce_client import Client, problem_types, shapes

QUESTIONS = {"order_number": "Which order is it about?", "error_code": "What does the display show?"}
REMEDIES = ("Restart the router", "Hold its reset button for ten seconds")
OUTCOMES = {"yes": shapes.AttemptOutcome.WORKED, "no": shapes.AttemptOutcome.FAILED}
CUSTOMER = shapes.IdentityClaim(kind=shapes.IdentityKind.EMAIL, value=sys.argv[1])
REF = sys.argv[2]
askonce = Client(os.environ.get("ASKONCE_URL", "http://127.0.0.1:8080"), os.environ["ASKONCE_KEY"])
inbox = SimpleQueue()
"""What happens to the dialogue: messages of the customer, events, and None at its end."""


class Dialogue:
    """One chat: what the bot waits for, a fact or the result of a try, and the handoff that it gave."""

    def __init__(self) -> None:
        self.fact = self.attempt = self.handoff_id = self.callback_id = None
        self.follows = False

    def register(self, direction: str, text: str, **more: object) -> shapes.RegistrationResult:
        """Put a message on record; its id is that of the chat platform, so that it counts once."""
        return askonce.register_interaction(
            shapes.Interaction(
                source="shop-bot",
                source_event_id=uuid4().hex,
                occurred_at=datetime.now(UTC),
                channel=shapes.Channel.CHATBOT,
                kind=shapes.InteractionKind.QUESTION if "asks" in more else shapes.InteractionKind.MESSAGE,
                direction=direction,
                identities=[CUSTOMER],
                conversation=shapes.ConversationHint(ref=REF, subject="Router does not connect"),
                participant=shapes.Participant(role="customer" if direction == "inbound" else "bot"),
                text=text,
                **more,
            )
        )

    def say(self, text: str, **more: object) -> None:
        """Tell the customer something, and put it on record."""
        print(text, flush=True)
        self.register("outbound", text, **more)

    def hear(self, text: str) -> None:
        """Put on record what the customer says and what that answers, and go on unless a person serves."""
        more: dict[str, object] = {"facts": {self.fact: text}} if self.fact else {}
        if self.attempt and (outcome := OUTCOMES.get(text.lower())):
            more["attempt"] = shapes.AttemptReport(what=self.attempt, outcome=outcome)
        self.fact = self.attempt = None
        registered = self.register("inbound", text, **more)
        if self.callback_id:
            self.take_number(text)
        elif registered.served_by != "taker":
            self.go_on(registered.conversation_id, registered.version)

    def go_on(self, conversation_id: UUID, version: int) -> None:
        """The next step: ask what is unknown, try what was not tried, else pass on; what has worked ends the chat.

        None while a handoff waits.
        """
        here = shapes.AskingConversation(id=conversation_id)
        view = askonce.look_up_context(shapes.LookupRequest(identity=CUSTOMER, min_version=version, conversation=here))
        if any(one.conversation_id == conversation_id for one in view.handoffs):
            return
        self.handoff_id = None
        matter = next(one for one in view.conversations if one.id == conversation_id)
        tried = {one.what: one.outcome for one in matter.attempts}
        pending = [what for what, outcome in tried.items() if outcome == "pending"]
        asked = shapes.AskRequest(identity=CUSTOMER, fields=[*QUESTIONS], conversation=here)
        if unknown := askonce.ask_known_facts(asked).ask:
            self.fact = unknown[0]
            self.say(QUESTIONS[self.fact], asks=[self.fact])
        elif "worked" in tried.values():
            self.say("I am glad to hear that.")
            resolved = shapes.ConversationPatch(status=shapes.ConversationStatus.RESOLVED)
            askonce.change_conversation(conversation_id, resolved)
            inbox.put(None)
        elif left := [*pending, *(what for what in REMEDIES if what not in tried)]:
            self.attempt = left[0]
            attempt = shapes.AttemptReport(what=self.attempt, outcome=shapes.AttemptOutcome.PENDING)
            self.say(f"Does this help: {self.attempt}? [yes, no]", attempt=attempt)
        else:
            self.hand_off(conversation_id)

    def hand_off(self, conversation_id: UUID) -> None:
        """Pass the chat to people, and hear of what becomes of it; the packet is made of what is on record."""
        handoff = askonce.create_handoff(
            shapes.HandoffRequest(
                identity=CUSTOMER,
                conversation=shapes.ConversationKey(id=conversation_id),
                to=shapes.HandoffTarget(queue="support"),
                mode=shapes.HandoffMode.PASS,
                reason=shapes.HandoffReason(code="unsolved"),
            )
        )
        if handoff.callback_id:
            self.say("My colleagues are not there now.")
            self.promise(askonce.read_callback(handoff.callback_id))
            return
        self.say("I pass you on to a colleague, who sees all that we have tried.")
        self.handoff_id = handoff.id
        if not self.follows:
            Thread(target=follow, args=(handoff.customer_id,), daemon=True).start()
            self.follows = True

    def promise(self, callback: shapes.CallbackAnswer) -> None:
        """Say when the customer will be called; without a number on record, ask for one first."""
        if callback.state == "uncallable":
            self.callback_id = callback.id
            self.say("At which number may they call you?", asks=["tel"])
        else:
            self.callback_id = None
            self.say(f"They will call you, from {callback.promised_from:%d %b %H:%M} UTC on.")

    def take_number(self, phone: str) -> None:
        """Give the promised call a number; ask again for what is none, or is refused."""
        try:
            self.promise(askonce.reschedule_callback(self.callback_id, shapes.RescheduleRequest(phone=phone)))
        except problem_types.InvalidInput:
            self.say("I cannot use that number. Is there another one?", asks=["tel"])

    def look_at_handoff(self) -> None:
        """Go on if the desk has given the chat back."""
        if self.handoff_id and (handoff := askonce.read_handoff(self.handoff_id)).state == "returned":
            self.go_on(handoff.conversation_id, handoff.version)


def follow(customer_id: UUID) -> None:
    """Events of this customer; the first one says that the stream is open."""
    for event in askonce.follow_events(customer=customer_id):
        inbox.put(event)


def listen() -> None:
    """Messages of the customer."""
    for line in sys.stdin:
        inbox.put(line.strip())
    inbox.put(None)


Thread(target=listen, daemon=True).start()
dialogue = Dialogue()
for happened in iter(inbox.get, None):
    if isinstance(happened, str):
        dialogue.hear(happened)
    elif happened.type == "reset" or happened.type.startswith("handoff."):
        dialogue.look_at_handoff()
