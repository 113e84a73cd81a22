"""What people call a segment: its title, and the name of one that was only stated."""

from collections.abc import Mapping

from msgspec.structs import replace

from service.db.pool import Database
from service.insight.flow.model import Flow
from service.insight.segments import repository as segments


class SegmentTitles:
    """The titles of segments by their names."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles

    def __call__(self, name: str) -> str:
        """What people read for this name."""
        return self._titles.get(name, name)

    def put_into(self, flow: Flow) -> Flow:
        """The flow with titles as names, for a picture without links."""
        return replace(flow, segments=[replace(one, name=self(one.name)) for one in flow.segments])


async def read_segment_titles(database: Database) -> SegmentTitles:
    """The titles of all segments that were defined."""
    async with database.connection() as connection:
        return SegmentTitles(await segments.read_titles(connection))
