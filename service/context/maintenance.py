"""For operators: fills the cache, and compares what is cached with what the records say."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service.context.cache import ownership_fields, unpack_views
from service.context.reader import ContextReader
from service.context.subject import query_by_customer_id, query_by_identity
from service.context.views import ViewName
from service.errors import CustomerRestricted, CustomerUnknown
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
        except (CustomerRestricted, CustomerUnknown):
            continue
        stored += rendered.cached
    return stored


async def compare_cache(reader: ContextReader, customer_id: UUID) -> CacheFinding:
    """Whether what is cached is what the records give at the cached moment. CacheUnavailable without Redis."""
    cached = await reader.cache.read_all_fields(customer_id)
    if not cached:
        return CacheFinding.ABSENT
    version, views = int(cached[b"ver"]), unpack_views(cached[b"views"])
    if reader.cache.end_field.encode() not in cached:
        return CacheFinding.OLDER
    as_of = _cached_version_decoder.decode(views[ViewName.CONSOLE]).as_of
    claimed = {view for view in views if "~" in view}
    try:
        rendered = await reader.loader.load_uncached(query_by_customer_id(customer_id), now=as_of)
        expected = rendered.views | await _claimed_views(reader, claimed, as_of)
    except (CustomerRestricted, CustomerUnknown):
        return CacheFinding.DIFFERENT
    if rendered.loaded.customer_id != customer_id:
        return CacheFinding.DIFFERENT
    if rendered.loaded.whole.version != version:
        return CacheFinding.OLDER
    proofs = {field: owner for field, owner in cached.items() if field[:2] in {b"i:", b"p:"}}
    owners = dict.fromkeys(ownership_fields(rendered.loaded.whole), str(customer_id).encode())
    return CacheFinding.EQUAL if (views, proofs) == (expected, owners) else CacheFinding.DIFFERENT


async def _claimed_views(reader: ContextReader, names: Iterable[str], now: datetime) -> dict[str, bytes]:
    """What the records give for these views through claimed links (`view~kind:value`)."""
    views: dict[str, bytes] = {}
    for key in {name.partition("~")[2] for name in names}:
        kind, _, value = key.partition(":")
        rendered = await reader.loader.load_uncached(query_by_identity(IdentityKind(kind), value), now=now)
        views |= {name: body for name, body in rendered.views.items() if name.endswith(f"~{key}")}
    return views
