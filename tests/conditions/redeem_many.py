"""One process of many tills: `python -m tests.conditions.redeem_many URL CONDITION_ID RECEIPT_PREFIX TILLS`."""

import asyncio
import sys
from collections import Counter
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from service.conditions.model import RedemptionInput
from service.conditions.redemptions import Redeemer, redeem_condition
from service.db.pool import Database
from service.errors import ConditionUsedUp
from service.model.ids import new_id
from tests.conditions.examples import NOW

TILL = Redeemer(key_id=new_id(), till=True, store=None)


async def redeem_once(database: Database, condition_id: UUID, receipt: str) -> str:
    """What one till is told: redeemed, replayed or used up."""
    wanted = RedemptionInput(receipt=receipt, amount=Decimal("99.90"), currency="EUR", store="DE-042")
    try:
        async with database.transaction() as connection:
            done = await redeem_condition(
                connection, condition_id, wanted, redeemer=TILL, zone=ZoneInfo("Europe/Berlin"), now=NOW
            )
    except ConditionUsedUp:
        return "used up"
    return "replayed" if done.replayed else "redeemed"


async def redeem_many(url: str, condition_id: UUID, prefix: str, tills: int) -> Counter[str]:
    """The answers of so many tills at once, each with a receipt of its own, or all with one if the prefix ends in =."""
    database = await Database.connect(url, connections=8)
    receipts = [prefix if prefix.endswith("=") else f"{prefix}-{till}" for till in range(tills)]
    answers = await asyncio.gather(*(redeem_once(database, condition_id, receipt) for receipt in receipts))
    await database.close()
    return Counter(answers)


if __name__ == "__main__":
    url, condition_id, prefix, tills = sys.argv[1:]
    print(msgspec.json.encode(asyncio.run(redeem_many(url, UUID(condition_id), prefix, int(tills)))).decode())
