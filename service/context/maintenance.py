"""For operators: fills the cache, and compares what is cached with what the records say."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service.context.cache import end_field, ownership_fields
from service.context.loader import RenderedViews
from service.context.reader import ContextReader
from service.context.subject import query_by_customer_id, query_by_identity
from service.context.views import ViewName
from service.errors import CustomerUnknown
from service.model.vocabulary import IdentityKind


class CacheFinding(StrEnum):
    """What a comparison finds."""

    ABSENT = "absent"
    """Nothing is cached."""
    EQUAL = "equal"
    """Every cached byte is what the records give."""
    OLDER = "older"
    """A write is under way, or its drop was lost and is repeated within a second: compare once more, then.

    Also what was cached with other guidance, which no reader is answered with.
    """
    DIFFERENT = "different"
    """The same version, and other content: a defect."""


class _CachedVersion(msgspec.Struct):
    as_of: datetime


_cached_version_decoder = msgspec.json.Decoder(_CachedVersion)


async def rebuild_cache(reader: ContextReader, customer_ids: Iterable[UUID], *, now: datetime) -> int:
    """Render and cache these customers anew; gives how many are cached. Customers that are gone do not count."""
    stored = 0
    for customer_id in customer_ids:
        try:
            rendered = await reader.loader.load_views(query_by_customer_id(customer_id), now=now)
        except CustomerUnknown:
            continue
        stored += rendered.cached
    return stored


async def compare_cache(reader: ContextReader, customer_id: UUID) -> CacheFinding:
    """Whether what is cached is what the records give at the cached moment. CacheUnavailable without Redis."""
    cached = await reader.cache.read_all_fields(customer_id)
    if not cached:
        return CacheFinding.ABSENT
    version, as_of = int(cached.pop(b"ver")), _cached_version_decoder.decode(cached[ViewName.CONSOLE.encode()]).as_of
    if cached.pop(end_field(reader.guidance.guide.stamp).encode(), None) is None:
        return CacheFinding.OLDER
    claimed = {field: cached.pop(field) for field in list(cached) if b"~" in field and field[:2] not in (b"i:", b"p:")}
    try:
        rendered = await reader.loader.load_uncached(query_by_customer_id(customer_id), now=as_of)
        expected = await _claimed_views(reader, claimed, as_of)
    except CustomerUnknown:
        return CacheFinding.DIFFERENT
    if rendered.loaded.customer_id != customer_id:
        return CacheFinding.DIFFERENT
    if rendered.loaded.whole.version != version:
        return CacheFinding.OLDER
    is_equal = cached == _expected_fields(rendered) and claimed == expected
    return CacheFinding.EQUAL if is_equal else CacheFinding.DIFFERENT


async def _claimed_views(reader: ContextReader, fields: Iterable[bytes], now: datetime) -> dict[bytes, bytes]:
    """What the records give for these views through claimed links (`view~kind:value`)."""
    views: dict[bytes, bytes] = {}
    for key in {field.partition(b"~")[2].decode() for field in fields}:
        kind, _, value = key.partition(":")
        rendered = await reader.loader.load_uncached(query_by_identity(IdentityKind(kind), value), now=now)
        views |= {view.encode(): body for view, body in rendered.views.items() if view.endswith(f"~{key}")}
    return views


def _expected_fields(rendered: RenderedViews) -> dict[bytes, bytes]:
    views = {view.encode(): body for view, body in rendered.views.items()}
    return views | dict.fromkeys(ownership_fields(rendered.loaded.whole), str(rendered.loaded.customer_id).encode())
