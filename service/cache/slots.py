"""Which slot of a Redis Cluster a key belongs to, and which node has a slot (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/)."""

from binascii import crc_hqx
from collections.abc import Iterable, Iterator, Sequence

from service.cache.connection import Reply
from service.errors import CacheUnavailable

SLOTS = 16384
PARTS = 64
"""Neighbouring slots are one part, which has one epoch (coherence/placement.py)."""
_SLOTS_OF_A_PART = SLOTS // PARTS

Address = tuple[str, int]


def slot_of_tag(tag: bytes) -> int:
    """The slot of the keys with this hash tag: CRC16 in its XMODEM variant."""
    return crc_hqx(tag, 0) % SLOTS


def slot_of(key: bytes | str) -> int:
    """The slot of a key: that of what stands between its first `{` and the next `}`, unless that is nothing."""
    raw = key.encode() if isinstance(key, str) else key
    begin = raw.find(b"{") + 1
    end = raw.find(b"}", begin) if begin else -1
    return slot_of_tag(raw[begin:end] if end > begin else raw)


def part_of(slot: int) -> int:
    """The part that a slot belongs to."""
    return slot // _SLOTS_OF_A_PART


def parts_of(slots: Iterable[int]) -> frozenset[int]:
    """The parts of these slots."""
    return frozenset(map(part_of, slots))


def group_by_slot(keys: Iterable[str]) -> Iterator[Sequence[str]]:
    """The keys by slot, each group in the order of the keys."""
    groups: dict[int, list[str]] = {}
    for key in keys:
        groups.setdefault(slot_of(key), []).append(key)
    yield from groups.values()


def key_of(command: Sequence[bytes | str | float]) -> bytes | str:
    """The key that says where a command belongs: its first. CacheUnavailable for one without a key."""
    place = 3 if command[0] == "EVAL" else 1
    key = command[place] if len(command) > place else None
    if not isinstance(key, bytes | str):
        raise CacheUnavailable
    return key


def parse_slots(reply: Reply, *, asked: str) -> Iterator[tuple[Address, range]]:
    """The primary of each range of slots by `CLUSTER SLOTS`; a node that does not know its host is the one `asked`."""
    for row in reply if isinstance(reply, list) else ():
        match row:
            case [int(first), int(last), [host, int(port), *_], *_] if isinstance(host, bytes | None):
                yield (host.decode() if host else asked, port), range(first, last + 1)


def parse_redirection(text: str, *, asked: str) -> tuple[bool, int, Address]:
    """Whether for this once, slot and address of `MOVED slot host:port` and `ASK slot host:port`."""
    word, slot, address = text.split(" ", 2)
    host, _, port = address.rpartition(":")
    return word == "ASK", int(slot), (host.strip("[]") or asked, int(port))


def field_of(information: Reply, name: bytes) -> bytes:
    """A field of `INFO` or `CLUSTER INFO`. CacheUnavailable if it is not there."""
    for line in information.splitlines() if isinstance(information, bytes) else ():
        found, _, value = line.partition(b":")
        if found == name:
            return value
    raise CacheUnavailable(f"The server does not say its {name.decode()}.")


def epoch_of(state: Reply) -> int:
    """The epoch by `CLUSTER INFO`. CacheUnavailable if the node finds the cluster broken, or is cut off."""
    if field_of(state, b"cluster_state") != b"ok":
        raise CacheUnavailable("CLUSTERDOWN")
    return int(field_of(state, b"cluster_current_epoch"))
