"""Shapes of the early warning, as the API answers them."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from service.context.content import RiskLevel
from service.model.fields import CustomerId
from service.model.interaction import RequestShape, Timestamp


class RiskAction(StrEnum):
    """What people do about a customer who may leave."""

    CALLED = "called"
    WROTE = "wrote"
    APOLOGISED = "apologised"
    OFFERED = "offered"
    SOLVED = "solved"
    OTHER = "other"


class RiskReason(Struct, frozen=True, kw_only=True):
    """One thing that raises the risk."""

    code: Annotated[
        str,
        Meta(description="The rule: a code of `signals.churn_risk` in the context, or `way_of_those_who_gave_up`."),
    ]
    value: Annotated[
        int | float,
        Meta(
            description="How often it happened; of `low_mood` the mood, -1 to 1, of `low_rating` the share of the "
            "scale, of `way_of_those_who_gave_up` the share of matters that were given up, 0 to 1."
        ),
    ]


class WayTally(Struct, frozen=True, kw_only=True):
    """How matters ended that went one way."""

    way: Annotated[
        tuple[str, ...],
        Meta(description="Channels of the customer's own contacts in the matter, the first four at most."),
    ]
    matters: Annotated[int, Meta(description="Matters of the last 90 days that went this way and have ended.")]
    gave_up: Annotated[
        int, Meta(description="Matters among them that were given up: unresolved, and silent for 14 days.")
    ]

    @property
    def share(self) -> float:
        """The share of them that was given up, to two decimals."""
        return round(self.gave_up / self.matters, 2)


class RiskActionTaken(Struct, frozen=True, kw_only=True):
    """What a person did about it."""

    action: Annotated[RiskAction, Meta(description="What was done.")]
    note: Annotated[str | None, Meta(description="Words of the person who did it; null without any.")]
    by: Annotated[str, Meta(description="Name of the agent or key that recorded it.")]
    at: Annotated[Timestamp, Meta(description="When it was recorded, an RFC 3339 time.")]


class CustomerAtRisk(Struct, frozen=True, kw_only=True):
    """A customer who may leave."""

    customer_id: CustomerId
    name: Annotated[str | None, Meta(description="Full name of the customer; null if unknown.")]
    level: Annotated[RiskLevel, Meta(description="How likely the customer is to leave: `medium` or `high`.")]
    since: Annotated[Timestamp, Meta(description="When the customer came to this level, an RFC 3339 time.")]
    reasons: Annotated[list[RiskReason], Meta(description="Why, as codes with their numbers.")]
    way: Annotated[
        WayTally | None, Meta(description="The way of an open matter on which many others gave up; null without one.")
    ]
    actions: Annotated[list[RiskActionTaken], Meta(description="What was done since then, the newest first.")]


class AtRiskList(Struct, frozen=True, kw_only=True):
    """The customers who may leave, the most urgent first."""

    items: Annotated[list[CustomerAtRisk], Meta(description="The customers, the most urgent first.")]
    total: Annotated[int, Meta(description="How many customers may leave, shown or not.")]


class RiskActionRequest(RequestShape, frozen=True):
    """What was done about a customer who may leave."""

    action: Annotated[RiskAction, Meta(description="What was done.")]
    note: Annotated[
        Annotated[str, Meta(min_length=1, max_length=1000)] | None,
        Meta(description="Words about it; null without any."),
    ] = None


class RecordedRiskAction(Struct, frozen=True, kw_only=True):
    """An action as it was recorded."""

    customer_id: CustomerId
    action: Annotated[RiskAction, Meta(description="What was done.")]
    at: Annotated[Timestamp, Meta(description="When it was recorded, an RFC 3339 time.")]


class RiskRuleResult(Struct, frozen=True, kw_only=True):
    """What came of the warnings of one rule; a warning of several rules counts for each of them."""

    code: Annotated[str, Meta(description="Code of the rule, as in the reasons of a customer.")]
    fired: Annotated[int, Meta(description="How often a customer came to be at high risk with this reason.")]
    acted_on: Annotated[int, Meta(description="Warnings among them about which something was done.")]
    stayed_with_action: Annotated[int, Meta(description="Warnings with an action after which the customer stayed.")]
    left_with_action: Annotated[int, Meta(description="Warnings with an action after which the customer did not stay.")]
    stayed_without_action: Annotated[
        int, Meta(description="Warnings without an action after which the customer stayed.")
    ]
    left_without_action: Annotated[
        int, Meta(description="Warnings without an action after which the customer did not stay.")
    ]
    undecided: Annotated[int, Meta(description="Warnings younger than 60 days, of which it is not known yet.")]


class RiskRules(Struct, frozen=True, kw_only=True):
    """What came of the warnings, by rule."""

    items: Annotated[list[RiskRuleResult], Meta(description="The rules that ever fired, the most frequent first.")]
