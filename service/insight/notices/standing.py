"""How a notice stands at a moment; pure."""

from datetime import datetime
from enum import StrEnum

from service.insight.notices.model import NoticeState, StoredNotice


class NoticeStanding(StrEnum):
    """How a notice stands, in the order in which people look at them."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    UPCOMING = "upcoming"
    OVER = "over"


def standing_of_notice(notice: StoredNotice, now: datetime) -> NoticeStanding:
    """Whether customers are told of it now."""
    if notice.state is NoticeState.DRAFT:
        return NoticeStanding.DRAFT
    if notice.ends_at is not None and notice.ends_at <= now:
        return NoticeStanding.OVER
    return NoticeStanding.UPCOMING if notice.starts_at > now else NoticeStanding.IN_FORCE
