"""An agent asks the customer for something that only they should know: a right answer makes it surer who is there.

The assurance of a contact is that of the newest interaction in which the customer turned to us, so a right answer is
one more such interaction; the next contact begins anew. The answer itself is never stored.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct

from service.access.model import Principal
from service.access.pauses import begin_try, forgive_try
from service.conditions.candidates import read_answers
from service.conditions.name_matching import ConfirmationAnswers, confirmation_factors, confirms_answer
from service.conditions.till import ConfirmationFactor
from service.db.change import lock_customer, record_change
from service.db.pool import Database
from service.errors import LookUpBudget, NotConfirmed
from service.model.ids import new_id
from service.model.interaction import InteractionContent, Participant, RegistrationResult
from service.model.vocabulary import Assurance, Channel, Direction, InteractionKind, ParticipantRole
from service.registration.batcher import Registrar
from service.registration.model import Submission
from service.registration.sources import HouseSource

FREE_TRIES = 2
"""So many wrong answers cost no wait; after the next one, none is looked at for a while."""
FIRST_PAUSE = timedelta(minutes=5)
_SUBJECTS = UUID("0d1f3c52-6f0e-5a39-8b57-6b8f6d1f9a27")
"""The namespace of customers about whom answers are paused."""


class CheckResult(StrEnum):
    """What became of an answer."""

    RIGHT = "right"
    WRONG = "wrong"


class IdentityCheck(Struct, frozen=True, kw_only=True):
    """What stands on record of an answer, as `verification` in the data of an interaction."""

    factor: ConfirmationFactor
    result: CheckResult


class CallerAnswer(Struct, frozen=True, kw_only=True):
    """What the customer who is there answers; `event_id` is new for each form, so that a right answer counts once."""

    customer_id: UUID
    conversation_id: UUID | None
    channel: Channel
    event_id: str
    factor: ConfirmationFactor
    answer: str


def askable_factors(answers: ConfirmationAnswers, channel: Channel) -> list[ConfirmationFactor]:
    """What the customer can be asked for; in a call the number says nothing, since the call shows it."""
    is_shown = {ConfirmationFactor.PHONE_LAST4} if channel is Channel.PHONE else set()
    return [factor for factor in confirmation_factors(answers) if factor not in is_shown]


async def verify_caller(
    database: Database, registrar: Registrar, by: Principal, said: CallerAnswer, *, now: datetime
) -> RegistrationResult:
    """Put on record that the customer answered right. NotConfirmed if not, which is on record as well.

    LookUpBudget for a while after the third wrong answer about this customer, given to any agent. A try counts before
    its answer is looked at.
    """
    subject = uuid5(_SUBJECTS, str(said.customer_id))
    wait_s = await begin_try(database, subject, now, free_tries=FREE_TRIES, first_pause=FIRST_PAUSE)
    if wait_s:
        raise LookUpBudget(wait_s)
    result = await _compare(database, by, said, now)
    if result is CheckResult.WRONG:
        await registrar.register(_submission(by, said, result, now))
        raise NotConfirmed
    await forgive_try(database, subject, now)
    return await registrar.register(_submission(by, said, result, now))


async def _compare(database: Database, by: Principal, said: CallerAnswer, now: datetime) -> CheckResult:
    """What the answer is worth, with an entry in the audit."""
    async with database.transaction() as connection:
        locked = await lock_customer(connection, said.customer_id)
        answers = (await read_answers(connection, [said.customer_id]))[said.customer_id]
        is_right = said.factor in askable_factors(answers, said.channel) and confirms_answer(
            answers, said.factor, said.answer
        )
        action = "customer.verified" if is_right else "customer.not_verified"
        await record_change(connection, locked, now=now, key_id=by.key_id, action=action, fields=(said.factor,))
    return CheckResult.RIGHT if is_right else CheckResult.WRONG


def _submission(by: Principal, said: CallerAnswer, result: CheckResult, now: datetime) -> Submission:
    is_right = result is CheckResult.RIGHT
    data: dict[str, Any] = {"verification": {"factor": said.factor, "result": result}}
    content = InteractionContent(
        source=HouseSource.VERIFICATION,
        source_event_id=said.event_id if is_right else str(new_id()),
        occurred_at=now,
        channel=said.channel,
        kind=InteractionKind.NOTE,
        direction=Direction.INBOUND if is_right else Direction.INTERNAL,
        assurance=Assurance.VERIFIED if is_right else Assurance.CLAIMED,
        participant=Participant(role=ParticipantRole.AGENT, name=by.name),
        data=data,
    )
    return Submission(
        content,
        (),
        by.key_id,
        said.customer_id,
        said.conversation_id,
        by_person=by.is_person,
        space_id=by.space_id,
    )
