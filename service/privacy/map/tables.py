"""Every table of the schema, in an order in which the rows of customers may be deleted."""

from service.privacy.map.model import MappedTable
from service.privacy.map.rooms import (
    access,
    channels,
    consents,
    customers,
    derived,
    desks,
    erasure,
    events,
    golden,
    insight,
    operation,
    requests,
    retention,
    timeline,
)

TABLES: tuple[MappedTable, ...] = (
    *access.TABLES,
    *events.TABLES,
    *channels.TABLES,
    *derived.TABLES,
    *insight.TABLES,
    *desks.TABLES,
    *golden.TABLES,
    *customers.TABLES,
    *timeline.TABLES,
    *golden.LAST_TABLES,
    *timeline.LAST_TABLES,
    *customers.LAST_TABLES,
    *consents.TABLES,
    *retention.TABLES,
    *erasure.TABLES,
    *requests.TABLES,
    *operation.TABLES,
)
"""What is found through other rows comes before them: payloads by identities, reports by handoffs, mail by matters."""
