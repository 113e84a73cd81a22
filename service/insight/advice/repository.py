"""Rules in the database, under those that askonce brings along; and the hours of queues for rules."""

import structlog
from msgspec import ValidationError, json

from service.calendar.model import Calendar
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, Conflict, InvalidInput
from service.insight.advice.compiled import CompiledRule, compile_rule, reasons_by_name
from service.insight.advice.model import Rule, RuleInput
from service.insight.advice.prepared import QueueHours
from service.insight.advice.shipped import SHIPPED_RULES
from service.model.page import Page

SQL = Statements("service.insight.advice", "repository")
MAX_RULES = 200
NO_SUCH_RULE = "There is no such rule."
log = structlog.get_logger()

_rule_decoder = json.Decoder(RuleInput)
_calendar_decoder = json.Decoder(Calendar)


async def save_rule(connection: Connection, name: str, rule: RuleInput) -> tuple[Rule, bool]:
    """Store a rule; gives it, and whether the company had none of this name. InvalidInput if it cannot be used."""
    compile_rule(name, rule)
    await connection.execute(SQL.lock_rules)
    others = await _read_rules(connection)
    if name not in others and len(others) >= MAX_RULES:
        raise InvalidInput(field="name", message=f"There are {MAX_RULES} rules already: delete one first.")
    created: bool = await connection.fetchval(SQL.save_rule, name, json.encode(rule).decode())
    return _as_answered(name, rule, shipped=False), created


async def delete_rule(connection: Connection, name: str) -> None:
    """Delete a rule of the company; a shipped one of this name counts again.

    Absent if there is none. Conflict for a shipped rule, which can only be disabled.
    """
    if await connection.fetchval(SQL.delete_rule, name) is not None:
        return
    if name in SHIPPED_RULES:
        raise Conflict("This rule comes with askonce: store it with `enabled` false to silence it.")
    raise Absent(NO_SUCH_RULE)


async def read_rule(connection: Connection, name: str) -> Rule:
    """The rule of this name as it counts now. Absent if there is none."""
    own = await _read_rules(connection)
    rule = own.get(name) or SHIPPED_RULES.get(name)
    if rule is None:
        raise Absent(NO_SUCH_RULE)
    return _as_answered(name, rule, shipped=name not in own)


async def list_rules(connection: Connection, *, after: str | None, limit: int) -> Page[Rule]:
    """All rules, shipped ones too, in the order of their names."""
    own = await _read_rules(connection)
    names = [name for name in sorted({*SHIPPED_RULES, *own}) if after is None or name > after]
    rules = {**SHIPPED_RULES, **own}
    items = [_as_answered(name, rules[name], shipped=name not in own) for name in names[:limit]]
    return Page(items=items, next=items[-1].name if len(names) > limit else None)


async def read_active_rules(connection: Connection) -> list[CompiledRule]:
    """The rules that are enabled, ready to be evaluated.

    One that a former release took and this one does not is left out: the others go on.
    """
    found = []
    for name, rule in {**SHIPPED_RULES, **await _read_rules(connection)}.items():
        try:
            found += [compile_rule(name, rule)] if rule.enabled else []
        except InvalidInput as error:
            log.warning("advice_rule_unusable", rule=name, field=error.field)
    return found


async def read_queue_hours(connection: Connection) -> list[QueueHours]:
    """When each queue is open."""
    return [
        QueueHours(queue=row["name"], title=row["title"], calendar=_calendar_decoder.decode(row["calendar"]))
        for row in await connection.fetch(SQL.read_queue_hours)
    ]


async def _read_rules(connection: Connection) -> dict[str, RuleInput]:
    """The rules of the company by their names; one that this release cannot read is left out."""
    rules = {}
    for row in await connection.fetch(SQL.read_rules):
        try:
            rules[row["name"]] = _rule_decoder.decode(row["rule"])
        except ValidationError:
            log.warning("advice_rule_unreadable", rule=row["name"])
    return rules


def _as_answered(name: str, rule: RuleInput, *, shipped: bool) -> Rule:
    fields = {field: getattr(rule, field) for field in RuleInput.__struct_fields__ if field != "because"}
    return Rule(name=name, shipped=shipped, because=reasons_by_name(rule), **fields)
