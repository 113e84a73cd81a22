"""Matches as they are found: changed customers against those whom they meet, stored, and told once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.identity.matching.profile import Profile
from service.identity.matching.weigh import MANY, MatchReason, MatchScore, MatchStrength, Weigher
from service.resolution.matches.candidates import (
    choose_candidates,
    contact_keys,
    count_contacts,
    home_of,
    read_holders,
    read_weigher,
)
from service.resolution.matches.profiles import CustomerProfile, read_profiles

SQL = Statements("service.resolution.matches", "found")

STATED_TOGETHER = MatchReason(
    field="identity", level="stated_together", bits=0.0, text="One interaction stated identities of both."
)
Pair = tuple[UUID, UUID]
"""Two customers as if they were never merged, the smaller id first."""


class WeighedPair(Struct, frozen=True, kw_only=True):
    """Two customers that may be one person, or live together."""

    pair: Pair
    score: MatchScore
    is_stated_together: bool = False

    @property
    def strength(self) -> MatchStrength | None:
        """How much it is worth; a pair that was stated together is at least likely. None for no match."""
        if self.is_stated_together and self.score.strength in {None, MatchStrength.HOUSEHOLD}:
            return MatchStrength.LIKELY
        return self.score.strength

    @property
    def rank(self) -> float:
        """The place among all matches: strong ones first, then likely ones, then households."""
        if self.strength is MatchStrength.HOUSEHOLD:
            return self.score.household
        return self.score.p + (3 if self.strength is MatchStrength.STRONG else 2)


def pair_of(one: UUID, other: UUID) -> Pair:
    """The two in the order of the tables."""
    return (one, other) if one < other else (other, one)


async def match_customers(
    connection: Connection, profiles: Sequence[CustomerProfile], now: datetime
) -> list[WeighedPair]:
    """Find the matches of these customers, whose profiles are stored; those that hold no longer are deleted."""
    holders = await read_holders(connection, {key for one in profiles for key in one.keys})
    partners = await _read_partners(connection, [one.customer_id for one in profiles])
    wanted = _pairs_to_weigh(profiles, holders) | partners.keys()
    mine = {one.customer_id: one for one in profiles}
    others = await read_profiles(connection, {one for pair in wanted for one in pair} - mine.keys())
    contacts = count_contacts((record for one in profiles for record in one.records), holders)
    found = await _weigh(connection, wanted, {**others, **mine}, contacts, partners)
    newly_shared = await _list_shared(connection, profiles, holders, now)
    await store_matches(connection, found, now)
    kept = {one.pair for one in found}
    if gone := [pair for pair, told in partners.items() if told.is_stored and pair not in kept]:
        await connection.execute(SQL.delete_matches, *columns(gone, 2))
    if new := [pair for pair in kept if pair not in partners or not partners[pair].is_stored]:
        await connection.execute(SQL.tell_found, *columns(sorted(new), 2), now)
    if others_too := {one for key in newly_shared for one in holders[key]} - mine.keys():
        await match_customers(connection, list((await read_profiles(connection, others_too)).values()), now)
    return found


class _Partners(Struct, frozen=True):
    is_stored: bool
    is_stated: bool


async def _read_partners(connection: Connection, customer_ids: Collection[UUID]) -> dict[Pair, _Partners]:
    rows = await connection.fetch(SQL.read_partners, list(customer_ids))
    return {
        (row["customer_id"], row["other_customer_id"]): _Partners(row["is_stored"], row["is_stated"]) for row in rows
    }


def _pairs_to_weigh(profiles: Iterable[CustomerProfile], holders: Mapping[int, Sequence[UUID]]) -> set[Pair]:
    return {
        pair_of(one.customer_id, other)
        for one in profiles
        for other in choose_candidates(one.keys, holders, but=one.customer_id)
    }


async def _weigh(
    connection: Connection,
    pairs: Iterable[Pair],
    profiles: Mapping[UUID, CustomerProfile],
    contacts: Mapping[tuple[str, str], int],
    partners: Mapping[Pair, _Partners],
) -> list[WeighedPair]:
    shared = shared_values(contacts)
    records = {one: without_values(found.records, shared) for one, found in profiles.items()}
    weigher = await read_weigher(connection, records.values(), contacts)
    weighed = (
        weigh_pair(weigher, pair, records, is_stated_together=pair in partners and partners[pair].is_stated)
        for pair in sorted(pairs)
    )
    return [one for one in weighed if one.strength is not None]


def weigh_pair(
    weigher: Weigher, pair: Pair, records: Mapping[UUID, Sequence[Profile]], *, is_stated_together: bool = False
) -> WeighedPair:
    """What is thought of two customers; one without a profile is compared by nothing."""
    one, other = pair
    score = weigher.weigh_all(records.get(one, ()), records.get(other, ()))
    return WeighedPair(pair=pair, score=score, is_stated_together=is_stated_together)


def shared_values(contacts: Mapping[tuple[str, str], int]) -> frozenset[str]:
    """The telephone numbers, e-mail addresses and homes that too many customers have: those are no evidence."""
    return frozenset(value for (_, value), count in contacts.items() if count > MANY)


def without_values(records: Sequence[Profile], shared: Collection[str]) -> Sequence[Profile]:
    """The records without these telephone numbers, e-mail addresses and homes, which they name as `of_many`."""
    return [_without(one, shared) for one in records] if shared else records


def _without(record: Profile, shared: Collection[str]) -> Profile:
    held = [*record.phones, *map(home_of, record.addresses), *(f"{box.local}@{box.domain}" for box in record.mailboxes)]
    of_many = tuple(value for value in held if value in shared)
    if not of_many:
        return record
    return replace(
        record,
        phones=tuple(number for number in record.phones if number not in shared),
        addresses=tuple(address for address in record.addresses if home_of(address) not in shared),
        mailboxes=tuple(box for box in record.mailboxes if f"{box.local}@{box.domain}" not in shared),
        of_many=of_many,
    )


async def _list_shared(
    connection: Connection,
    profiles: Sequence[CustomerProfile],
    holders: Mapping[int, Sequence[UUID]],
    now: datetime,
) -> list[int]:
    """List those values of these customers that too many have; gives the keys of those that were not listed."""
    shared = {
        (key, *contact)
        for contact, key in contact_keys(record for one in profiles for record in one.records).items()
        if len(holders.get(key, ())) > MANY
    }
    return await store_shared(connection, shared, now)


async def store_shared(connection: Connection, shared: Collection[tuple[int, str, str]], now: datetime) -> list[int]:
    """List values that too many customers have (key, field, value); gives the keys of those that were not listed."""
    if not shared:
        return []
    return [row["key"] for row in await connection.fetch(SQL.store_shared, *columns(sorted(shared), 3), now)]


async def store_matches(connection: Connection, found: Sequence[WeighedPair], now: datetime) -> None:
    """Store these matches, each in place of what was thought of the pair before."""
    if not found:
        return
    rows = [
        (
            *one.pair,
            one.score.p,
            one.score.household,
            one.strength,
            one.rank,
            msgspec.json.encode(reasons_of(one)).decode(),
            one.is_stated_together,
        )
        for one in found
    ]
    await connection.execute(SQL.store_matches, *columns(rows, 8), now)


def reasons_of(one: WeighedPair) -> list[MatchReason]:
    """What speaks for the pair and against it."""
    return [*one.score.reasons, *([STATED_TOGETHER] if one.is_stated_together else [])]


async def settle_pairs(connection: Connection, customer_ids: Collection[UUID]) -> None:
    """Mark which matches of these customers' merge sets are open: neither merged nor decided about."""
    await connection.execute(SQL.settle_pairs, list(customer_ids))
