"""What stays of rows that went after their time, and why customers were opened."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import CONSOLE, FOR_EVER, access, agent, content, link, of_nobody, table, technical
from service.privacy.map.model import Masked

TABLES = (
    table(
        "read_reason",
        link("customer_id"),
        agent("key_id", CONSOLE),
        access("given_at until choice", CONSOLE, exported=True, holds="why a customer was opened"),
        content("note", CONSOLE, masked=Masked.OTHERS, holds="why, in the agent's own words"),
        purpose=Purpose.SECURITY,
        kept="ASKONCE_READ_AUDIT_DAYS",
    ),
    table(
        "expired_receipt",
        technical("digest"),
        link("customer_id interaction_id conversation_id"),
        purpose=Purpose.OPERATION,
        kept=FOR_EVER,
    ),
    of_nobody(
        "expired_count",
        technical("day item about place n", holds="how often something happened; nothing leads to a person"),
        purpose=Purpose.ANALYSIS,
        kept=FOR_EVER,
    ),
    of_nobody(
        "retention_position",
        technical("single swept_at"),
        technical("sweep", holds="the id of the customer that a run over all has come to"),
        kept="while a run lasts",
    ),
)
