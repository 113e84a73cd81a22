"""Whether any customer is restricted, as far as a process knows."""

import asyncio
import math


class RestrictionKnowledge:
    """What the looks of a process say; where none looks, any customer may be restricted."""

    def __init__(self) -> None:
        self._none_until = 0.0
        """Until when it is believed that no customer is restricted."""
        self._noted_at = -math.inf

    @property
    def may_be_restricted(self) -> bool:
        """Whether a customer may be restricted."""
        return asyncio.get_running_loop().time() >= self._none_until

    def note_restriction(self) -> None:
        """A customer has just been restricted: no look from before says anything any more."""
        self._none_until = 0.0
        self._noted_at = asyncio.get_running_loop().time()

    def note_look(self, *, found_any: bool, began: float, valid_until: float) -> None:
        """A look has found a restricted customer, or none, which is believed until then unless one was noted since."""
        self._none_until = 0.0 if found_any or began <= self._noted_at else valid_until
