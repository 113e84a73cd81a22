"""Operations of `interactions`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class InteractionsOperations(Sender):
    """Operations of `interactions`."""

    def register_interaction(
        self, body: shapes.Interaction, *, askonce_affinity: str | None = None
    ) -> shapes.RegistrationResult:
        """Register an interaction, once per source and source_event_id."""
        return self._send(
            Call[shapes.RegistrationResult](
                "POST",
                "/v1/interactions",
                (shapes.RegistrationResult,),
                headers={"Askonce-Affinity": askonce_affinity},
                body=body,
                is_repeatable=True,
            )
        )

    def register_interaction_as_cloud_event(
        self, body: shapes.CloudEvent, *, askonce_affinity: str | None = None
    ) -> shapes.RegistrationResult:
        """Register an interaction, once per source and source_event_id."""
        return self._send(
            Call[shapes.RegistrationResult](
                "POST",
                "/v1/interactions",
                (shapes.RegistrationResult,),
                headers={"Askonce-Affinity": askonce_affinity},
                body=body,
                content_type="application/cloudevents+json",
                is_repeatable=True,
            )
        )

    def register_interactions(
        self, body: list[shapes.Interaction], *, askonce_affinity: str | None = None
    ) -> list[shapes.BatchAnswer]:
        """Register up to 1000 interactions; each succeeds or fails for itself."""
        return self._send(
            Call[list[shapes.BatchAnswer]](
                "POST",
                "/v1/interactions/batch",
                (list[shapes.BatchAnswer],),
                headers={"Askonce-Affinity": askonce_affinity},
                body=body,
                is_repeatable=True,
            )
        )

    def register_interactions_as_cloud_events(
        self, body: list[shapes.CloudEvent], *, askonce_affinity: str | None = None
    ) -> list[shapes.BatchAnswer]:
        """Register up to 1000 interactions; each succeeds or fails for itself."""
        return self._send(
            Call[list[shapes.BatchAnswer]](
                "POST",
                "/v1/interactions/batch",
                (list[shapes.BatchAnswer],),
                headers={"Askonce-Affinity": askonce_affinity},
                body=body,
                content_type="application/cloudevents-batch+json",
                is_repeatable=True,
            )
        )


class AsyncInteractionsOperations(AsyncSender):
    """The same, awaited."""

    async def register_interaction(
        self, body: shapes.Interaction, *, askonce_affinity: str | None = None
    ) -> shapes.RegistrationResult:
        """Register an interaction, once per source and source_event_id."""
        return await self._send(
            Call[shapes.RegistrationResult](
                "POST",
                "/v1/interactions",
                (shapes.RegistrationResult,),
                headers={"Askonce-Affinity": askonce_affinity},
                body=body,
                is_repeatable=True,
            )
        )

    async def register_interaction_as_cloud_event(
        self, body: shapes.CloudEvent, *, askonce_affinity: str | None = None
    ) -> shapes.RegistrationResult:
        """Register an interaction, once per source and source_event_id."""
        return await self._send(
            Call[shapes.RegistrationResult](
                "POST",
                "/v1/interactions",
                (shapes.RegistrationResult,),
                headers={"Askonce-Affinity": askonce_affinity},
                body=body,
                content_type="application/cloudevents+json",
                is_repeatable=True,
            )
        )

    async def register_interactions(
        self, body: list[shapes.Interaction], *, askonce_affinity: str | None = None
    ) -> list[shapes.BatchAnswer]:
        """Register up to 1000 interactions; each succeeds or fails for itself."""
        return await self._send(
            Call[list[shapes.BatchAnswer]](
                "POST",
                "/v1/interactions/batch",
                (list[shapes.BatchAnswer],),
                headers={"Askonce-Affinity": askonce_affinity},
                body=body,
                is_repeatable=True,
            )
        )

    async def register_interactions_as_cloud_events(
        self, body: list[shapes.CloudEvent], *, askonce_affinity: str | None = None
    ) -> list[shapes.BatchAnswer]:
        """Register up to 1000 interactions; each succeeds or fails for itself."""
        return await self._send(
            Call[list[shapes.BatchAnswer]](
                "POST",
                "/v1/interactions/batch",
                (list[shapes.BatchAnswer],),
                headers={"Askonce-Affinity": askonce_affinity},
                body=body,
                content_type="application/cloudevents-batch+json",
                is_repeatable=True,
            )
        )
