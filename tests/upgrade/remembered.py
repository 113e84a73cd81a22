"""What a database of any version has of its customers, read by columns that have been there since the first one."""

import asyncpg

READS = {
    "customers": "SELECT customer_id, name, merged_into FROM customer",
    "identities": "SELECT kind::text, value, i.customer_id, coalesce(c.merged_into, c.customer_id) AS survivor_id"
    " FROM identity i JOIN customer c USING (customer_id)",
    "interactions": "SELECT customer_id, interaction_id, conversation_id, source, source_event_id, text FROM interaction",
    "facts": "SELECT customer_id, name, value, verified FROM fact",
    "attempts": "SELECT customer_id, conversation_id, what, outcome::text FROM attempt",
    "handoffs": "SELECT customer_id, handoff_id, state::text, packet FROM handoff",
    "callbacks": "SELECT customer_id, callback_id, state::text, promised_to FROM callback",
    "conditions": "SELECT customer_id, condition_id, title, revoked_at FROM condition",
    "redemptions": "SELECT customer_id, condition_id, receipt, amount FROM redemption",
    "keys": "SELECT key_id, key_hash, role::text FROM api_key",
    "webhooks": "SELECT webhook_id, url, secret FROM webhook",
}
Remembered = dict[str, set[tuple[object, ...]]]

EVENTS_WITHOUT_RECEIPT = """
    SELECT interaction_id FROM interaction i
    WHERE NOT EXISTS (SELECT FROM receipt r WHERE r.customer_id = i.customer_id AND r.version = i.version)
"""
"""From 0050 on a receipt finds its interaction by these."""


async def remembered(connection: asyncpg.Connection) -> Remembered:
    """The rows of each read."""
    return {name: {tuple(row) for row in await connection.fetch(read)} for name, read in READS.items()}
