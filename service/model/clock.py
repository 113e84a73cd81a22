"""The one clock of a process: web, worker and cli read it, everything below is told the time."""

from datetime import UTC, datetime, timedelta, tzinfo


class Clock:
    """The present moment as an aware UTC datetime; it can be moved, so that stories over days are played in seconds."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The system's time plus `offset`."""
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        """Shift the clock by this much from now on."""
        self.offset += by

    def move_to(self, moment: datetime) -> None:
        """Go on from this moment, unless it is over: a clock that served requests never goes back."""
        self.offset = max(self.offset, moment - self.system_now())

    def system_now(self) -> datetime:
        """The time without `offset`: what is signed is checked by the clock of another machine."""
        return self.now() - self.offset


def local_time(at: datetime, zone: tzinfo) -> datetime:
    """The moment on the clock of a zone; in UTC for the first and last day of the calendar, such as an end in 9999."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at.astimezone(UTC)
