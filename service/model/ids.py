"""Ids: UUIDs of version 7 (RFC 9562), which sort by the millisecond they were made in."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_TAIL_BITS = 74
_LOW_BITS = (1 << 62) - 1


class _LastId:
    """The last id of this process, so that ids made in one millisecond still ascend, and what the next is made of."""

    millisecond = -1
    tail = 0
    time_ns = time.time_ns
    random = Random(os.urandom(32))  # noqa: S311 (ids are unique, they are no secrets)


os.register_at_fork(after_in_child=lambda: _LastId.random.seed(os.urandom(32)))


def new_id() -> UUID:
    """A new UUIDv7, larger than every earlier one of this process: 48 bits of time, 74 of a random, ascending tail."""
    millisecond = _LastId.time_ns() // 1_000_000
    if millisecond > _LastId.millisecond:
        _LastId.millisecond = millisecond
        _LastId.tail = _LastId.random.getrandbits(_TAIL_BITS - 1)  # the upper half is room to ascend
    else:
        _LastId.tail += 1 + _LastId.random.getrandbits(32)
    tail = _LastId.tail
    return UUID(int=(_LastId.millisecond << 80) | _VERSION_7 | (tail >> 62 << 64) | _VARIANT | (tail & _LOW_BITS))


@contextmanager
def repeated_ids(time_ns: int) -> Iterator[None]:
    """In this block new ids are the same in every run: they count up from a time in the past, in nanoseconds.

    It is for the records of an installation for tests, before anything else is in them.
    """
    _LastId.millisecond, _LastId.tail = -1, 0
    _LastId.time_ns, _LastId.random = lambda: time_ns, Random(time_ns)  # noqa: S311 (ids are no secrets)
    try:
        yield
    finally:
        _LastId.time_ns, _LastId.random = time.time_ns, Random(os.urandom(32))  # noqa: S311 (ids are no secrets)


def id_next_to(earlier: UUID) -> UUID:
    """The id that sorts directly after an earlier one: for the one successor that has its place in a queue."""
    return UUID(int=earlier.int + 1)
