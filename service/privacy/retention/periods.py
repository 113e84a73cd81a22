"""The named periods of retention, and the moments that they lead to."""

from datetime import UTC, datetime, timedelta

from service.privacy.retention.model import RetentionCategory, RetentionLimits
from service.settings.model import Settings

FOR_EVER = datetime(1, 1, 1, tzinfo=UTC)
"""Nothing is from before it."""

PERIODS = {
    RetentionCategory.CONVERSATIONS: "interaction_days",
    RetentionCategory.INTERACTIONS: "interaction_days",
    RetentionCategory.HANDOFFS: "interaction_days",
    RetentionCategory.CALLBACKS: "interaction_days",
    RetentionCategory.JOURNEY_NOTES: "interaction_days",
    RetentionCategory.FACTS: "fact_days",
    RetentionCategory.FORMER_VALUES: "former_value_days",
    RetentionCategory.CONDITIONS: "condition_days",
    RetentionCategory.PROFILE: "profile_days",
    RetentionCategory.CUSTOMERS: "inactive_customer_days",
}
"""Category -> the setting of its period."""


def limits_at(settings: Settings, now: datetime) -> RetentionLimits:
    """The moments before which what is kept for a period goes at `now`."""
    return RetentionLimits(
        interactions=_before(settings.interaction_days, now),
        endless=_before(2 * settings.interaction_days, now),
        facts=_before(settings.fact_days, now),
        former_values=_before(settings.former_value_days, now),
        conditions=_before(settings.condition_days, now),
        profile=_before(settings.profile_days, now),
        inactive=_before(settings.inactive_customer_days, now),
    )


def _before(days: int, now: datetime) -> datetime:
    """Nothing is from before the beginning of time."""
    return max(now - timedelta(days=days), FOR_EVER) if 0 < days < now.toordinal() else FOR_EVER
