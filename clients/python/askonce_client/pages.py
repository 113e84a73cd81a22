"""Lists as iterators: the next page is asked for when the present one is used up."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

Item_co = TypeVar("Item_co", covariant=True)


class PageOf(Protocol[Item_co]):
    """What every list answers."""

    @property
    def items(self) -> Sequence[Item_co]:
        """The items of this page."""
        ...

    @property
    def next(self) -> str | None:
        """The cursor of the next page; None at the end."""
        ...


def every(read_page: Callable[..., PageOf[Item_co]], *values: Any, **filters: Any) -> Iterator[Item_co]:
    """Every item of a list: `every(client.list_handoffs, queue="support")`."""
    after: str | None = filters.pop("after", None)
    while True:
        page = read_page(*values, after=after, **filters)
        yield from page.items
        after = page.next
        if after is None:
            return


async def every_async(
    read_page: Callable[..., Awaitable[PageOf[Item_co]]], *values: Any, **filters: Any
) -> AsyncIterator[Item_co]:
    """The same for the asynchronous client, in `async for`."""
    after: str | None = filters.pop("after", None)
    while True:
        page = await read_page(*values, after=after, **filters)
        for item in page.items:
            yield item
        after = page.next
        if after is None:
            return
