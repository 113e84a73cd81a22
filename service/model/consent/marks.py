"""What holds for a customer by own statements, in the short form that stands beside the customer; pure.

A mark is `+` (given) or `-` (withdrawn) with the purpose, and with `:channel` if the statement was about one channel.
Without a mark, the purpose is allowed.
"""

from collections.abc import Iterable

from service.model.vocabulary import Channel, Purpose

CONSENT_PURPOSES = (Purpose.SERVICE, Purpose.ANALYSIS, Purpose.MARKETING, Purpose.PROFILING)
"""The purposes that a customer may consent to or withdraw."""
CHANNEL_PURPOSES = (Purpose.SERVICE, Purpose.MARKETING)
"""Those that may be allowed on one channel and refused on another."""


def consent_mark(purpose: Purpose, channel: Channel | None, *, given: bool) -> str:
    """The mark of a statement."""
    return f"{'+' if given else '-'}{purpose}{f':{channel}' if channel else ''}"


def is_withdrawn(marks: Iterable[str] | None, purpose: Purpose, channel: Channel | None = None) -> bool:
    """Whether the purpose is withdrawn by these marks of one customer: on the channel, or on all."""
    said = set(marks or ())
    if channel is not None and consent_mark(purpose, channel, given=True) in said:
        return False
    if channel is not None and consent_mark(purpose, channel, given=False) in said:
        return True
    return consent_mark(purpose, None, given=False) in said


def is_withdrawn_by_any(members: Iterable[Iterable[str] | None], purpose: Purpose) -> bool:
    """Whether one of the members of a merge set has withdrawn the purpose on all channels."""
    return any(is_withdrawn(marks, purpose) for marks in members)
