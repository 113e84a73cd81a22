"""What was concluded about a customer, taken away when the customer does not allow it any more."""

from uuid import UUID

from service.db.pool import Connection
from service.db.statements import Statements

SQL = Statements("service.consents", "conclusions")


async def forget_conclusions(connection: Connection, customer_id: UUID) -> None:
    """Nothing that rules concluded about the merge set of this canonical customer is left, nor told to webhooks."""
    await connection.fetchval(SQL.forget_conclusions, customer_id)
    await connection.execute(SQL.forget_warnings, customer_id)
