"""What a till may know while it is offline: the conditions that hold in its store for a day, and no customer list."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import phonenumbers
from msgspec import Meta, Struct

from service.conditions import rules
from service.conditions.model import Scope, Terms
from service.conditions.snapshot_signer import SnapshotSigner
from service.conditions.till import HeldCondition
from service.db.pool import Database
from service.db.statements import Statements
from service.model.ids import new_id
from service.model.interaction import Timestamp
from service.model.names import initials
from service.model.vocabulary import ConditionKind, IdentityKind, Stacking, UsePeriod

SQL = Statements("service.conditions", "offline_snapshot")

SNAPSHOT_LIFETIME = timedelta(hours=24)
MAX_CUSTOMERS = 10_000
"""So many go into one snapshot (about 7 MB); `included` says how many there are."""
_USUAL_INTERNATIONAL_PREFIX = "00"
_READ_BATCH = 1_000
"""So many are read with one statement, so that none comes near its time limit."""


class OfflineCondition(Struct, frozen=True, kw_only=True):
    """A condition as a till without a connection needs it; `uses_left` is that of the snapshot's beginning."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Terms
    scope: Scope
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    uses_left: int | None
    max_uses_per: UsePeriod | None


class OfflineCustomer(Struct, frozen=True, kw_only=True):
    """A customer with conditions: initials, and a hash for each identity that may be said or shown."""

    match: tuple[str, ...]
    display: str
    conditions: tuple[OfflineCondition, ...]


class SnapshotCounts(Struct, frozen=True, kw_only=True):
    """How many of the customers with conditions in this store the snapshot shows; who has no identity cannot be."""

    customers: Annotated[int, Meta(description="How many customers the snapshot shows.")]
    of: Annotated[
        int,
        Meta(description="How many customers hold conditions in this store; more than shown when some were left out."),
    ]


class OfflineClaims(Struct, frozen=True, kw_only=True):
    """What is signed; `iat` and `exp` as in RFC 7519.

    A number that is dialled within the country has `trunk_prefix` (empty where there is none) in place of `+` and
    `calling_code`; one of another country has `international_prefix` in place of `+`.
    """

    jti: UUID
    iat: int
    exp: int
    store: str
    salt: str
    calling_code: str
    trunk_prefix: str
    international_prefix: str
    customers: tuple[OfflineCustomer, ...]
    included: SnapshotCounts


class Snapshot(Struct, frozen=True, kw_only=True):
    """A signed snapshot: `snapshot` is a JWS in compact form, whose payload is an OfflineClaims."""

    snapshot: Annotated[
        str, Meta(description="The conditions as a JWS in compact form (RFC 7515), signed with the till's secret.")
    ]
    store: Annotated[str, Meta(description="Code of the store that the snapshot is for.")]
    issued_at: Annotated[Timestamp, Meta(description="When it was signed, an RFC 3339 time.")]
    expires_at: Annotated[
        Timestamp, Meta(description="When a till must stop using it, an RFC 3339 time 24 hours after it was signed.")
    ]
    included: Annotated[SnapshotCounts, Meta(description="How many of the customers with conditions it shows.")]


class ConditionHolder(Struct, frozen=True, kw_only=True):
    """A customer as the records hold it for a snapshot."""

    customer_id: UUID
    name: str | None
    identities: tuple[tuple[IdentityKind, str], ...]
    held: tuple[HeldCondition, ...]


class SnapshotResult(Struct, frozen=True):
    """A snapshot, and the customers that it shows."""

    snapshot: Snapshot
    customer_ids: list[UUID]


_holders = msgspec.json.Decoder(tuple[ConditionHolder, ...])
_encoder = msgspec.json.Encoder(decimal_format="number")


async def issue_snapshot(
    database: Database, store: str, signer: SnapshotSigner, *, region: str, zone: ZoneInfo, now: datetime
) -> SnapshotResult:
    """The snapshot of a store from now on, hashed and signed with the secret of its till."""
    until = now + SNAPSHOT_LIFETIME
    starts = [rules.period_containing(per, now, zone).start for per in (UsePeriod.DAY, UsePeriod.MONTH, UsePeriod.YEAR)]
    async with database.connection() as connection:
        found = await connection.fetch(SQL.find_holders, now, until, store, MAX_CUSTOMERS)
        ids = [row["customer_id"] for row in found]
        texts = [
            await connection.fetchval(SQL.read_holders, now, until, store, *starts, ids[first : first + _READ_BATCH])
            for first in range(0, len(ids), _READ_BATCH)
        ]
    total = found[0]["of"] if found else 0
    return await asyncio.to_thread(
        _signed_snapshot, texts, total, signer, store=store, region=region, now=now
    )  # half a second


def dialling_of(region: str) -> dict[str, str]:
    """What numbers of the region begin with: `calling_code`, `trunk_prefix`, `international_prefix`."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    prefixes = () if plan is None else (plan.preferred_international_prefix, plan.international_prefix)
    return {
        "calling_code": str(phonenumbers.country_code_for_region(region)),
        "trunk_prefix": (plan and plan.national_prefix) or "",
        "international_prefix": next((one for one in prefixes if one and one.isdigit()), _USUAL_INTERNATIONAL_PREFIX),
    }


def signed(claims: OfflineClaims, signer: SnapshotSigner) -> str:
    """The claims as a JWS in compact form."""
    return signer.sign(_encoder.encode(claims))


def _signed_snapshot(
    texts: list[str], total: int, signer: SnapshotSigner, *, store: str, region: str, now: datetime
) -> SnapshotResult:
    holders = [holder for text in texts for holder in _holders.decode(text) if holder.identities]
    salt = secrets.token_urlsafe(16)
    hash_of = signer.identity_hasher(salt)
    claims = OfflineClaims(
        jti=new_id(),
        iat=int(now.timestamp()),
        exp=int((now + SNAPSHOT_LIFETIME).timestamp()),
        store=store,
        salt=salt,
        **dialling_of(region),
        customers=tuple(offline_customer(holder, hash_of) for holder in holders),
        included=SnapshotCounts(customers=len(holders), of=total),
    )
    snapshot = Snapshot(
        snapshot=signed(claims, signer),
        store=store,
        issued_at=now,
        expires_at=now + SNAPSHOT_LIFETIME,
        included=claims.included,
    )
    return SnapshotResult(snapshot, [holder.customer_id for holder in holders])


def offline_customer(holder: ConditionHolder, hash_of: Callable[[IdentityKind, str], str]) -> OfflineCustomer:
    """What the snapshot shows of a customer."""
    return OfflineCustomer(
        match=tuple(hash_of(kind, value) for kind, value in holder.identities),
        display=initials(holder.name or ""),
        conditions=tuple(_offline_condition(condition) for condition in holder.held),
    )


def _offline_condition(condition: HeldCondition) -> OfflineCondition:
    return OfflineCondition(
        id=condition.id,
        title=condition.title,
        kind=condition.kind,
        terms=condition.terms,
        scope=condition.scope,
        valid_from=condition.valid_from,
        valid_until=condition.valid_until,
        priority=condition.priority,
        stacking=condition.stacking,
        uses_left=rules.uses_left(condition, condition.used),
        max_uses_per=condition.max_uses_per,
    )
