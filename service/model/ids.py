"""Ids: UUIDs of version 7 (RFC 9562), which sort by the millisecond they were made in."""

import os
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_RANDOM_BITS = (1 << 74) - 1
_COUNTER_STEP_BITS = 32


class _Sequence:
    """The last id of this process, so that ids made in one millisecond still ascend."""

    millisecond = -1
    tail = 0


def new_id() -> UUID:
    """A new UUIDv7, larger than every earlier one of this process: 48 bits of time, 74 of a random, ascending tail."""
    millisecond = time.time_ns() // 1_000_000
    if millisecond > _Sequence.millisecond:
        _Sequence.millisecond = millisecond
        _Sequence.tail = int.from_bytes(os.urandom(10)) & (_RANDOM_BITS >> 1)
    else:
        _Sequence.tail += 1 + int.from_bytes(os.urandom(_COUNTER_STEP_BITS // 8))
    tail = _Sequence.tail & _RANDOM_BITS
    return UUID(
        int=(_Sequence.millisecond << 80) | _VERSION_7 | (tail >> 62 << 64) | _VARIANT | (tail & ((1 << 62) - 1))
    )
