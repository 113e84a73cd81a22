-- name: find_receipts
-- The answers given to the events ($1 sources, $2 ids).
SELECT r.source, r.source_event_id, r.interaction_id, r.customer_id, r.conversation_id, r.version
FROM unnest($1::text[], $2::text[]) AS wanted (source, source_event_id)
JOIN receipt r ON r.source = wanted.source AND r.source_event_id = wanted.source_event_id;

-- name: find_conversations
-- The latest conversations of customers $1, sources $2 and refs $3, the latest unresolved ones of customers $4 and subjects
-- $5, and of customers $6 those with the ids $7.
SELECT found.*
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS wanted (customer_id, source, ref)
CROSS JOIN LATERAL (
    SELECT c.customer_id, c.conversation_id, c.source, c.ref, c.subject, c.status, c.channels, c.opened_at, c.last_at,
        c.resolved_at, c.interactions, c.facts
    FROM conversation c
    WHERE c.customer_id = wanted.customer_id AND c.source = wanted.source AND c.ref = wanted.ref
    ORDER BY c.opened_at DESC
    LIMIT 1
) AS found
UNION ALL
SELECT found.*
FROM unnest($4::uuid[], $5::text[]) AS wanted (customer_id, subject_key)
CROSS JOIN LATERAL (
    SELECT c.customer_id, c.conversation_id, c.source, c.ref, c.subject, c.status, c.channels, c.opened_at, c.last_at,
        c.resolved_at, c.interactions, c.facts
    FROM conversation c
    WHERE c.customer_id = wanted.customer_id AND c.subject_key = wanted.subject_key AND c.status <> 'resolved'
    ORDER BY c.opened_at DESC
    LIMIT 1
) AS found
UNION ALL
SELECT c.customer_id, c.conversation_id, c.source, c.ref, c.subject, c.status, c.channels, c.opened_at, c.last_at,
    c.resolved_at, c.interactions, c.facts
FROM unnest($6::uuid[], $7::uuid[]) AS wanted (customer_id, conversation_id)
JOIN conversation c ON c.customer_id = wanted.customer_id AND c.conversation_id = wanted.conversation_id;

-- name: find_facts
-- What customers $1 are known to have said about $2.
SELECT f.customer_id, f.name, f.value, f.source, f.channel, f.at, f.verified, f.conversation_id, f.version
FROM unnest($1::uuid[], $2::text[]) AS wanted (customer_id, name)
JOIN fact f ON f.customer_id = wanted.customer_id AND f.name = wanted.name;

-- name: append
-- Interactions ($1 to $19, one array per column in the order of InteractionRow) with their receipts, and that customers $20
-- came to versions $21 at $22; gives how many receipts were new.
WITH appended AS (
    INSERT INTO interaction (
        customer_id, occurred_at, interaction_id, version, registered_at, conversation_id, key_id, source,
        source_event_id, channel, kind, direction, assurance, language, outcome, mood, repeated_questions, text, details
    )
    SELECT * FROM unnest(
        $1::uuid[], $2::timestamptz[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::uuid[], $7::uuid[], $8::text[],
        $9::text[], $10::channel[], $11::interaction_kind[], $12::direction[], $13::assurance[], $14::text[],
        $15::call_outcome[], $16::real[], $17::smallint[], $18::text[], $19::jsonb[]
    )
),
told AS (
    INSERT INTO outbox (customer_id, version, type, created_at)
    SELECT customer_id, version, 'context.changed', $22
    FROM unnest($20::uuid[], $21::bigint[]) AS new (customer_id, version)
),
stored AS (
    INSERT INTO receipt (source, source_event_id, interaction_id, customer_id, conversation_id, version)
    SELECT *
    FROM unnest($8::text[], $9::text[], $3::uuid[], $1::uuid[], $6::uuid[], $4::bigint[])
        AS new (source, source_event_id, interaction_id, customer_id, conversation_id, version)
    ORDER BY source, source_event_id
    ON CONFLICT (source, source_event_id) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM stored;

-- name: append_receipts
-- Receipts, one array per column in the order of ReceiptRow; gives how many were new.
WITH stored AS (
    INSERT INTO receipt (source, source_event_id, interaction_id, customer_id, conversation_id, version)
    SELECT *
    FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[])
        AS new (source, source_event_id, interaction_id, customer_id, conversation_id, version)
    ORDER BY source, source_event_id
    ON CONFLICT (source, source_event_id) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM stored;

-- name: store_conversations
-- Conversations as they stand now: $1 customers, $2 ids, $3 sources, $4 refs, $5 subjects, $6 subject keys, $7 statuses,
-- $8 channels as arrays in text, $9 opened, $10 last, $11 resolved, $12 interactions, $13 facts.
INSERT INTO conversation (
    customer_id, conversation_id, source, ref, subject, subject_key, status, channels, opened_at, last_at, resolved_at,
    interactions, facts
)
SELECT customer_id, conversation_id, source, ref, subject, subject_key, status, channels::channel[], opened_at, last_at,
    resolved_at, interactions, facts
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::conversation_status[], $8::text[],
    $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::integer[], $13::jsonb[]
) AS new (
    customer_id, conversation_id, source, ref, subject, subject_key, status, channels, opened_at, last_at, resolved_at,
    interactions, facts
)
ON CONFLICT (customer_id, conversation_id) DO UPDATE SET
    subject = excluded.subject, subject_key = excluded.subject_key, status = excluded.status,
    channels = excluded.channels, opened_at = excluded.opened_at, last_at = excluded.last_at,
    resolved_at = excluded.resolved_at, interactions = excluded.interactions, facts = excluded.facts;

-- name: store_knowledge
-- What is known now ($1 to $9, in the order of FactRow), values that ended ($10 to $19, FactHistoryRow) and attempts ($20 to
-- $28, AttemptRow), one array per column; a report of an attempt that is older than the known one changes nothing.
WITH known AS (
    INSERT INTO fact (customer_id, name, value, source, channel, at, verified, conversation_id, version)
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::jsonb[], $4::text[], $5::channel[], $6::timestamptz[], $7::boolean[], $8::uuid[],
        $9::bigint[]
    )
    ON CONFLICT (customer_id, name) DO UPDATE SET
        value = excluded.value, source = excluded.source, channel = excluded.channel, at = excluded.at,
        verified = excluded.verified, conversation_id = excluded.conversation_id, version = excluded.version
),
ended AS (
    INSERT INTO fact_history (
        customer_id, name, version, value, source, channel, at, verified, conversation_id, ended_version
    )
    SELECT * FROM unnest(
        $10::uuid[], $11::text[], $12::bigint[], $13::jsonb[], $14::text[], $15::channel[], $16::timestamptz[],
        $17::boolean[], $18::uuid[], $19::bigint[]
    )
)
INSERT INTO attempt (customer_id, conversation_id, what_key, what, outcome, by, channel, at, version)
SELECT * FROM unnest(
    $20::uuid[], $21::uuid[], $22::text[], $23::text[], $24::attempt_outcome[], $25::text[], $26::channel[],
    $27::timestamptz[], $28::bigint[]
)
ON CONFLICT (customer_id, conversation_id, what_key) DO UPDATE SET
    what = excluded.what, outcome = excluded.outcome, by = excluded.by, channel = excluded.channel, at = excluded.at,
    version = excluded.version
WHERE excluded.at >= attempt.at;

-- name: tell
-- Customers $1 came to versions $2 at $3.
INSERT INTO outbox (customer_id, version, type, created_at)
SELECT customer_id, version, 'context.changed', $3
FROM unnest($1::uuid[], $2::bigint[]) AS new (customer_id, version);
