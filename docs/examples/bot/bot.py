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

from askonce_client import Client, shapes

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
        self.fact = self.attempt = self.handoff_id = None
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
        """Put on record what the customer says and what that answers, then go on, unless people serve."""
        more: dict[str, object] = {"facts": {self.fact: text}} if self.fact else {}
        if self.attempt and (outcome := OUTCOMES.get(text.lower())):
            more["attempt"] = shapes.AttemptReport(what=self.attempt, outcome=outcome)
        self.fact = self.attempt = None
        registered = self.register("inbound", text, **more)
        if self.may_speak(registered.served_by):
            self.go_on(registered.conversation_id, registered.version)

    def may_speak(self, served_by: str | None) -> bool:
        """Nobody serves while a handoff waits, when the bot is silent, and after a desk has ended it."""
        if served_by == "nobody" and self.handoff_id:
            return askonce.read_handoff(self.handoff_id).state != "offered"
        return served_by != "taker"

    def go_on(self, conversation_id: UUID, version: int) -> None:
        """The next step: ask what is unknown, try what was not tried, else pass on; what has worked ends the chat."""
        here = shapes.AskingConversation(id=conversation_id)
        unknown = askonce.ask_known_facts(
            shapes.AskRequest(identity=CUSTOMER, fields=[*QUESTIONS], conversation=here)
        ).ask
        if unknown:
            self.fact = unknown[0]
            self.say(QUESTIONS[self.fact], asks=[self.fact])
            return
        view = askonce.look_up_context(shapes.LookupRequest(identity=CUSTOMER, min_version=version, conversation=here))
        tried = {
            one.what: one.outcome
            for matter in view.conversations
            if matter.id == conversation_id
            for one in matter.attempts
        }
        pending = [what for what, outcome in tried.items() if outcome == "pending"]
        if "worked" in tried.values():
            self.say("I am glad to hear that.")
            resolved = shapes.ConversationPatch(status=shapes.ConversationStatus.RESOLVED)
            askonce.change_conversation(conversation_id, resolved)
            inbox.put(None)
        elif left := [*pending, *(what for what in REMEDIES if what not in tried)]:
            self.attempt = left[0]
            attempt = shapes.AttemptReport(what=self.attempt, outcome=shapes.AttemptOutcome.PENDING)
            self.say(f"Does this help: {self.attempt}? [yes, no]", attempt=attempt)
        else:
            self.hand_off()

    def hand_off(self) -> None:
        """Pass the chat to people, and hear of what becomes of it; the packet is made of what is on record."""
        self.say("I pass you on to a colleague, who sees all that we have tried.")
        handoff = askonce.create_handoff(
            shapes.HandoffRequest(
                identity=CUSTOMER,
                conversation=shapes.ConversationKey(ref=REF),
                to=shapes.HandoffTarget(queue="support"),
                mode=shapes.HandoffMode.PASS,
                reason=shapes.HandoffReason(code="unsolved"),
            )
        )
        if handoff.state == "fell_back":
            promise = askonce.read_callback(handoff.callback_id)
            self.say(
                f"Our colleagues are not there. You will be called from {promise.promised_from:%d %b %H:%M} UTC on."
            )
            return
        self.handoff_id = handoff.id
        if not self.follows:
            Thread(target=follow, args=(handoff.customer_id,), daemon=True).start()
            self.follows = True

    def look_at_handoff(self) -> None:
        """Go on if the desk has given the chat back."""
        if self.handoff_id and (handoff := askonce.read_handoff(self.handoff_id)).state == "returned":
            self.handoff_id = None
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
