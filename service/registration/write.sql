-- name: write_plan
-- What a batch changes, one array of rows per table: new customers $1, what known customers come to $2 (tallies are
-- added, what is not known yet is filled), conversations as they stand now $3, what is known now $4, values that ended $5,
-- attempts $6 (a report older than the known one changes nothing), interactions $7 and receipts $8. The outbox gets every
-- customer at $10 but those that were merged $9: their survivors are among the others. Gives how many receipts were new.
WITH created AS (
    INSERT INTO customer (
        customer_id, version, interactions, repeated_questions, since, name, name_key, language, last_registered_at
    )
    SELECT customer_id, version, interactions, repeated_questions, since, name, name_key, language, last_registered_at
    FROM unnest($1::customer_row[])
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
    FROM unnest($2::customer_row[]) AS new
    WHERE customer.customer_id = new.customer_id
),
talked AS (
    INSERT INTO conversation (
        customer_id, conversation_id, source, ref, subject, subject_key, status, channels, opened_at, last_at,
        resolved_at, interactions, facts, identities, space_id
    )
    SELECT
        customer_id, conversation_id, source, ref, subject, subject_key, status, channels, opened_at, last_at,
        resolved_at, interactions, facts, identities, space_id
    FROM unnest($3::conversation_row[])
    ON CONFLICT (customer_id, conversation_id) DO UPDATE SET
        subject = excluded.subject, subject_key = excluded.subject_key, status = excluded.status,
        channels = excluded.channels, opened_at = excluded.opened_at, last_at = excluded.last_at,
        resolved_at = excluded.resolved_at, interactions = excluded.interactions, facts = excluded.facts,
        identities = excluded.identities
),
known AS (
    INSERT INTO fact (customer_id, name, value, source, channel, at, verified, conversation_id, version, vouched)
    SELECT customer_id, name, value, source, channel, at, verified, conversation_id, version, vouched
    FROM unnest($4::fact_row[])
    ON CONFLICT (customer_id, name) DO UPDATE SET
        value = excluded.value, source = excluded.source, channel = excluded.channel, at = excluded.at,
        verified = excluded.verified, conversation_id = excluded.conversation_id, version = excluded.version,
        vouched = excluded.vouched
),
ended AS (
    INSERT INTO fact_history (
        customer_id, name, version, value, source, channel, at, verified, conversation_id, ended_version
    )
    SELECT customer_id, name, version, value, source, channel, at, verified, conversation_id, ended_version
    FROM unnest($5::fact_history_row[])
),
tried AS (
    INSERT INTO attempt (customer_id, conversation_id, what_key, what, outcome, by, channel, at, version)
    SELECT customer_id, conversation_id, what_key, what, outcome, by, channel, at, version
    FROM unnest($6::attempt_row[])
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
    SELECT
        customer_id, occurred_at, interaction_id, version, registered_at, conversation_id, key_id, source,
        source_event_id, channel, kind, direction, assurance, language, outcome, mood, repeated_questions, text,
        details
    FROM unnest($7::interaction_row[])
),
told AS (
    INSERT INTO outbox (customer_id, version, type, created_at)
    SELECT customer_id, version, 'context.changed', $10
    FROM unnest($1::customer_row[] || $2::customer_row[])
    WHERE customer_id <> ALL ((SELECT $9::uuid[])::uuid[])
),
stored AS (
    INSERT INTO receipt (source, source_event_id, interaction_id, customer_id, conversation_id, version, space_id)
    SELECT source, source_event_id, interaction_id, customer_id, conversation_id, version, space_id
    FROM unnest($8::receipt_row[])
    ORDER BY space_id, source, source_event_id
    ON CONFLICT (space_id, source, source_event_id) DO NOTHING
    RETURNING interaction_id
)
SELECT count(*) AS new_receipts FROM stored;
