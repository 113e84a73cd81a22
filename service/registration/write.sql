-- name: write_plan
-- What a batch changes, one array of rows per table, all or nothing: new customers $1, what known customers come to $2
-- (tallies are added, what is not known yet is filled), conversations as they stand now $3, what is known now $4, values that
-- ended $5, attempts $6 (a report older than the known one changes nothing), interactions $7 and receipts $8, as of $10. The
-- known customers are those of $9 as they were read; they are locked in the order of their ids first. If one has changed since,
-- the answer is false: nothing is stored, and the locks are held until the transaction ends. New identities $11 and receipts
-- come next: if another transaction was faster with one of them, the statement fails. Then comes everything else; what few batches
-- have is left to a function, since each table costs every batch: proven identities $12, customers that may be one $13, and
-- numbers of customers that are right $14. The outbox gets every customer but those that were merged: their survivors are
-- among the others.
WITH held AS MATERIALIZED (
    SELECT c.customer_id, c.version, c.merged_into
    FROM customer c
    WHERE c.customer_id = ANY (ARRAY(SELECT customer_id FROM unnest($9::known_customer[])))
    ORDER BY c.customer_id
    FOR NO KEY UPDATE
),
current AS MATERIALIZED (
    SELECT count(*) = cardinality($9::known_customer[]) AS all_of_them
    FROM unnest($9::known_customer[]) AS known
    JOIN held ON held.customer_id = known.customer_id AND held.version = known.version
        AND held.merged_into IS NOT DISTINCT FROM known.merged_into
),
attached AS (
    INSERT INTO identity (kind, value, customer_id, verified, source, link, proven_by, created_at)
    SELECT kind, value, customer_id, verified, source, link, proven_by, $10
    FROM unnest($11::identity_row[])
    WHERE (SELECT all_of_them FROM current)
    ORDER BY kind, value
    ON CONFLICT (kind, value) DO NOTHING
    RETURNING kind
),
stored AS (
    INSERT INTO receipt (customer_id, version, survivor_id, survivor_version, digest)
    SELECT customer_id, version, survivor_id, survivor_version, digest
    FROM unnest($8::receipt_row[])
    WHERE (SELECT all_of_them FROM current) AND (SELECT count(*) FROM attached) = cardinality($11::identity_row[])
    ORDER BY digest
    ON CONFLICT (digest) DO NOTHING
    RETURNING digest
),
gate AS MATERIALIZED (
    SELECT CASE
        WHEN NOT (SELECT all_of_them FROM current) THEN false
        WHEN (SELECT count(*) FROM stored) < cardinality($8::receipt_row[]) THEN refuse_overtaken()
        WHEN cardinality($12::identity_row[]) + cardinality($13::merge_suggestion_row[]) + cardinality($14::customer_phone[]) > 0
            THEN store_rare_rows($12, $13, $14)
        ELSE true
    END AS is_open
),
created AS (
    INSERT INTO customer (
        customer_id, version, interactions, repeated_questions, since, name, name_key, language, last_registered_at
    )
    SELECT customer_id, version, interactions, repeated_questions, since, name, name_key, language, last_registered_at
    FROM unnest($1::customer_row[])
    WHERE (SELECT is_open FROM gate)
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
    WHERE (SELECT is_open FROM gate) AND customer.customer_id = new.customer_id
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
    WHERE (SELECT is_open FROM gate)
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
    WHERE (SELECT is_open FROM gate)
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
    WHERE (SELECT is_open FROM gate)
),
tried AS (
    INSERT INTO attempt (customer_id, conversation_id, what_key, what, outcome, by, channel, at, version)
    SELECT customer_id, conversation_id, what_key, what, outcome, by, channel, at, version
    FROM unnest($6::attempt_row[])
    WHERE (SELECT is_open FROM gate)
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
    WHERE (SELECT is_open FROM gate)
),
told AS (
    INSERT INTO outbox (customer_id, version, type, created_at)
    SELECT customer_id, version, 'context.changed', $10
    FROM unnest($1::customer_row[] || $2::customer_row[])
    WHERE (SELECT is_open FROM gate)
        AND customer_id <> ALL (ARRAY(
            SELECT customer_id FROM unnest($9::known_customer[]) WHERE merged_into IS NOT NULL
        ))
)
SELECT is_open AS stored FROM gate;
