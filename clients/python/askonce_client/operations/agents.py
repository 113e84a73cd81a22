"""Operations of `agents`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class AgentsOperations(Sender):
    """Operations of `agents`."""

    def list_agents(
        self, *, queue: str | None = None, limit: int | None = None, after: str | None = None
    ) -> shapes.AgentPage:
        """All agents in the order of their names, or those of a queue."""
        return self._send(
            Call[shapes.AgentPage](
                "GET", "/v1/agents", (shapes.AgentPage,), query={"queue": queue, "limit": limit, "after": after}
            )
        )

    def declare_agent(self, agent: str, body: shapes.AgentChange) -> shapes.Agent:
        """Say that an agent is there or not, and what the agent serves."""
        return self._send(Call[shapes.Agent]("PUT", f"/v1/agents/{in_path(agent)}", (shapes.Agent,), body=body))

    def read_agent(self, agent: str) -> shapes.Agent:
        """An agent, and whether the agent is there."""
        return self._send(Call[shapes.Agent]("GET", f"/v1/agents/{in_path(agent)}", (shapes.Agent,)))

    def keep_agent(self, agent: str) -> shapes.Agent:
        """Keep an agent there."""
        return self._send(Call[shapes.Agent]("POST", f"/v1/agents/{in_path(agent)}/heartbeat", (shapes.Agent,)))


class AsyncAgentsOperations(AsyncSender):
    """The same, awaited."""

    async def list_agents(
        self, *, queue: str | None = None, limit: int | None = None, after: str | None = None
    ) -> shapes.AgentPage:
        """All agents in the order of their names, or those of a queue."""
        return await self._send(
            Call[shapes.AgentPage](
                "GET", "/v1/agents", (shapes.AgentPage,), query={"queue": queue, "limit": limit, "after": after}
            )
        )

    async def declare_agent(self, agent: str, body: shapes.AgentChange) -> shapes.Agent:
        """Say that an agent is there or not, and what the agent serves."""
        return await self._send(Call[shapes.Agent]("PUT", f"/v1/agents/{in_path(agent)}", (shapes.Agent,), body=body))

    async def read_agent(self, agent: str) -> shapes.Agent:
        """An agent, and whether the agent is there."""
        return await self._send(Call[shapes.Agent]("GET", f"/v1/agents/{in_path(agent)}", (shapes.Agent,)))

    async def keep_agent(self, agent: str) -> shapes.Agent:
        """Keep an agent there."""
        return await self._send(Call[shapes.Agent]("POST", f"/v1/agents/{in_path(agent)}/heartbeat", (shapes.Agent,)))
