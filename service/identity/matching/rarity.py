"""How much rarer, or more frequent, a value is among strangers than the tables expect, in bits."""

import math
from collections.abc import Iterable, Mapping

_MOST_BITS = 6.0
_KNOWN_RECORDS = 1000
"""The tables count as much as what so many records say."""


class Rarity:
    """Weighs the values of one field by how many records have them."""

    def __init__(self, counts: Mapping[str, int], total: int, share: float, own: float) -> None:
        """Take the share that the tables expect, and how many records of a value are of the person that is compared."""
        self._counts, self._total, self._share, self._own = counts, total, share, own
        self._bits: dict[int, float] = {}

    def bits(self, values: Iterable[str], spellings: int = 1) -> float:
        """Below 0 if the most frequent of the values is rare; 0 if nothing is known of values at all.

        `spellings` is how many values count as alike.
        """
        bearers = spellings * max((self._counts.get(value, 0) for value in values), default=0)
        known = self._bits.get(bearers)
        if known is None:
            known = self._bits[bearers] = self._measured(bearers)
        return known

    def _measured(self, bearers: int) -> float:
        if not self._total:
            return 0.0
        others = max(bearers - self._own, 0.0) + _KNOWN_RECORDS * self._share
        share = others / (self._total + _KNOWN_RECORDS)
        return max(-_MOST_BITS, min(_MOST_BITS, math.log2(share / self._share)))
