"""The one table of how calls end: what telephone systems say, and what it means."""

import re

from service.model.vocabulary import CallOutcome

_NOT_LETTER = re.compile(r"[^a-z]+")

_OUTCOMES = {
    "completed": CallOutcome.ANSWERED,  # Twilio
    "answer": CallOutcome.ANSWERED,  # Asterisk, of a dialled leg
    "answered": CallOutcome.ANSWERED,  # Asterisk, of a call record; Twilio, of a dialled leg
    "accepted": CallOutcome.ANSWERED,  # Placetel
    "noanswer": CallOutcome.MISSED,  # all of them, with a hyphen, a space or a capital letter
    "missed": CallOutcome.MISSED,  # Placetel
    "busy": CallOutcome.BUSY,
    "cancel": CallOutcome.ABANDONED,  # CTI and Asterisk: the caller gave up
    "canceled": CallOutcome.ABANDONED,  # Twilio
    "cancelled": CallOutcome.ABANDONED,
    "failed": CallOutcome.FAILED,
    "congestion": CallOutcome.FAILED,
    "chanunavail": CallOutcome.FAILED,  # Asterisk: no telephone there
    "invalidargs": CallOutcome.FAILED,  # Asterisk: its own dial plan
    "notfound": CallOutcome.FAILED,  # CTI: no such number
    "blocked": CallOutcome.FAILED,  # Placetel
    "unavailable": CallOutcome.FAILED,  # Placetel
    "forwarded": CallOutcome.FORWARDED,
    "voicemail": CallOutcome.VOICEMAIL,
}


def call_outcome(word: str | None) -> CallOutcome | None:
    """What a vendor's word means, however it is written.

    None for what says nothing: `normalClearing` ends a conversation, but also a call that nobody took.
    """
    return _OUTCOMES.get(_NOT_LETTER.sub("", (word or "").casefold()))
