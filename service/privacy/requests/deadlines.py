"""Until when a request must be answered: GDPR, Art. 12(3), with months as Regulation (EEC) 1182/71, Art. 3 has them."""

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.model.clock import local_time

MONTHS = 1
MONTHS_EXTENDED = 3
_MONTHS_A_YEAR = 12


def due_day(received_at: datetime, zone: ZoneInfo, *, extended: bool) -> date:
    """The same day one month after receipt, three if extended; the last day of a month that has no such day."""
    received_on = local_time(received_at, zone).date()
    month = received_on.month - 1 + (MONTHS_EXTENDED if extended else MONTHS)
    year, month = received_on.year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1
    return date(year, month, min(received_on.day, monthrange(year, month)[1]))
