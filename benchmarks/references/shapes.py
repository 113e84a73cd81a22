"""The bodies of the reference services, as pydantic models: those of our contract, and a plain answer."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class IdentityIn(BaseModel):
    """One (kind, value) pair of a request."""

    kind: str
    value: str
    verified: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        """The pair as it is stored. Our service parses phone numbers here; the reference is spared that."""
        return self.kind, self.value.strip().lower()


class LookupIn(BaseModel):
    """`POST /v1/context/lookup`."""

    identity: IdentityIn


class InteractionIn(BaseModel):
    """`POST /v1/interactions`: what has a column by name, the rest of the contract as it comes."""

    model_config = ConfigDict(extra="allow")

    source: str
    source_event_id: str
    occurred_at: datetime
    channel: str
    kind: str
    direction: str = "inbound"
    identities: list[IdentityIn] = Field(min_length=1, max_length=10)
    text: str | None = None
    language: str | None = None
    facts: dict[str, str] = Field(default_factory=dict)

    @property
    def details(self) -> dict[str, Any]:
        """What is stored without a column of its own."""
        return self.model_extra or {}


class RegisteredOut(BaseModel):
    """The answer to an interaction."""

    interaction_id: int
    customer_id: int
    duplicate: bool


class FromRow(BaseModel):
    """A model read from an ORM row's attributes."""

    model_config = ConfigDict(from_attributes=True)


class ProfileOut(FromRow):
    """Who the customer is."""

    id: int
    name: str | None
    language: str | None
    since: datetime


class InteractionOut(FromRow):
    """One of the newest interactions."""

    id: int
    occurred_at: datetime
    channel: str
    kind: str
    direction: str
    text: str | None
    details: dict[str, Any]


class ConditionOut(FromRow):
    """One condition in force."""

    id: int
    title: str
    kind: str
    terms: dict[str, Any]
    valid_from: datetime
    valid_until: datetime | None


class ContextOut(FromRow):
    """The answer to a look-up: profile, conditions in force, 20 newest interactions."""

    customer: ProfileOut
    conditions: list[ConditionOut]
    recent: list[InteractionOut]
