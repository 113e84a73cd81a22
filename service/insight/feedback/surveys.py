"""Asks a customer one question: a link that can be answered once, within 30 days."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.access.idempotency import IdempotentRequest, idempotent
from service.access.keys import hash_key
from service.db.change import LockedCustomer, lock_customer
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Conflict, ConversationUnknown
from service.identity.preferences import ContactPreferences, ContactPurpose, read_preferences
from service.insight.feedback.questions import SurveyQuestion
from service.model.ids import new_id
from service.model.interaction import RequestShape, Timestamp
from service.model.vocabulary import Channel

SQL = Statements("service.insight.feedback", "surveys")

SURVEY_LIFETIME = timedelta(days=30)
SURVEY_PATH = "/f/"
"""The page of a survey; its token follows."""


class SurveyRequest(RequestShape, frozen=True):
    """Whom to ask what, about which matter."""

    customer_id: Annotated[UUID, Meta(description="Customer to ask (UUIDv7).")]
    conversation_id: Annotated[
        UUID, Meta(description="Conversation that the question is about; the rating is registered there.")
    ]
    question: Annotated[
        SurveyQuestion,
        Meta(description="`csat`: satisfied, 1 to 5; `nps`: would recommend us, 0 to 10; `effort`: was easy, 1 to 7."),
    ]
    channel: Annotated[
        Channel | None,
        Meta(
            description="Channel by which the link will be sent. Only wishes about it count then; without it a wish "
            "against surveys on any channel refuses."
        ),
    ] = None


class CreatedSurvey(Struct, frozen=True, kw_only=True):
    """A link that was just made; only this answer shows it."""

    url: Annotated[str, Meta(description="Address of the page with the question, for the customer alone.")]
    expires_at: Annotated[Timestamp, Meta(description="Until when it can be answered, an RFC 3339 time.")]


class SurveyLink(Struct, frozen=True, kw_only=True):
    """A link as a token, and the customer's version; `replayed` if an earlier request asked the question."""

    token: str
    expires_at: datetime
    version: int
    customer_id: UUID
    replayed: bool


async def create_survey(
    connection: Connection,
    request: SurveyRequest,
    idempotency: IdempotentRequest | None,
    *,
    key_id: UUID,
    every: timedelta,
    now: datetime,
) -> SurveyLink:
    """Ask the question, once per Idempotency-Key; a repeated request gets one more link to the same question.

    CustomerUnknown, ConversationUnknown; Conflict if the customer refuses surveys, or was asked within `every`.
    """
    locked = await lock_customer(connection, request.customer_id)
    token = secrets.token_urlsafe(32)
    async with idempotent(connection, idempotency, now=now) as state:
        if state.previous is not None:
            expires_at = await connection.fetchval(SQL.add_token, state.previous.resource_id, hash_key(token.encode()))
            return _link(locked, token, expires_at, replayed=True)
        survey_id, expires_at = new_id(), now + SURVEY_LIFETIME
        owner_id = await _owner_of(connection, locked, request)
        _check_wishes((await read_preferences(connection, locked.customer_id, now)).preferences, request.channel)
        await _check_interval(connection, locked.customer_id, every, now)
        await connection.execute(
            SQL.create_survey,
            owner_id,
            survey_id,
            request.conversation_id,
            request.question,
            hash_key(token.encode()),
            key_id,
            now,
            expires_at,
        )
        state.set_result(survey_id)
    return _link(locked, token, expires_at, replayed=False)


def _link(locked: LockedCustomer, token: str, expires_at: datetime | None, *, replayed: bool) -> SurveyLink:
    if expires_at is None:
        raise Conflict("This question was answered or deleted since.")
    return SurveyLink(
        token=token, expires_at=expires_at, version=locked.version, customer_id=locked.customer_id, replayed=replayed
    )


async def _owner_of(connection: Connection, locked: LockedCustomer, request: SurveyRequest) -> UUID:
    """The customer of the merge set that has the conversation."""
    owner_id: UUID | None = await connection.fetchval(SQL.find_owner, locked.customer_id, request.conversation_id)
    if owner_id is None:
        raise ConversationUnknown
    return owner_id


def _check_wishes(preferences: ContactPreferences, channel: Channel | None) -> None:
    asked = (channel,) if channel is not None else tuple(Channel)
    if any(preferences.refuse(one, ContactPurpose.SURVEY) for one in asked):
        raise Conflict("This customer does not want to be contacted for surveys.")


async def _check_interval(connection: Connection, customer_id: UUID, every: timedelta, now: datetime) -> None:
    asked_at: datetime | None = await connection.fetchval(SQL.find_last_asked, customer_id)
    if asked_at is not None and now < asked_at + every:
        again = (asked_at + every).isoformat(timespec="seconds").replace("+00:00", "Z")
        raise Conflict(f"This customer was asked a question already; the next one may be asked from {again}.")
