"""What workers make of the records behind their commits: matches of customers, and the index that searches find by."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import (
    CONSOLE,
    DERIVED,
    EITHER,
    WHILE_CUSTOMER,
    agent,
    configuration,
    contact,
    content,
    identity,
    link,
    of_nobody,
    profile,
    table,
    technical,
)

_ONLY_THEIRS = (
    "name <> '' AND octet_length(name) < 256 AND customers <= cardinality($1::uuid[])"
    " AND EXISTS (SELECT 1 FROM match_profile p WHERE p.customer_id = ANY($1::uuid[])"
    " AND position(convert_to(name, 'UTF8') IN p.records) > 0)"
)
"""Names that no other customer has: in them a count is a statement on a person."""

NAME_FREQUENCY = table(
    "name_frequency",
    identity("field name", exported=False, holds="a name, birth date or place, and how many customers have it"),
    technical("customers"),
    purpose=Purpose.PROFILING,
    kept="until names are counted anew",
    rows_of=_ONLY_THEIRS,
    reason="Counts of names that others have too stay.",
)
SHARED_VALUE = table(
    "shared_value",
    technical("key found_at"),
    contact("field value", exported=False, holds="a number, home or mailbox of so many that it tells nothing of one"),
    purpose=Purpose.PROFILING,
    kept=DERIVED,
    rows_of="key IN (SELECT unnest(keys) FROM match_profile WHERE customer_id = ANY($1::uuid[]))"
    " OR value IN (SELECT i.value FROM identity i WHERE i.customer_id = ANY($1::uuid[]))"
    " OR value IN (SELECT v.normal FROM customer_value v WHERE v.customer_id = ANY($1::uuid[]))",
)
MATCH_KEY = table(
    "match_key",
    technical("key"),
    link("customer_id"),
    purpose=Purpose.PROFILING,
    kept=DERIVED,
    rows_of="(key, customer_id) IN (SELECT unnest(p.keys), p.customer_id FROM match_profile p"
    " WHERE p.customer_id = ANY($1::uuid[]))",
)
MATCH_PROFILE = table(
    "match_profile",
    link("customer_id"),
    technical("stated keys changed_at"),
    identity("records", exported=False, holds="the records in the form that they are compared in"),
    purpose=Purpose.PROFILING,
    kept=DERIVED,
)
CUSTOMER_MATCH = table(
    "customer_match",
    link("customer_id other_customer_id", CONSOLE),
    profile("p household strength", CONSOLE, holds="how likely another customer is the same person or household"),
    profile("reasons", CONSOLE, exported=False, holds="what both have in common, which shows the other one's data"),
    profile("found_at", CONSOLE),
    technical("rank stated_together is_open changed_at weighed_at"),
    purpose=Purpose.PROFILING,
    kept=DERIVED,
    rows_of=EITHER,
)
MATCH_DECISION = table(
    "match_decision",
    link("customer_id other_customer_id", CONSOLE),
    profile("decision decided_at", CONSOLE, holds="what a person decided of two customers"),
    content("note", CONSOLE, exported=False, holds="why, which may tell of the other customer"),
    agent("decided_by", CONSOLE),
    purpose=Purpose.PROFILING,
    kept=WHILE_CUSTOMER,
    rows_of=EITHER,
)
SEARCH_FACT = table(
    "search_fact",
    content("term name value at", exported=False, holds="the words of a fact"),
    link("customer_id conversation_id"),
    kept=DERIVED,
)
SEARCH_TEXT = table(
    "search_text",
    content("occurred_at words", exported=False, holds="the words of an interaction"),
    link("customer_id interaction_id"),
    kept="ASKONCE_INTERACTION_DAYS",
)
SEARCH_SUBJECT = table(
    "search_subject",
    content("opened_at subject words", exported=False, holds="the words of a conversation's subject"),
    link("customer_id conversation_id"),
    kept="ASKONCE_INTERACTION_DAYS",
)
SEARCH_PROGRESS = table("search_progress", link("customer_id"), technical("version"), kept=DERIVED)
MATCH_STATE = of_nobody(
    "match_state",
    technical("event_id person household run single"),
    technical("sweep", holds="the id of the customer that a run over all has come to"),
    configuration("tables"),
)
MERGING_SETTING = of_nobody("merging_setting", configuration("one_row verified_identity rules changed_at changed_by"))
SEARCH_POSITION = of_nobody("search_position", technical("event_id sweep single"), kept="while a run lasts")
TABLES = (
    NAME_FREQUENCY,
    SHARED_VALUE,
    MATCH_KEY,
    MATCH_PROFILE,
    CUSTOMER_MATCH,
    MATCH_DECISION,
    SEARCH_FACT,
    SEARCH_TEXT,
    SEARCH_SUBJECT,
    SEARCH_PROGRESS,
    MATCH_STATE,
    MERGING_SETTING,
    SEARCH_POSITION,
)
