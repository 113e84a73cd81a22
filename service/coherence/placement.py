"""Which Redis servers hold the cached views, as the row `installation` records it; pure.

A single server holds all of the cache, which is one part. A cluster has 64 parts of neighbouring slots: when a primary
takes over that is not recorded yet, what it brings along is not to be believed, and its parts get another epoch, which
is in the name of every key. The views on the other primaries stay.
"""

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

_SEPARATOR = ";"


class Placement(Struct, frozen=True, kw_only=True):
    """The servers that views may be read from, and the epoch of each part that is not in its first."""

    servers: frozenset[str] = frozenset()
    epochs: Mapping[int, int] = {}

    def space_of(self, space: str, part: int) -> str:
        """What names the views of a part: the space of the installation, and the epoch after the first."""
        epoch = self.epochs.get(part, 0)
        return f"{space}.{epoch}" if epoch else space

    def after_takeover(self, parts_by_server: Mapping[str, Collection[int]], others: Iterable[str]) -> "Placement":
        """These servers and `others` alone; the parts that one has which was not there before get their next epoch."""
        taken = {part for one, parts in parts_by_server.items() if one not in self.servers for part in parts}
        epochs = dict(self.epochs) | {part: self.epochs.get(part, 0) + 1 for part in taken}
        return Placement(servers=frozenset((*parts_by_server, *others)), epochs=epochs)

    def text(self) -> str:
        """As the row records it: `server,server;part=epoch,part=epoch`."""
        epochs = ",".join(f"{part}={epoch}" for part, epoch in sorted(self.epochs.items()))
        return ",".join(sorted(self.servers)) + (_SEPARATOR + epochs if epochs else "")


def parse_placement(text: str) -> Placement:
    """What the row records."""
    servers, _, epochs = text.partition(_SEPARATOR)
    pairs = (one.partition("=") for one in epochs.split(",") if one)
    return Placement(
        servers=frozenset(one for one in servers.split(",") if one),
        epochs={int(part): int(epoch) for part, _, epoch in pairs},
    )
