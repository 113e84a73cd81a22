"""Who a customer is, and what joins customers to one person."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import (
    CONSOLE,
    DEPARTMENTS,
    EITHER,
    EVERY_VIEW,
    FOR_EVER,
    KNOWN_BY_NAME,
    agent,
    contact,
    content,
    identity,
    link,
    profile,
    table,
    technical,
)
from service.privacy.map.model import Masked, OnErase

CUSTOMER = table(
    "customer",
    link("customer_id merged_into merge_parent", EVERY_VIEW),
    identity("name", KNOWN_BY_NAME),
    identity("name_key", exported=False, holds="the name as it is searched by"),
    identity("language", EVERY_VIEW),
    identity("name_at language_at", CONSOLE, holds="when it was last stated by hand"),
    contact("preferred_channel communication_style channel_wishes do_not_contact", DEPARTMENTS),
    technical("restricted consents", holds="what the statements of consents and restrictions come to"),
    profile("segments", DEPARTMENTS, holds="the segments that were stated of the customer"),
    technical("version", EVERY_VIEW),
    technical("interactions repeated_questions", CONSOLE, holds="how many of the interactions"),
    technical("holds_conditions last_registered_at"),
    technical("since", DEPARTMENTS, exported=True),
    kept="ASKONCE_INACTIVE_CUSTOMER_DAYS",
)
IDENTITY = table(
    "identity",
    identity("kind value verified source created_at link", CONSOLE),
    link("customer_id", CONSOLE),
    agent("proven_by", holds="the key of a person who vouched for it"),
)
INVALID_NUMBER = table(
    "invalid_number",
    link("customer_id callback_id"),
    contact("phone since", CONSOLE, holds="a number that a call back found to be none"),
)
MERGE_SUGGESTION = table(
    "merge_suggestion",
    link("customer_id other_customer_id interaction_id", CONSOLE),
    identity("kind value", CONSOLE, exported=False, holds="what one interaction named together; it may be another's"),
    technical("suggested_at"),
    purpose=Purpose.PROFILING,
    rows_of=EITHER,
)
CHANGE_AUDIT = table(
    "change_audit",
    link("customer_id subject_id"),
    technical("version"),
    content("at action fields", CONSOLE, holds="what was changed, by the names of fields"),
    agent("key_id", CONSOLE),
    purpose=Purpose.SECURITY,
)
CHANGE_NOTE = table(
    "change_note",
    link("customer_id"),
    technical("version"),
    content("note", CONSOLE, masked=Masked.OTHERS, holds="what a person wrote beside a change"),
    purpose=Purpose.SECURITY,
)
RECEIPT = table(
    "receipt",
    link("customer_id survivor_id"),
    technical("version survivor_version"),
    technical("digest", holds="16 bytes of the SHA-256 of the event's source and id"),
    purpose=Purpose.OPERATION,
    kept=FOR_EVER,
    on_erase=OnErase.KEEP,
    reason="An event that is delivered again is known by its digest, and answered that its customer was erased.",
)

TABLES = (CHANGE_NOTE, CHANGE_AUDIT, MERGE_SUGGESTION, INVALID_NUMBER)
"""What hangs on a customer. The identities and the customer go last of all: others are found through them."""
LAST_TABLES = (IDENTITY, CUSTOMER, RECEIPT)
