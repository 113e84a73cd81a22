"""What became of what rules advised: recorded, and counted for each rule."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service.db.change import lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent
from service.insight.advice.model import OutcomeCount, OutcomeInput, RecordedOutcome, RuleOutcomes
from service.insight.advice.repository import NO_SUCH_RULE, read_rule
from service.model.ids import new_id
from service.model.vocabulary import Audience

SQL = Statements("service.insight.advice", "outcomes")
COUNTED = timedelta(days=90)
SOLVED_WITHIN = timedelta(days=7)
_NONE = OutcomeCount(answers=0, customers=0, solved=0)


async def record_outcome(
    connection: Connection,
    customer_id: UUID,
    rule: str,
    outcome: OutcomeInput,
    *,
    now: datetime,
    key_id: UUID,
    audience: Audience = Audience.CONSOLE,
) -> RecordedOutcome:
    """Put on record what became of a rule's advice; the rule advises nothing on this customer for a day.

    CustomerUnknown if there is no such customer, Absent if there is no such rule, or none that advises bots for a bot.
    """
    advised = (await read_rule(connection, rule)).audiences
    if audience is Audience.BOT and audience.value not in advised:
        raise Absent(NO_SUCH_RULE)
    locked = await lock_customer(connection, customer_id)
    outcome_id = new_id()
    await connection.execute(
        SQL.insert_outcome, locked.owner_id, now, outcome_id, rule, outcome.taken, outcome.note, key_id
    )
    change = await record_change(
        connection, locked, now=now, key_id=key_id, action="advice.answered", subject_id=outcome_id
    )
    return RecordedOutcome(
        id=outcome_id,
        customer_id=change.customer_id,
        rule=rule,
        taken=outcome.taken,
        note=outcome.note,
        at=now,
        version=change.version,
    )


async def read_outcome(connection: Connection, customer_id: UUID, outcome_id: UUID) -> RecordedOutcome:
    """What was put on record of a customer, or of one merged with them. Absent if it is there no more."""
    row = await connection.fetchrow(SQL.read_outcome, customer_id, outcome_id)
    if row is None:
        raise Absent("This answer is not on record any more.")
    return RecordedOutcome(**row)


async def read_outcomes(connection: Connection, rule: str, *, now: datetime) -> RuleOutcomes:
    """What became of what a rule advised in the last 90 days. Absent if there is no such rule."""
    await read_rule(connection, rule)
    return (await count_outcomes(connection, [rule], now=now))[rule]


async def count_outcomes(connection: Connection, rules: Sequence[str], *, now: datetime) -> dict[str, RuleOutcomes]:
    """What became of what each of these rules advised in the last 90 days."""
    since = now - COUNTED
    counts = {
        (row["rule"], row["taken"]): OutcomeCount(
            answers=row["answers"], customers=row["customers"], solved=row["solved"]
        )
        for row in await connection.fetch(SQL.count_outcomes, rules, since, SOLVED_WITHIN)
    }
    return {
        rule: RuleOutcomes(
            rule=rule,
            since=since,
            taken=counts.get((rule, True), _NONE),
            declined=counts.get((rule, False), _NONE),
        )
        for rule in rules
    }
