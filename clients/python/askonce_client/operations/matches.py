"""Operations of `matches`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class MatchesOperations(Sender):
    """Operations of `matches`."""

    def list_matches(
        self,
        *,
        strength: shapes.MatchStrength | None = None,
        state: shapes.MatchState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.MatchPage:
        """Pairs of customers that may be one person or live together, the strongest first."""
        return self._send(
            Call[shapes.MatchPage](
                "GET",
                "/v1/matches",
                (shapes.MatchPage,),
                query={"strength": strength, "state": state, "limit": limit, "after": after},
            )
        )

    def check_record(self, body: shapes.SourceRecordInput) -> shapes.RecordCheck:
        """Who a record may be about; nothing is stored."""
        return self._send(Call[shapes.RecordCheck]("POST", "/v1/matches/check", (shapes.RecordCheck,), body=body))

    def list_shared_values(self) -> shapes.SharedValues:
        """Telephone numbers, e-mail addresses and homes of so many customers that they are no evidence."""
        return self._send(Call[shapes.SharedValues]("GET", "/v1/matches/shared", (shapes.SharedValues,)))

    def decide_match(
        self, customer_id: UUID, other_customer_id: UUID, body: shapes.MatchDecisionInput
    ) -> shapes.DecidedMatch:
        """Decide that two customers are one person, different people, one household, or a question for later."""
        return self._send(
            Call[shapes.DecidedMatch](
                "PUT",
                f"/v1/matches/{in_path(customer_id)}/{in_path(other_customer_id)}",
                (shapes.DecidedMatch,),
                body=body,
            )
        )

    def withdraw_decision(self, customer_id: UUID, other_customer_id: UUID) -> None:
        """Take back what was decided of two customers, as if it had not been."""
        return self._send(Call[None]("DELETE", f"/v1/matches/{in_path(customer_id)}/{in_path(other_customer_id)}", ()))


class AsyncMatchesOperations(AsyncSender):
    """The same, awaited."""

    async def list_matches(
        self,
        *,
        strength: shapes.MatchStrength | None = None,
        state: shapes.MatchState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.MatchPage:
        """Pairs of customers that may be one person or live together, the strongest first."""
        return await self._send(
            Call[shapes.MatchPage](
                "GET",
                "/v1/matches",
                (shapes.MatchPage,),
                query={"strength": strength, "state": state, "limit": limit, "after": after},
            )
        )

    async def check_record(self, body: shapes.SourceRecordInput) -> shapes.RecordCheck:
        """Who a record may be about; nothing is stored."""
        return await self._send(Call[shapes.RecordCheck]("POST", "/v1/matches/check", (shapes.RecordCheck,), body=body))

    async def list_shared_values(self) -> shapes.SharedValues:
        """Telephone numbers, e-mail addresses and homes of so many customers that they are no evidence."""
        return await self._send(Call[shapes.SharedValues]("GET", "/v1/matches/shared", (shapes.SharedValues,)))

    async def decide_match(
        self, customer_id: UUID, other_customer_id: UUID, body: shapes.MatchDecisionInput
    ) -> shapes.DecidedMatch:
        """Decide that two customers are one person, different people, one household, or a question for later."""
        return await self._send(
            Call[shapes.DecidedMatch](
                "PUT",
                f"/v1/matches/{in_path(customer_id)}/{in_path(other_customer_id)}",
                (shapes.DecidedMatch,),
                body=body,
            )
        )

    async def withdraw_decision(self, customer_id: UUID, other_customer_id: UUID) -> None:
        """Take back what was decided of two customers, as if it had not been."""
        return await self._send(
            Call[None]("DELETE", f"/v1/matches/{in_path(customer_id)}/{in_path(other_customer_id)}", ())
        )
