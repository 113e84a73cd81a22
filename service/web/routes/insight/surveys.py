"""Routes of questions to customers."""

from datetime import timedelta

from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.errors import Conflict, ConversationUnknown, CustomerUnknown, IdempotencyKeyReused, IdempotencyKeyRunning
from service.insight.feedback.surveys import (
    SURVEY_PATH,
    CreatedSurvey,
    SurveyLink,
    SurveyRequest,
    create_survey,
)
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.web.http.parameters import optional_idempotent_request
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, json_response
from service.web.http.route import route

ASKING_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.BOT, Role.CHANNEL})


class SurveyRoutes:
    """The route by which a question to a customer is made."""

    def __init__(self, database: Database, *, public_url: str, every: timedelta) -> None:
        self._database = database
        self._public_url = public_url
        self._every = every

    @route(
        "POST",
        "/v1/surveys",
        roles=ASKING_ROLES,
        budgeted=True,
        summary="Ask a customer one question by a link",
        body=SurveyRequest,
        answers={201: CreatedSurvey},
        optionally_idempotent=True,
        problems=(CustomerUnknown, ConversationUnknown, Conflict, IdempotencyKeyReused, IdempotencyKeyRunning),
    )
    async def create_survey(self, request: Request) -> Response:
        """Makes a link to a page with one question, which is answered once within 30 days.

        The answer becomes a rating in the conversation, and the event `feedback.received`. A customer is asked once
        in 30 days (ASKONCE_SURVEY_INTERVAL_DAYS), and never against a wish: then the answer is 409, whose detail says
        when the next question may be asked. Sending the link is up to the caller.
        """
        asked = decode_json(request.raw, SurveyRequest)
        idempotency, key_id = optional_idempotent_request(request, asked), request.principal.key_id

        async def work(connection: Connection) -> SurveyLink:
            return await create_survey(
                connection, asked, idempotency, key_id=key_id, every=self._every, now=request.now
            )

        link = await run_with_retry(self._database, work)
        request.subject = link.customer_id
        base = (self._public_url or _address_of(request)).rstrip("/")
        created = CreatedSurvey(url=f"{base}{SURVEY_PATH}{link.token}", expires_at=link.expires_at)
        headers = (IDEMPOTENT_REPLAYED,) if link.replayed else ()
        return json_response(created, status=201, version=link.version, headers=headers)


def _address_of(request: Request) -> str:
    """The address that the caller has reached the service by."""
    return f"{request.scope['scheme']}://{request.header(b'host')}"
