"""Shapes of agents: what a desk declares of one, and what a handoff wants of one."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from service.model.interaction import Language, RequestShape, ShortText, Timestamp

Skills = Annotated[tuple[ShortText, ...], Meta(max_length=100)]
"""What an agent can do, or is wanted to, in the company's own words."""


class AgentChange(RequestShape, frozen=True):
    """What a desk declares of an agent. A field that is absent stays as it was; a new agent is available."""

    available: Annotated[
        bool | UnsetType,
        Meta(description="Whether the agent takes conversations now; absent: as before, and true for a new agent."),
    ] = UNSET
    queues: Annotated[
        Annotated[tuple[ShortText, ...], Meta(max_length=100)] | UnsetType,
        Meta(description="Names of the queues that the agent serves; absent: as before."),
    ] = UNSET
    skills: Annotated[
        Skills | UnsetType,
        Meta(description="What the agent can do, in the company's own words, such as `billing`; absent: as before."),
    ] = UNSET
    languages: Annotated[
        Annotated[tuple[Language, ...], Meta(max_length=100)] | UnsetType,
        Meta(description="Languages of the agent, BCP 47 tags such as `tr`; absent: as before."),
    ] = UNSET


class Agent(Struct, frozen=True, kw_only=True):
    """An agent as declared, and whether the agent is there."""

    name: Annotated[str, Meta(description="Id of the agent in the desk's own system.")]
    available: Annotated[bool, Meta(description="Whether the agent takes conversations, as the desk said last.")]
    there: Annotated[
        bool, Meta(description="Whether offers count on the agent: available, with a sign of life before `absent_at`.")
    ]
    queues: Annotated[
        tuple[str, ...],
        Meta(description="Names of the queues that the agent serves; a partner is shown its own queue alone."),
    ]
    skills: Annotated[tuple[str, ...], Meta(description="What the agent can do, in the company's own words.")]
    languages: Annotated[tuple[str, ...], Meta(description="Languages of the agent, BCP 47 tags.")]
    seen_at: Annotated[Timestamp, Meta(description="Latest sign of life, RFC 3339 in UTC.")]
    absent_at: Annotated[
        Timestamp, Meta(description="Time from which the agent counts as absent without a new sign of life, RFC 3339.")
    ]


class AgentPresence(Struct, frozen=True, kw_only=True):
    """An agent as the offers of one queue see it; `in_queue` is false for one that was only named."""

    name: str
    there: bool
    in_queue: bool = True
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class AgentWishes(Struct, frozen=True, kw_only=True):
    """What a handoff wants of the agent who takes it."""

    skills: Annotated[tuple[str, ...], Meta(description="Skills that the agent should have, all of them.")] = ()
    language: Annotated[
        str | None, Meta(description="Language that the agent should speak, a BCP 47 tag; null for any.")
    ] = None
