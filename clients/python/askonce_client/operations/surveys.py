"""Operations of `surveys`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, new_key


class SurveysOperations(Sender):
    """Operations of `surveys`."""

    def create_survey(self, body: shapes.SurveyRequest, *, idempotency_key: str | None = None) -> shapes.CreatedSurvey:
        """Ask a customer one question by a link."""
        return self._send(
            Call[shapes.CreatedSurvey](
                "POST",
                "/v1/surveys",
                (shapes.CreatedSurvey,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )


class AsyncSurveysOperations(AsyncSender):
    """The same, awaited."""

    async def create_survey(
        self, body: shapes.SurveyRequest, *, idempotency_key: str | None = None
    ) -> shapes.CreatedSurvey:
        """Ask a customer one question by a link."""
        return await self._send(
            Call[shapes.CreatedSurvey](
                "POST",
                "/v1/surveys",
                (shapes.CreatedSurvey,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )
