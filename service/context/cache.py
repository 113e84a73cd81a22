"""The cached views in Redis: found in one round trip, stored only under a live lease, dropped by every write.

One hash per customer, `ctx:{<customer_id>}:<schema>:<space>`, holds the version, the end of the content, the views as
they are sent, packed together (they say much the same), and the fields that prove the customer (`subject.py`). The name
of the end has the stamp of what the views were made by beside the records: the guide that advised in them (`guidance/`)
and the settings. With another stamp a reader finds no end, and so no view.

A reader that misses takes `lease:{<customer_id>}:<space>` before it reads PostgreSQL. A write deletes hash and lease
after its commit and before its answer, so that a reader from before the commit cannot store what it read; a flush or a
restart of Redis ends the lease too. `space` belongs to one database and one run of Redis (`coherence`): what an old
file brings back, or another installation stores, is never read.
"""

import asyncio
import random
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from secrets import token_bytes
from uuid import UUID

import lz4.block
import msgspec
from msgspec import Struct

from service.cache.cluster import CacheClient
from service.cache.connection import Reply
from service.coherence.trust import CacheTrust
from service.context.content import VIEW_SCHEMA, Context
from service.context.guidance.guide import CurrentGuide, ViewGuide
from service.context.subject import CustomerQuery, identity_proof_field, member_proof_field, proven_link_field
from service.context.views import claimed_view_name, is_automatic_view
from service.db.change_bell import ChangeBell
from service.errors import CacheUnavailable
from service.identity.model import Identity
from service.model.vocabulary import IdentityKind, IdentityLink
from service.settings.model import Settings

LEASE_MS = 3000
"""As long as a statement may take; who reads for longer does not store."""
TTL_JITTER = 0.1
_FILL = files("service.context").joinpath("fill.lua").read_text("utf-8")
_DROP_OLDER = files("service.context").joinpath("drop_older.lua").read_text("utf-8")
_REPLY_FIELDS = 4
_views_decoder = msgspec.msgpack.Decoder(dict[str, bytes])


class CachedView(Struct, frozen=True, kw_only=True, gc=False):
    """A cached view; its content holds until `expires_ms` (unix time) unless a write drops it."""

    version: int
    expires_ms: int
    body: bytes


class Lease(Struct, frozen=True, kw_only=True):
    """The right to store the views of one customer, until a write ends it."""

    customer_id: UUID
    token: bytes


class ContextCache:
    """The cached views; reading and storing never raise, dropping makes good later what it cannot do now."""

    def __init__(
        self, cache: CacheClient, trust: CacheTrust, settings: Settings, guidance: CurrentGuide, bell: ChangeBell
    ) -> None:
        self._cache = cache
        self._trust = trust
        self._bell = bell
        self._guidance = guidance
        self._ttl_s = settings.context_ttl_s
        self._stale_ms = settings.context_stale_s * 1000
        made_by = f"{settings.contact_facts} {settings.time_zone}"
        self._settings_stamp = sha256(made_by.encode()).hexdigest()[:8]

    @property
    def is_trusted(self) -> bool:
        """Whether all that is cached may be served without a look at the database."""
        return self._trust.is_trusted

    def trusts(self, query: CustomerQuery) -> bool:
        """Whether cached views of the guessed customer may be served without a look at the database."""
        return self._trust.trusts(query.owner)

    async def find_view(self, query: CustomerQuery, view: str) -> CachedView | None:
        """The cached view of the guessed customer, if the hash proves the guess; it may be past its end."""
        if (space := self._trust.space_of(query.owner)) is None:
            return None
        key = b"ctx:{%b}:%d:%b" % (query.owner, VIEW_SCHEMA, space.encode())
        proof, claimed = query.proof_field, view
        if is_automatic_view(view):
            proof, claimed = query.proven_field, claimed_view_name(view, query.identity_key)
        try:
            reply = await self._cache.send("HMGET", key, "ver", self.end_field, "views", proof)
            if not isinstance(reply, list) or len(reply) != _REPLY_FIELDS:
                return None
            version, expires, packed, owner = reply
            if owner != query.owner and claimed == view:
                return None
            body = unpack_views(packed)[view if owner == query.owner else claimed]  # type: ignore[arg-type]  # checked by lz4
            return CachedView(version=int(version), expires_ms=int(expires), body=body)  # type: ignore[arg-type]  # checked by int
        except (CacheUnavailable, LookupError, TypeError, ValueError):
            return None

    @property
    def end_field(self) -> str:
        """The name of the field that says until when the content holds, of views made by what is known now."""
        return self._end_field(self._guidance.guide.stamp)

    def _end_field(self, stamp: str) -> str:
        return f"exp:{self._settings_stamp}:{stamp}"

    async def read_all_fields(self, customer_id: UUID) -> dict[bytes, bytes]:
        """Every field of the customer's hash; empty without one."""
        await self._trust.adopt_space()
        reply = await self._cache.send("HGETALL", self._views_key(customer_id))
        assert isinstance(reply, list)
        fields = [field for field in reply if isinstance(field, bytes)]
        return dict(zip(fields[::2], fields[1::2], strict=True))

    async def acquire_lease(self, customer_id: UUID) -> Lease | None:
        """A lease, to be taken before reading what is to be stored; None if another reader has it."""
        await self._trust.adopt_space()
        token = token_bytes(12)
        try:
            reply = await self._cache.send("SET", self._lease_key(customer_id), token, "NX", "PX", LEASE_MS)
        except CacheUnavailable:
            return None
        return None if reply is None else Lease(customer_id=customer_id, token=token)

    async def fill(self, lease: Lease, context: Context, views: Mapping[str, bytes], advised: ViewGuide) -> bool:
        """Store the views of a context that was read under this lease, with what was advised in them.

        Gives whether they are stored.
        """
        expires_ms, lifetime_ms = self._expiry(context, advised.changes_at)
        fields: list[bytes | str | float] = ["ver", context.version, self._end_field(advised.stamp), expires_ms]
        fields += ("views", pack_views(views))
        owner = str(lease.customer_id)
        for field in ownership_fields(context):
            fields += (field, owner)
        try:
            keys = self._keys(lease.customer_id)
            fill = self._cache.send("EVAL", _FILL, 2, *keys, lease.token, context.version, lifetime_ms, *fields)
            stored, *_ = await asyncio.gather(fill, *self._cache_identities(context, owner, lifetime_ms))
        except CacheUnavailable:
            return False
        return stored == 1

    def _cache_identities(self, context: Context, owner: str, lifetime_ms: int) -> list[asyncio.Future[Reply]]:
        """Keep the identities' customer for every process; the keys hide the identities, and prove nothing."""
        return [
            self._cache.send("SET", _identity_key(self._known_space(), one.kind, one.value), owner, "PX", lifetime_ms)
            for one in context.identities
        ]

    def _expiry(self, context: Context, changes_at: datetime | None) -> tuple[int, int]:
        """When the content ends (unix ms), and for how many ms Redis keeps it, for use while PostgreSQL is down."""
        now_ms = _unix_ms(context.as_of)
        spread = random.uniform(1 - TTL_JITTER, 1)  # noqa: S311 (keeps expiries apart, hides nothing)
        expires_ms = now_ms + int(self._ttl_s * spread * 1000)
        ends = (context.valid_until, changes_at)
        expires_ms = min([expires_ms, *(_unix_ms(at) for at in ends if at is not None)])
        return expires_ms, max(self._stale_ms + expires_ms - now_ms, 1)

    async def drop(self, customer_ids: Iterable[UUID]) -> None:
        """Drop the views and leases of these customers: after the commit of a write, before its answer.

        A process that knows no space leaves it to the relay, which finds the change in the outbox and is woken for it.
        """
        self._bell.ring()
        await self._trust.adopt_space()
        known = [one for one in customer_ids if self._trust.space_of(str(one).encode()) is not None]
        await self._cache.drop(key for one in known for key in self._keys(one))

    async def forget(self, customer_ids: Collection[UUID], identities: Collection[Identity]) -> None:
        """Drop the views and leases of erased customers, and whose their identities were, as `drop` does."""
        await self.drop(customer_ids)
        if (space := self._trust.space) is not None:
            await self._cache.drop(_identity_key(space, *one) for one in identities)

    async def drop_older(self, versions: Mapping[UUID, int]) -> None:
        """Drop the views older than these versions for every process. Unavailable if that is not possible now."""
        await self._trust.ensure_recorded()
        drops = [self._drop_older(customer_id, version) for customer_id, version in versions.items()]
        for result in await asyncio.gather(*drops, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def _drop_older(self, customer_id: UUID, version: int) -> None:
        """Drop the views older than this version; all, if they are on their way to another node of a cluster."""
        keys = self._keys(customer_id)
        try:
            await self._cache.send("EVAL", _DROP_OLDER, 2, *keys, version)
        except CacheUnavailable as error:
            if error.detail != "TRYAGAIN":
                raise
            await self._cache.delete(keys)

    async def guess_customer(self, query: CustomerQuery) -> CustomerQuery:
        """The query with the last known customer of its identity, from any process."""
        await self._trust.adopt_space()
        try:
            key = _identity_key(self._known_space(), query.records_query.kind, query.records_query.value)
            reply = await self._cache.send("GET", key)
            return query.with_customer(UUID(reply.decode())) if isinstance(reply, bytes) else query
        except (CacheUnavailable, ValueError):
            return query

    def _views_key(self, customer_id: UUID) -> str:
        return f"ctx:{{{customer_id}}}:{VIEW_SCHEMA}:{self._space_of(customer_id)}"

    def _lease_key(self, customer_id: UUID) -> str:
        return f"lease:{{{customer_id}}}:{self._space_of(customer_id)}"

    def _keys(self, customer_id: UUID) -> tuple[str, str]:
        """The keys of a customer. Where they cannot go at once, the lease goes first: it would let an old view in."""
        return self._lease_key(customer_id), self._views_key(customer_id)

    def _space_of(self, customer_id: UUID) -> str:
        """What the customer's keys end in. CacheUnavailable if their server is not recorded."""
        if (space := self._trust.space_of(str(customer_id).encode())) is None:
            raise CacheUnavailable
        return space

    def _known_space(self) -> str:
        """The space. CacheUnavailable if none is known of the server that answers."""
        if (space := self._trust.space) is None:
            raise CacheUnavailable
        return space


def pack_views(views: Mapping[str, bytes]) -> bytes:
    """The views by name as one block (LZ4 of MessagePack): a sixth of their bytes, unpacked in microseconds."""
    return bytes(lz4.block.compress(msgspec.msgpack.encode(views)))


def unpack_views(packed: bytes) -> dict[str, bytes]:
    """What `pack_views` packed. ValueError for anything else."""
    try:
        return _views_decoder.decode(lz4.block.decompress(packed))
    except (lz4.block.LZ4BlockError, MemoryError) as error:
        raise ValueError("This is no block of views.") from error


def ownership_fields(context: Context) -> Iterable[bytes]:
    """The fields that prove that something asked for belongs to this customer."""
    yield from (member_proof_field(customer_id) for customer_id in context.member_ids)
    for identity in context.identities:
        yield identity_proof_field(identity.kind, identity.value)
        if identity.link is IdentityLink.PROVEN:
            yield proven_link_field(identity.kind, identity.value)


def _identity_key(space: str, kind: IdentityKind | None, value: str | None) -> str:
    """The key that holds the customer of an identity; an id has none."""
    return f"idn:{kind}:{sha256(f'{kind}:{value}'.encode()).hexdigest()}:{space}"


def _unix_ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
