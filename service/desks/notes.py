"""What desks tell while they have a conversation, and how their calls went; all of it goes into the record."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, field

from service.db.change import LockedCustomer
from service.desks.model import HandoffSubject, subject_of_handoff
from service.desks.subject import (
    DeskSession,
    desk_interaction,
    register_for_subject,
)
from service.handoff import actions as handoff_actions
from service.handoff.callbacks import actions as callback_actions
from service.handoff.callbacks.model import CallAttemptInput, Callback
from service.handoff.caller import Caller
from service.handoff.model import Handoff, LongText
from service.handoff.rules import HandoffAction
from service.handoff.summaries import add_summary, summary_of_taker
from service.handoff.transitions import Transition
from service.model.ids import new_id
from service.model.interaction import (
    AttemptReport,
    FactName,
    InteractionContent,
    Mood,
    Participant,
    RegistrationResult,
    RequestShape,
    ShortText,
)
from service.model.vocabulary import (
    CallbackOutcome,
    CallOutcome,
    Channel,
    Direction,
    InteractionKind,
    ParticipantRole,
)
from service.registration.sources import HouseSource

_CALL_OUTCOMES = {
    CallbackOutcome.CONNECTED: CallOutcome.ANSWERED,
    CallbackOutcome.NO_ANSWER: CallOutcome.MISSED,
    CallbackOutcome.BUSY: CallOutcome.BUSY,
    CallbackOutcome.FAILED: CallOutcome.FAILED,
    CallbackOutcome.INVALID_NUMBER: CallOutcome.FAILED,
}


class DeskNote(RequestShape, frozen=True):
    """What the taker of a handoff has learned or tried."""

    token: Annotated[
        ShortText, Meta(description="Fencing token that accepting the handoff gave; an old one is refused.")
    ]
    text: Annotated[LongText | None, Meta(description="The note in words; absent when there is none.")] = None
    facts: Annotated[
        dict[FactName, Any],
        Meta(
            max_length=100,
            description="What is known from now on, by fact name (HTML autocomplete tokens where one exists).",
        ),
    ] = field(default_factory=dict)
    attempt: Annotated[
        AttemptReport | None, Meta(description="A try to solve the matter and how it went; absent when none was made.")
    ] = None
    mood: Annotated[
        Mood | None,
        Meta(description="The customer's mood, from -1 (very unhappy) to 1 (very happy); absent when unknown."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse a note that says nothing."""
        if self.text is None and not self.facts and self.attempt is None and self.mood is None:
            raise ValueError("Expected at least one of `text`, `facts`, `attempt`, `mood`")


class HandoffEnding(RequestShape, frozen=True):
    """How a taker ends a handoff; a summary goes into the record."""

    token: Annotated[
        ShortText, Meta(description="Fencing token that accepting the handoff gave; an old one is refused.")
    ]
    outcome: Annotated[
        ShortText | None,
        Meta(description="How it ended, in a word of the company's own; absent, the reason stands for it."),
    ] = None
    reason: Annotated[
        LongText | None, Meta(description="Why it ended so, in words; absent when there is nothing to say.")
    ] = None
    summary: Annotated[
        LongText | None,
        Meta(
            description="What was done for the customer; it is registered as a note, and travels with the "
            "summaries of the conversation."
        ),
    ] = None


async def add_note(session: DeskSession, handoff_id: UUID, desk_note: DeskNote) -> RegistrationResult:
    """Register what the taker tells, in the conversation that was handed over."""
    handoff, _ = await handoff_actions.lock_for_action(
        session.connection, handoff_id, HandoffAction.NOTE, session.caller, token=desk_note.token
    )
    subject = subject_of_handoff(handoff)
    interaction = desk_interaction(
        session,
        subject,
        source=HouseSource.HANDOFF,
        event_id=str(new_id()),
        kind=InteractionKind.NOTE,
        agent=handoff.taken_by,
        text=desk_note.text,
        facts=desk_note.facts,
        attempt=desk_note.attempt,
        mood=desk_note.mood,
    )
    registered, _ = await register_for_subject(session, subject, [interaction])
    return registered


def ending_transition(
    handoff_id: UUID, action: HandoffAction, ending: HandoffEnding, caller: Caller
) -> Transition[Handoff]:
    """The taker completes the handoff or returns it to the giver, and tells nothing."""
    return handoff_actions.complete_or_return(
        handoff_id, action, caller, token=ending.token, outcome=ending.outcome or ending.reason
    )


async def end_handoff(session: DeskSession, handoff_id: UUID, action: HandoffAction, ending: HandoffEnding) -> Handoff:
    """The taker completes the handoff, returns it to the giver, or has failed; then the customer is called back.

    `endings.end_with_summaries` completes and returns many at once.
    """
    handoff, locked = await handoff_actions.lock_for_action(
        session.connection, handoff_id, action, session.caller, token=ending.token
    )
    if ending.summary is not None:
        locked = await _register_summary(session, handoff, ending.summary)
    return await handoff_actions.end_handoff(
        session.connection,
        locked,
        handoff,
        action,
        session.caller,
        outcome=ending.outcome or ending.reason,
        with_callback=action is HandoffAction.FAIL,
    )


async def _register_summary(session: DeskSession, handoff: Handoff, summary: str) -> LockedCustomer:
    await add_summary(session.connection, handoff, summary_of_taker(handoff, summary, session.caller))
    _, locked = await register_for_subject(session, *summary_note(session, handoff, summary))
    return locked


def summary_note(
    session: DeskSession, handoff: Handoff, summary: str
) -> tuple[HandoffSubject, list[InteractionContent]]:
    """The summary at the end of a handoff as a note about its subject."""
    subject = subject_of_handoff(handoff)
    interaction = desk_interaction(
        session,
        subject,
        source=HouseSource.HANDOFF,
        event_id=f"{handoff.handoff_id}:end",
        kind=InteractionKind.NOTE,
        agent=handoff.taken_by,
        text=summary,
    )
    return subject, [interaction]


async def report_call_attempt(session: DeskSession, callback_id: UUID, attempt_input: CallAttemptInput) -> Callback:
    """A call was made: it is an interaction of the customer, and moves the callback on."""
    caller = session.caller
    callback, locked = await callback_actions.lock_for_report(session.connection, callback_id, attempt_input, caller)
    attempt = callback_actions.attempt_from_input(callback, attempt_input, caller.now)
    subject = HandoffSubject(customer_id=locked.owner_id, conversation_id=callback.conversation_id)
    interaction = InteractionContent(
        source=HouseSource.CALLBACK.of(caller.name),
        source_event_id=f"{callback_id}:{len(callback.attempts) + 1}",
        occurred_at=attempt.began_at,
        channel=Channel.PHONE,
        kind=InteractionKind.CALL,
        direction=Direction.OUTBOUND,
        participant=Participant(role=ParticipantRole.AGENT, name=attempt.by),
        text=attempt_input.note,
        outcome=_CALL_OUTCOMES[attempt_input.outcome],
        data={"callback_id": str(callback_id), "outcome": attempt_input.outcome},
    )
    _, locked = await register_for_subject(session, subject, [interaction])
    return await callback_actions.report_attempt(session.connection, locked, callback, attempt_input, caller)
