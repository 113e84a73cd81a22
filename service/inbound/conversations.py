"""What vendors' systems say of where a conversation stands: settled there is settled here."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from service.access.model import HOUSE_SPACE
from service.channels.base import ChannelAccount, ConversationReport
from service.db.pool import Connection
from service.db.statements import Statements
from service.desks.resolve import change_conversation
from service.handoff.caller import system_caller
from service.timeline.conversations import ConversationPatch

SQL = Statements("service.inbound", "conversations")


async def apply_report(
    connection: Connection, account: ChannelAccount, report: ConversationReport, *, now: datetime
) -> UUID | None:
    """Change the conversation as reported; gives its customer if that changed something.

    A report that is older than what was said since, because it came late or again, says nothing about now.
    """
    conversation_id = await connection.fetchval(
        SQL.find_reported, account.source, report.event_id, HOUSE_SPACE, report.status, report.at
    )
    if conversation_id is None:
        return None
    patch = ConversationPatch(status=report.status)
    caller = replace(system_caller(now), key_id=account.account_id)
    change = await change_conversation(connection, conversation_id, patch, caller)
    return change.recorded.customer_id


async def chatwoot_customers(connection: Connection, conversation: str, contact: str) -> list[UUID]:
    """The customers whose conversation this is by our doors' record; several if doors share the number.

    Of those, the ones in whose conversation the contact took part, if there are any.
    """
    rows = await connection.fetch(SQL.find_chatwoot_customers, conversation, contact, HOUSE_SPACE)
    with_contact = [row["customer_id"] for row in rows if row["has_contact"]]
    return list(dict.fromkeys(with_contact or [row["customer_id"] for row in rows]))
