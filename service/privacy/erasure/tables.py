"""Which rows of which table are a customer's, and what an erasure does to them.

The order matters: rows that are found through other tables come before those.
"""

from collections.abc import Sequence
from dataclasses import dataclass

OWN = "customer_id = ANY ($1)"
FEW = 5
"""A name that more customers have is a statistic."""
_EITHER = "(customer_id = ANY ($1) OR other_customer_id = ANY ($1))"
_HANDOFFS = "handoff_id IN (SELECT h.handoff_id FROM handoff h WHERE h.customer_id = ANY ($1))"


@dataclass(frozen=True, slots=True)
class ErasedTable:
    """The rows of customers $1 (uuid[]) in a table; deleted, unless `emptied` says what SET assigns instead."""

    name: str
    rows_of: str = OWN
    emptied: str | None = None


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A table in which rows of erased customers stay, and why."""

    name: str
    reason: str


RECORDS = (
    ErasedTable("handoff_report_due", _HANDOFFS),
    ErasedTable("handoff_report", _HANDOFFS),
    ErasedTable(
        "mail_message",
        "conversation_id IN (SELECT c.conversation_id FROM conversation c WHERE c.customer_id = ANY ($1))",
    ),
    ErasedTable(
        "mail_undeliverable",
        "address IN (SELECT i.value FROM identity i WHERE i.customer_id = ANY ($1) AND i.kind = 'email')",
    ),
    ErasedTable(
        "form_token",
        f"{OWN} OR (identity_kind, identity_value) IN"
        " (SELECT i.kind, i.value FROM identity i WHERE i.customer_id = ANY ($1))",
    ),
    ErasedTable(
        "idempotency",
        "EXISTS (SELECT FROM identity i WHERE i.customer_id = ANY ($1) AND length(i.value) >= 6"
        " AND position(i.value IN idempotency_key) > 0)",
    ),
    ErasedTable(
        "name_frequency",
        f"customers <= {FEW} AND name IN (SELECT lower(part) FROM customer c,"
        " regexp_split_to_table(c.name, '\\s+') AS part WHERE c.customer_id = ANY ($1))",
    ),
    ErasedTable(
        "shared_value",
        "value IN (SELECT i.value FROM identity i WHERE i.customer_id = ANY ($1))"
        " OR value IN (SELECT v.normal FROM customer_value v WHERE v.customer_id = ANY ($1))",
    ),
    *map(
        ErasedTable,
        (
            "advice_outcome",
            "agent_draft",
            "attempt",
            "callback",
            "change_audit",
            "change_note",
            "condition",
            "customer_risk",
            "customer_value",
            "fact",
            "fact_history",
            "golden_change",
            "golden_pin",
            "handoff",
            "interaction",
            "invalid_number",
            "journey_border",
            "journey_decision",
            "journey_note",
            "live_call",
            "match_key",
            "match_profile",
            "opened_card",
            "outbox",
            "redemption",
            "risk_action",
            "risk_episode",
            "search_fact",
            "search_progress",
            "search_subject",
            "search_text",
            "segment_member",
            "segment_undecided",
            "source_record",
            "store_candidate",
            "survey",
            "timer",
            "undropped_view",
            "webhook_delivery",
        ),
    ),
    ErasedTable("customer_match", _EITHER),
    ErasedTable("match_decision", _EITHER),
    ErasedTable("merge_suggestion", _EITHER),
    ErasedTable("conversation"),
    ErasedTable("identity"),
    ErasedTable("customer"),
)
"""Deleted together, while the customers are locked."""

IDENTITIES = "unnest($2::text[], $3::text[]) AS stated (kind, value)"
_SHORTEST = 6
"""Identities that are shorter stand in too many deliveries of others."""
COPIES = (
    ErasedTable(
        "channel_payload",
        "payload_id IN (SELECT d.payload_id FROM channel_delivery d WHERE d.customer_ids && $1)"
        " OR EXISTS (SELECT FROM unnest($4::uuid[], $5::text[]) AS event (key_id, id)"
        " WHERE event.key_id = instance_id AND position(convert_to(event.id, 'UTF8') IN raw) > 0)"
        f" OR EXISTS (SELECT FROM {IDENTITIES}"
        f" WHERE length(stated.value) >= {_SHORTEST} AND position(convert_to(stated.value, 'UTF8') IN raw) > 0)",
    ),
    ErasedTable("channel_delivery", "customer_ids && $1"),
    ErasedTable(
        "read_audit",
        "customer_ids && $1",
        "customer_ids = ARRAY(SELECT one FROM unnest(customer_ids) AS one WHERE one <> ALL ($1))",
    ),
    ErasedTable(
        "conversation",
        f"customer_id <> ALL ($1) AND identities && ARRAY(SELECT stated.kind || ':' || stated.value FROM {IDENTITIES})",
        "identities = ARRAY(SELECT one FROM unnest(identities) AS one WHERE one <> ALL (ARRAY("
        f"SELECT stated.kind || ':' || stated.value FROM {IDENTITIES})))",
    ),
)
"""Copies of what customers sent, and what names them among others: cleared afterwards, with no customer locked."""

KEPT: Sequence[KeptTable] = (
    KeptTable("receipt", "A hash of each event keeps it from being registered again; it holds no content."),
    KeptTable("event", "The journal has no gaps, or listeners would miss events; it holds ids alone, for hours."),
    KeptTable("idempotency", "A repeated request must not be carried out anew; the ids are forgotten after a day."),
    KeptTable("name_frequency", "How many customers have a name that more than five have is a statistic."),
    KeptTable("erasure", "The receipt is the proof that the erasure was carried out."),
    KeptTable("erased_customer", "The id answers that the customer was erased."),
    KeptTable("erased_identity", "A keyed hash of each identity keeps late events from being taken."),
)
