"""What a survey's page shows, and the answer that it takes once."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from msgspec import Struct

from service.access.keys import hash_key
from service.db.batcher import result_or_raise
from service.db.change import DropViews, lock_customer, record_change
from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.db.statements import Statements
from service.errors import Absent, Conflict, InvalidInput
from service.insight.feedback.questions import SCALES, SurveyQuestion
from service.model.interaction import InteractionContent, Participant, Rating
from service.model.vocabulary import Assurance, Channel, Direction, InteractionKind, ParticipantRole
from service.registration.model import Submission
from service.registration.sources import HouseSource
from service.registration.transaction import register_in_transaction

SQL = Statements("service.insight.feedback", "answers")

MAX_COMMENT_CHARS = 2000
FEEDBACK_EVENT = "feedback.received"


class OpenSurvey(Struct, frozen=True, kw_only=True):
    """A question that can be answered; `language` is the customer's, None if unknown."""

    customer_id: UUID
    survey_id: UUID
    conversation_id: UUID
    question: SurveyQuestion
    key_id: UUID
    language: str | None


async def read_survey(connection: Connection, token: str, now: datetime) -> OpenSurvey:
    """The question of this token. Absent if there is none any more; Conflict if it was answered."""
    row = await connection.fetchrow(SQL.read_survey, hash_key(token.encode("utf-8", "surrogatepass")), now)
    if row is None:
        raise Absent("This link is not known, or is over.")
    if row["answered"]:
        raise Conflict("This question was answered already.")
    fields = {name: row[name] for name in OpenSurvey.__struct_fields__}
    return OpenSurvey(**fields | {"question": SurveyQuestion(row["question"])})


async def answer_survey(
    database: Database,
    drop_views: DropViews,
    token: str,
    value: str,
    comment: str,
    *,
    reopen: timedelta,
    now: datetime,
) -> str | None:
    """Put the answer on record as a rating in its conversation; gives the customer's language, None if unknown.

    Errors as with `read_survey`; InvalidInput names `value` or `comment`.
    """
    answer = partial(_answer, token=token, value=value, comment=comment.strip(), reopen=reopen, now=now)
    customer_id, language = await run_with_retry(database, answer)
    await drop_views([customer_id])
    return language


async def _answer(
    connection: Connection, *, token: str, value: str, comment: str, reopen: timedelta, now: datetime
) -> tuple[UUID, str | None]:
    """The customer whose context is another one now, and their language; all within the caller's transaction."""
    survey = await read_survey(connection, token, now)
    submission = _submission(survey, _checked_value(survey.question, value), _checked_comment(comment), now)
    batch = await register_in_transaction(connection, [submission], now=now, reopen=reopen)
    if await connection.fetchval(SQL.end_survey, survey.survey_id, now) is None:
        raise Conflict("This question was answered already.")
    locked = await lock_customer(connection, survey.customer_id, restricted_too=True)
    change = await record_change(
        connection,
        locked,
        now=now,
        key_id=survey.key_id,
        action=FEEDBACK_EVENT,
        subject_id=result_or_raise(batch.results[0]).interaction_id,
        event=FEEDBACK_EVENT,
    )
    return change.customer_id, survey.language


def _submission(survey: OpenSurvey, value: int, comment: str | None, now: datetime) -> Submission:
    content = InteractionContent(
        source=HouseSource.SURVEY,
        source_event_id=str(survey.survey_id),
        occurred_at=now,
        channel=Channel.WEB,
        kind=InteractionKind.FEEDBACK,
        direction=Direction.INBOUND,
        assurance=Assurance.CLAIMED,
        participant=Participant(role=ParticipantRole.CUSTOMER),
        text=comment,
        rating=Rating(scale=SCALES[survey.question].most, value=value),
        data={"question": survey.question},
    )
    return Submission(
        content, (), survey.key_id, customer_id=survey.customer_id, conversation_id=survey.conversation_id
    )


def _checked_value(question: SurveyQuestion, value: str) -> int:
    """InvalidInput unless it is a value of the question's scale."""
    scale = SCALES[question]
    allowed = {str(one): one for one in scale.values}
    if value not in allowed:
        raise InvalidInput(field="value", message=f"A whole number from {scale.least} to {scale.most} is expected.")
    return allowed[value]


def _checked_comment(comment: str) -> str | None:
    if len(comment) > MAX_COMMENT_CHARS or "\x00" in comment:
        raise InvalidInput(field="comment", message=f"At most {MAX_COMMENT_CHARS} characters of text are expected.")
    return comment or None
