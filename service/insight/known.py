"""What rules have to know of customers to be evaluated: the signals, and whole views where a rule reads more."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.context.content import Signals
from service.db.pool import Connection
from service.insight.condition_fields import NOW
from service.insight.customer_signals import read_signals
from service.insight.customer_views import read_views
from service.insight.expressions import Facts, RuleCondition, facts_from, facts_of

SIGNALS = "signals"
_LIGHT = frozenset({SIGNALS, NOW})
"""What rules may read without a whole view."""


class KnownCustomers(Struct, frozen=True, kw_only=True):
    """Customers that are there, each once, and who of those asked for stands for nobody."""

    signals: dict[UUID, Signals]
    facts: dict[UUID, Facts]
    """What rules read of each of them."""
    members: dict[UUID, tuple[UUID, ...]]
    """Each of them with the whole merge set."""
    others: frozenset[UUID]
    """Customers that are gone or merged into another one."""


def need_views(rules: Iterable[RuleCondition]) -> bool:
    """Whether one of these rules reads more of a customer than the signals."""
    return any(rule.reads - _LIGHT for rule in rules)


async def read_known(
    connection: Connection,
    customer_ids: Collection[UUID],
    rules: Collection[RuleCondition],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> KnownCustomers:
    """What these rules, and the risk, need to know of these customers at `now`; of a merged one of the survivor."""
    if need_views(rules):
        reads = frozenset[str]().union(*(rule.reads for rule in rules))
        read = await read_views(connection, customer_ids, now=now, zone=zone)
        return KnownCustomers(
            signals={view.customer.id: view.signals for view in read.views},
            facts={view.customer.id: facts_of(view, now, reads) for view in read.views},
            members=read.members,
            others=read.others,
        )
    light = await read_signals(connection, customer_ids, now=now)
    return KnownCustomers(
        signals=light.signals,
        facts={one: facts_from({SIGNALS: signals}, now) if rules else {} for one, signals in light.signals.items()},
        members=light.members,
        others=light.others,
    )
