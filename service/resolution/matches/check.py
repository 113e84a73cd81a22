"""Tells who a record may be about, and stores nothing of it."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.matching.keys import match_keys
from service.identity.matching.profile import Profile, profile
from service.identity.matching.weigh import MatchScore
from service.identity.normal.record import normal_record
from service.identity.sources.model import SourceRecordInput
from service.model.vocabulary import IdentityKind
from service.resolution.matches.candidates import choose_candidates, count_contacts, read_holders, read_weigher
from service.resolution.matches.found import shared_values, without_values
from service.resolution.matches.model import CheckedCustomer, RecordCheck
from service.resolution.matches.profiles import read_profiles

SQL = Statements("service.resolution.matches", "check")


async def check_record(connection: Connection, record: SourceRecordInput, *, region: str) -> RecordCheck:
    """Who this record may be about, by strength; a customer stands for its merge set."""
    normal = normal_record(_with_identities(record), region)
    keys = match_keys(normal)
    if not keys:
        return RecordCheck(items=[], matchable=False)
    holders = await read_holders(connection, keys)
    profiles = await read_profiles(connection, choose_candidates(keys, holders))
    mine: Sequence[Profile] = [profile(normal)]
    contacts = count_contacts(mine, holders)
    mine = without_values(mine, shared_values(contacts))
    weigher = await read_weigher(connection, [mine, *(one.records for one in profiles.values())], contacts)
    scores = {one: weigher.weigh_all(mine, found.records) for one, found in profiles.items()}
    likely = {one: score for one, score in scores.items() if score.strength is not None}
    rows = await connection.fetch(SQL.read_survivors, list(likely)) if likely else []
    found = [_checked(row, likely[row["customer_id"]]) for row in rows]
    best = {one.customer_id: one for one in sorted(found, key=_by_strength, reverse=True)}
    return RecordCheck(items=sorted(best.values(), key=_by_strength), matchable=True)


def _checked(row: asyncpg.Record, score: MatchScore) -> CheckedCustomer:
    return CheckedCustomer(
        customer_id=row["survivor_id"],
        name=row["name"],
        p=score.p,
        household=score.household,
        strength=score.strength,
        reasons=score.reasons,
    )


def _by_strength(one: CheckedCustomer) -> tuple[float, float, UUID]:
    """The strongest first."""
    return -one.p, -one.household, one.customer_id


def _with_identities(record: SourceRecordInput) -> SourceRecordInput:
    """The record with the telephone numbers and e-mail addresses among its identities."""

    def of_kind(kind: IdentityKind) -> tuple[str, ...]:
        return tuple(one.value for one in record.identities if one.kind is kind)

    return replace(
        record,
        phones=(*record.phones, *of_kind(IdentityKind.PHONE)),
        emails=(*record.emails, *of_kind(IdentityKind.EMAIL)),
    )
