"""Takes a decision about two customers back, as if it had not been made: a slip of the finger decides nothing."""

from datetime import datetime
from uuid import UUID

from service.db.change import RecordedChange, lock_customers, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent
from service.identity.decisions import MatchDecision, read_decision
from service.identity.merge import DeedKind
from service.resolution.decisions import MatchDecisionInput, decide_match
from service.resolution.matches.found import settle_pairs

SQL = Statements("service.resolution", "withdrawal")


async def withdraw_decision(
    connection: Connection, customer_id: UUID, other_id: UUID, *, now: datetime, key_id: UUID
) -> list[RecordedChange]:
    """Two that were merged are two again, and their match is open. Absent if nothing is decided of them."""
    decided = await read_decision(connection, customer_id, other_id)
    if decided is None:
        raise Absent("Nothing is decided of these two customers.")
    changes = []
    if decided.decision is MatchDecision.SAME:
        later = MatchDecisionInput(decision=MatchDecision.LATER)
        changes += (await decide_match(connection, customer_id, other_id, later, now=now, key_id=key_id)).changes
    locked = await lock_customers(connection, {customer_id, other_id})
    one, other = locked[customer_id], locked[other_id]
    await connection.execute(SQL.delete_decisions, one.customer_id, other.customer_id)
    await settle_pairs(connection, [customer_id, other_id])
    return changes + [
        await record_change(
            connection, each, now=now, key_id=key_id, action=DeedKind.REOPENED, subject_id=counterpart.customer_id
        )
        for each, counterpart in ((one, other), (other, one))
    ]
