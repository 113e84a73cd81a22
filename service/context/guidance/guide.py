"""Who advises: a room above, which is told the context when the views of a customer are rendered.

A `Guide` is what one process knows at a time: rules, hours, whatever the company keeps as data. It is pure, and its
`stamp` is another one when its data are. Cached views are found under the stamp of their guide alone, so that a changed
rule makes all of them cold (docs/adr/0018-guidance-in-cached-views.md).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from service.context.content import Context
from service.context.guidance.model import NO_GUIDANCE, Guidance
from service.db.pool import Connection
from service.model.vocabulary import Audience


class Guide(Protocol):
    """What one process knows of the company's guidance: never changed, but exchanged for another."""

    @property
    def stamp(self) -> str:
        """A name of its data: short ASCII without blanks."""

    def advise(self, context: Context, audience: Audience, /, *, texts: bool = True) -> Guidance:
        """What is advised at `as_of`; `context` has only what the audience may know. Without `texts` actions alone."""


class NoGuide:
    """The guide of a process that is wired without one."""

    stamp = ""

    def advise(self, _context: Context, _audience: Audience, *, texts: bool = True) -> Guidance:  # noqa: ARG002 (of Guide)
        """Nothing is advised."""
        return NO_GUIDANCE


class ViewGuide:
    """A guide for the views of one customer; it notes when the first of them ends."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self.stamp = guide.stamp
        self.changes_at: datetime | None = None

    def advise(self, context: Context, audience: Audience, /, *, texts: bool = True) -> Guidance:
        """What the guide advises."""
        guidance = self._guide.advise(context, audience, texts=texts)
        ends = (self.changes_at, guidance.changes_at)
        self.changes_at = min((at for at in ends if at is not None), default=None)
        return guidance


NO_GUIDE = NoGuide()
GuideLoader = Callable[[Connection, int], Awaitable[Guide]]
"""Reads the guide of a version of the guidance, or of a later one."""


class CurrentGuide:
    """The guide of this process; the watch of the cache renews it (`coherence/trust.py`)."""

    def __init__(self, load: GuideLoader | None = None) -> None:
        self._load = load
        self.guide: Guide = NO_GUIDE

    async def renew(self, connection: Connection, version: int) -> None:
        """Read the guide anew: the guidance has come to this version."""
        if self._load is not None:
            self.guide = await self._load(connection, version)
