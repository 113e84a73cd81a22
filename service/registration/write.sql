-- name: write_plan
-- What a batch changes, one array per column: new customers ($1 to $9), what known ones come to ($10 to $18: tallies
-- are added, what is not known yet is filled), conversations as they stand now ($19 to $31), what is known now ($32 to
-- $40), values that ended ($41 to $50), attempts ($51 to $59: a report older than the known one changes nothing),
-- interactions ($60 to $78), receipts ($79 to $84), and which customers ($85 to $86) to tell of at $87. Gives how many
-- receipts were new.
WITH created AS (
    INSERT INTO customer (
        customer_id, version, interactions, repeated_questions, since, name, name_key, language, last_registered_at
    )
    SELECT * FROM unnest(
        $1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[], $8::text[],
        $9::timestamptz[]
    )
),
advanced AS (
    UPDATE customer SET
        version = new.version,
        interactions = customer.interactions + new.interactions,
        repeated_questions = customer.repeated_questions + new.repeated_questions,
        since = least(customer.since, new.since),
        name = coalesce(customer.name, new.name),
        name_key = coalesce(customer.name_key, new.name_key),
        language = coalesce(customer.language, new.language),
        last_registered_at = new.last_registered_at
    FROM unnest(
        $10::uuid[], $11::bigint[], $12::bigint[], $13::bigint[], $14::timestamptz[], $15::text[], $16::text[],
        $17::text[], $18::timestamptz[]
    ) AS new (
        customer_id, version, interactions, repeated_questions, since, name, name_key, language, last_registered_at
    )
    WHERE customer.customer_id = new.customer_id
),
talked AS (
    INSERT INTO conversation (
        customer_id, conversation_id, source, ref, subject, subject_key, status, channels, opened_at, last_at,
        resolved_at, interactions, facts
    )
    SELECT
        customer_id, conversation_id, source, ref, subject, subject_key, status, channels::channel[], opened_at,
        last_at, resolved_at, interactions, facts
    FROM unnest(
        $19::uuid[], $20::uuid[], $21::text[], $22::text[], $23::text[], $24::text[], $25::conversation_status[],
        $26::text[], $27::timestamptz[], $28::timestamptz[], $29::timestamptz[], $30::integer[], $31::jsonb[]
    ) AS new (
        customer_id, conversation_id, source, ref, subject, subject_key, status, channels, opened_at, last_at,
        resolved_at, interactions, facts
    )
    ON CONFLICT (customer_id, conversation_id) DO UPDATE SET
        subject = excluded.subject, subject_key = excluded.subject_key, status = excluded.status,
        channels = excluded.channels, opened_at = excluded.opened_at, last_at = excluded.last_at,
        resolved_at = excluded.resolved_at, interactions = excluded.interactions, facts = excluded.facts
),
known AS (
    INSERT INTO fact (customer_id, name, value, source, channel, at, verified, conversation_id, version)
    SELECT * FROM unnest(
        $32::uuid[], $33::text[], $34::jsonb[], $35::text[], $36::channel[], $37::timestamptz[], $38::boolean[],
        $39::uuid[], $40::bigint[]
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
        $41::uuid[], $42::text[], $43::bigint[], $44::jsonb[], $45::text[], $46::channel[], $47::timestamptz[],
        $48::boolean[], $49::uuid[], $50::bigint[]
    )
),
tried AS (
    INSERT INTO attempt (customer_id, conversation_id, what_key, what, outcome, by, channel, at, version)
    SELECT * FROM unnest(
        $51::uuid[], $52::uuid[], $53::text[], $54::text[], $55::attempt_outcome[], $56::text[], $57::channel[],
        $58::timestamptz[], $59::bigint[]
    )
    ON CONFLICT (customer_id, conversation_id, what_key) DO UPDATE SET
        what = excluded.what, outcome = excluded.outcome, by = excluded.by, channel = excluded.channel,
        at = excluded.at, version = excluded.version
    WHERE excluded.at >= attempt.at
),
appended AS (
    INSERT INTO interaction (
        customer_id, occurred_at, interaction_id, version, registered_at, conversation_id, key_id, source,
        source_event_id, channel, kind, direction, assurance, language, outcome, mood, repeated_questions, text, details
    )
    SELECT * FROM unnest(
        $60::uuid[], $61::timestamptz[], $62::uuid[], $63::bigint[], $64::timestamptz[], $65::uuid[], $66::uuid[],
        $67::text[], $68::text[], $69::channel[], $70::interaction_kind[], $71::direction[], $72::assurance[],
        $73::text[], $74::call_outcome[], $75::real[], $76::smallint[], $77::text[], $78::jsonb[]
    )
),
told AS (
    INSERT INTO outbox (customer_id, version, type, created_at)
    SELECT customer_id, version, 'context.changed', $87
    FROM unnest($85::uuid[], $86::bigint[]) AS new (customer_id, version)
),
stored AS (
    INSERT INTO receipt (source, source_event_id, interaction_id, customer_id, conversation_id, version)
    SELECT *
    FROM unnest($79::text[], $80::text[], $81::uuid[], $82::uuid[], $83::uuid[], $84::bigint[])
        AS new (source, source_event_id, interaction_id, customer_id, conversation_id, version)
    ORDER BY source, source_event_id
    ON CONFLICT (source, source_event_id) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM stored;
