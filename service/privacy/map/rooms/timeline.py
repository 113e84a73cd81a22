"""What happened with a customer, what was said, and what the customer is entitled to."""

from service.privacy.map.columns import (
    CONSOLE,
    DESKS,
    ENTITLEMENTS,
    PROMISES,
    agent,
    behaviour,
    content,
    link,
    table,
    technical,
)
from service.privacy.map.model import Masked

INTERACTION = table(
    "interaction",
    link("customer_id interaction_id conversation_id", CONSOLE),
    technical("version registered_at"),
    behaviour("occurred_at channel kind", CONSOLE | PROMISES),
    behaviour("direction assurance language outcome", CONSOLE),
    behaviour("source source_event_id", CONSOLE, holds="the system that registered it, and its id there"),
    behaviour("mood repeated_questions", CONSOLE | PROMISES),
    content("text", CONSOLE, masked=Masked.OTHERS, holds="what was said or written"),
    content(
        "details",
        CONSOLE | PROMISES,
        masked=Masked.OTHERS,
        holds="participant, facts, questions, attempt, rating and data of the channel, with references of attachments",
    ),
    agent("key_id", holds="the key or door that registered it"),
    kept="ASKONCE_INTERACTION_DAYS",
)
CONVERSATION = table(
    "conversation",
    link("customer_id conversation_id", PROMISES),
    technical("space_id subject_key handed_off interactions"),
    behaviour("source ref", CONSOLE),
    content("subject", PROMISES, masked=Masked.OTHERS, holds="what it is about"),
    behaviour("status channels opened_at last_at resolved_at", PROMISES),
    content("facts", DESKS, holds="what was said in it, by the names of facts"),
    content("identities", CONSOLE, masked=Masked.OTHERS, holds="the identities that took part"),
    kept="ASKONCE_INTERACTION_DAYS",
)
FACT = table(
    "fact",
    link("customer_id conversation_id"),
    technical("version vouched"),
    content("name value source channel at verified", DESKS),
    kept="ASKONCE_FACT_DAYS",
)
FACT_HISTORY = table(
    "fact_history",
    link("customer_id conversation_id"),
    technical("version ended_version"),
    content("name value source channel at verified", CONSOLE),
    kept="ASKONCE_FORMER_VALUE_DAYS",
)
ATTEMPT = table(
    "attempt",
    link("customer_id conversation_id"),
    technical("what_key", holds="the words as they are compared"),
    technical("version"),
    content("outcome channel at", DESKS),
    content("what", DESKS, masked=Masked.OTHERS),
    agent("by", DESKS),
    kept="ASKONCE_INTERACTION_DAYS",
)
CONDITION = table(
    "condition",
    link("customer_id condition_id", ENTITLEMENTS),
    content("title kind terms scope valid_from valid_until priority stacking", ENTITLEMENTS),
    content("contract", CONSOLE),
    content("max_uses max_uses_per", ENTITLEMENTS),
    content("created_at revoked_at", CONSOLE),
    technical("audiences", holds="which views may show it"),
    kept="ASKONCE_CONDITION_DAYS",
)
REDEMPTION = table(
    "redemption",
    link("customer_id condition_id"),
    behaviour("receipt store amount currency redeemed_at voided_at", CONSOLE, holds="a use of a condition at a till"),
    behaviour("late over_limit not_valid", CONSOLE),
    technical("recorded_at"),
    kept="ASKONCE_CONDITION_DAYS",
)
STORE_CANDIDATE = table(
    "store_candidate",
    technical("token_hash tries"),
    link("customer_id"),
    behaviour("store expires_at", exported=False),
    agent("key_id"),
    kept="until it expires, minutes",
)
TABLES = (STORE_CANDIDATE, REDEMPTION, CONDITION, ATTEMPT, FACT_HISTORY, FACT)
LAST_TABLES = (INTERACTION, CONVERSATION)
"""Others are found through these."""
