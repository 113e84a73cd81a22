"""Merges without a person: by an identity that both have proof of, or a rule of the operator, never by probability."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service.db.change import SYSTEM_KEY_ID, RecordedChange, lock_customers
from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.customers import ExclusiveValue, find_exclusive_values
from service.identity.decisions import MatchDecision, read_decision
from service.identity.matching.keys import key_kind
from service.identity.matching.weigh import MANY
from service.identity.merge import read_merge_sets
from service.resolution.agreement import agrees
from service.resolution.conflicts import different_exclusive_values
from service.resolution.decisions import MatchDecisionInput, decide_match
from service.resolution.matches.candidates import read_holders
from service.resolution.matches.found import pair_of
from service.resolution.matches.profiles import read_profiles
from service.resolution.merging_settings import MergeRule, read_merging_settings

SQL = Statements("service.resolution", "automatic")

VERIFIED_IDENTITY = "verified identity"
"""The name of the rule that is shipped."""


class AutomaticPair(NamedTuple):
    """Two customers that are to be merged, as if they were never merged, and by which rule."""

    customer_id: UUID
    other_id: UUID
    rule: str


async def merge_automatically(
    connection: Connection, customer_ids: Collection[UUID], now: datetime
) -> list[RecordedChange]:
    """Merge these customers with those that a rule joins them with; the changes, of which nobody was told yet."""
    settings = await read_merging_settings(connection)
    pairs = await _verified_pairs(connection, customer_ids) if settings.verified_identity else []
    if settings.rules:
        pairs += await _ruled_pairs(connection, customer_ids, settings.rules)
    pairs = await _without_vetoed(connection, pairs) if pairs else []
    if not pairs:
        return []
    await lock_customers(connection, {one for pair in pairs for one in (pair.customer_id, pair.other_id)})
    return [change for pair in pairs for change in await _merge_pair(connection, pair, now)]


async def _verified_pairs(connection: Connection, customer_ids: Collection[UUID]) -> list[AutomaticPair]:
    rows = await connection.fetch(SQL.find_verified_pairs, list(customer_ids), MANY)
    return [AutomaticPair(row["customer_id"], row["other_customer_id"], VERIFIED_IDENTITY) for row in rows]


async def _ruled_pairs(
    connection: Connection, customer_ids: Collection[UUID], rules: Sequence[MergeRule]
) -> list[AutomaticPair]:
    """Those of the customers that meet under a key of a rule, and agree in all that it asks for."""
    kinds = {kind for rule in rules for kind in rule.key_kinds()}
    mine = await read_profiles(connection, customer_ids)
    holders = await read_holders(
        connection, {key for one in mine.values() for key in one.keys if key_kind(key) in kinds}
    )
    met = {
        pair_of(one.customer_id, other)
        for one in mine.values()
        for key in one.keys
        for other in holders.get(key, ())
        if other != one.customer_id and len(holders[key]) <= MANY
    }
    profiles = mine | await read_profiles(connection, {one for pair in met for one in pair} - mine.keys())
    return [
        AutomaticPair(one, other, rule.name)
        for one, other in sorted(met)
        for rule in rules
        if agrees(rule, profiles[one].records, profiles[other].records)
    ]


async def _without_vetoed(connection: Connection, pairs: Sequence[AutomaticPair]) -> list[AutomaticPair]:
    """The pairs that may be merged as far as can be seen without locks: most are merged or vetoed, and cost little.

    Of pairs that join the same customers one is left.
    """
    sets = await read_merge_sets(connection, {one for pair in pairs for one in (pair.customer_id, pair.other_id)})
    survivors = {member: survivor for survivor, members in sets.items() for member in members}
    values: dict[UUID, list[ExclusiveValue]] = {survivor: [] for survivor in sets}
    for one in await find_exclusive_values(connection, list(survivors)):
        values[survivors[one.customer_id]].append(one)
    left, together = [], {survivor: {survivor} for survivor in sets}
    for pair in pairs:
        here, there = survivors[pair.customer_id], survivors[pair.other_id]
        if there in together[here] or any(different_exclusive_values([*values[here], *values[there]], sets[here])):
            continue
        if not await _is_vetoed(connection, sets[here], sets[there]):
            left.append(pair)
            together |= dict.fromkeys(together[here] | together[there], together[here] | together[there])
    return left


async def _merge_pair(connection: Connection, pair: AutomaticPair, now: datetime) -> list[RecordedChange]:
    sets = await read_merge_sets(connection, [pair.customer_id, pair.other_id])
    if len(sets) < len(("one", "other")) or await _is_vetoed(connection, *sets.values()):
        return []
    wanted = MatchDecisionInput(decision=MatchDecision.SAME, note=pair.rule)
    decided = await decide_match(connection, pair.customer_id, pair.other_id, wanted, now=now, key_id=SYSTEM_KEY_ID)
    return decided.changes


async def _is_vetoed(connection: Connection, here: list[UUID], there: list[UUID]) -> bool:
    """Whether something speaks against merging these two merge sets, whatever a rule says.

    That is a restriction, a withdrawal of profiling, a decision of a person, a merge or split of the two that a person
    undid or made, and different values of a kind of which one customer has one.
    """
    if await connection.fetchval(SQL.is_any_barred, [*here, *there]):
        return True
    if await read_decision(connection, here[0], there[0]) is not None:
        return True
    if await connection.fetchval(SQL.were_parted, here, there):
        return True
    values = await find_exclusive_values(connection, [*here, *there])
    return any(different_exclusive_values(values, here))
