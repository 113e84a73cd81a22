"""Handoffs, callbacks, calls that run, and what agents have open about a customer."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import (
    AGENTS,
    CONSOLE,
    DESKS,
    PROMISES,
    WHILE_SET,
    agent,
    behaviour,
    configuration,
    contact,
    content,
    link,
    of_nobody,
    table,
    technical,
)
from service.privacy.map.model import Masked

HANDOFF = table(
    "handoff",
    link("customer_id handoff_id conversation_id parent_id callback_id", DESKS),
    technical("version token deadline priority"),
    behaviour("state mode queue asked_queue created_at ended_at", DESKS),
    content("outcome", DESKS, masked=Masked.OTHERS),
    agent("given_by taken_by offers key_id", AGENTS, holds="the desks and agents that gave, were asked, and took"),
    content("reason_code reason_text summary summaries", AGENTS, masked=Masked.OTHERS),
    content("packet", AGENTS, masked=Masked.OTHERS, holds="the context as it travels with the handoff"),
    content("wishes", AGENTS, holds="skills and language that the conversation needs"),
    kept="ASKONCE_INTERACTION_DAYS",
)
HANDOFF_REPORT = table(
    "handoff_report",
    link("handoff_id"),
    technical("instance_id url"),
    content("bodies", exported=False, holds="what the system that handed off is told: states and ids"),
    kept="until the end of the handoff has been told",
    rows_of="handoff_id IN (SELECT handoff_id FROM handoff WHERE customer_id = ANY($1::uuid[]))",
)
HANDOFF_REPORT_DUE = table(
    "handoff_report_due",
    link("handoff_id"),
    technical("outbox_id state queued_at due_at tries"),
    kept="until it has been told",
    rows_of="handoff_id IN (SELECT handoff_id FROM handoff WHERE customer_id = ANY($1::uuid[]))",
)
CALLBACK = table(
    "callback",
    link("customer_id callback_id conversation_id handoff_id", PROMISES),
    technical("version token priority due_at claim_until max_attempts retry_after_s"),
    behaviour("state promised_from promised_to kept late_s missed_windows", PROMISES),
    behaviour("queue created_at claimed_at ended_at", AGENTS),
    content("end_reason", AGENTS, masked=Masked.OTHERS),
    behaviour("attempts", AGENTS, masked=Masked.AGENT, holds="every call that was tried, and how it ended"),
    contact("phone", AGENTS),
    content("reason", AGENTS, masked=Masked.OTHERS),
    agent("key_id preferred_agent claimed_by", AGENTS),
    kept="ASKONCE_INTERACTION_DAYS",
)
LIVE_CALL = table(
    "live_call",
    link("call_ref call_id conversation interaction_id customer_id"),
    technical("source key_id deadline seen_at"),
    contact("identities", CONSOLE, holds="the numbers of the call"),
    behaviour("phase direction queue started_at closed_at", CONSOLE),
    behaviour("legs", CONSOLE, masked=Masked.AGENT, holds="who was rung, answered and hung up"),
    content("data", CONSOLE, masked=Masked.OTHERS, holds="what the telephone system told besides"),
    kept="a day after the call",
    rows_of="customer_id = ANY($1::uuid[])"
    " OR EXISTS (SELECT 1 FROM identity WHERE identity.customer_id = ANY($1::uuid[])"
    " AND identities @> jsonb_build_array(jsonb_build_object('value', identity.value)))",
)
AGENT_DRAFT = table(
    "agent_draft",
    agent("account_id"),
    link("subject_id customer_id"),
    technical("form field tab updated_at"),
    content("text replaced", CONSOLE, masked=Masked.OTHERS, holds="what an agent is writing about the customer"),
    kept="days after it was last written",
)
OPENED_CARD = table(
    "opened_card",
    technical("token_hash session_hash"),
    agent("account_id"),
    link("customer_id"),
    behaviour("opened_at ends_at", exported=False),
    purpose=Purpose.SECURITY,
    kept="hours",
)
QUEUE = of_nobody(
    "queue", configuration("name title calendar offer_timeout_s max_offers fallback_queue partner"), kept=WHILE_SET
)
TABLES = (OPENED_CARD, AGENT_DRAFT, LIVE_CALL, HANDOFF_REPORT_DUE, HANDOFF_REPORT, CALLBACK, HANDOFF, QUEUE)
