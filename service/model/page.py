"""A page of a list: the one shape in which every list that has pages is answered."""

from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

Item = TypeVar("Item")


class Page(Struct, Generic[Item], frozen=True, kw_only=True):
    """A part of a list, in the list's order."""

    items: Annotated[list[Item], Meta(description="The items of this page; empty if there are none.")]
    next: Annotated[
        str | None, Meta(description="The value of `after` that gives the following page; null on the last page.")
    ]
