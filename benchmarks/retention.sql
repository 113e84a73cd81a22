-- name: is_retention_filled
-- Whether the records are there.
SELECT EXISTS (SELECT FROM customer);

-- name: insert_slice
-- Customers $1 to $2, each with $3 interactions over the last eight years in conversations of five, with receipts, facts, what
-- search finds and an address; number n has the id that its number gives.
WITH person AS MATERIALIZED (
    SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 19))::uuid AS customer_id, n
    FROM generate_series($1::integer, $2::integer) AS n
),
told AS MATERIALIZED (
    SELECT customer_id, n, i, md5(n || '-' || (i - 1) / 5)::uuid AS conversation_id, md5(n || '/' || i)::uuid AS interaction_id,
        now() - ((i - 1) / 5 + 0.5) * (8 * 365.0 * 5 / $3::integer) * interval '1 day' + i * interval '7 minutes' AS at
    FROM person
    CROSS JOIN generate_series(1, $3::integer) AS i
),
customers AS (
    INSERT INTO customer (customer_id, version, name, name_key, language, since, interactions, last_registered_at)
    SELECT customer_id, $3, 'Customer ' || n, 'customer ' || n, 'de', now() - interval '8 years', $3, now() FROM person
),
known AS (
    INSERT INTO identity (kind, value, customer_id, verified, source, created_at, link)
    SELECT 'email', 'c' || n || '@example.com', customer_id, true, 'bench', now(), 'proven' FROM person
),
talked AS (
    INSERT INTO conversation (
        customer_id, conversation_id, source, subject, subject_key, status, channels, opened_at, last_at, interactions
    )
    SELECT customer_id, conversation_id, 'bench', 'The router does not connect', 'router', 'resolved', '{email}', min(at),
        max(at), count(*)
    FROM told
    GROUP BY customer_id, conversation_id
),
tried AS (
    INSERT INTO attempt (customer_id, conversation_id, what_key, what, outcome, channel, at, version)
    SELECT customer_id, conversation_id, 'restart', 'restart', 'failed', 'email', at, i FROM told WHERE i % 5 = 0
),
received AS (
    INSERT INTO receipt (customer_id, version, digest)
    SELECT customer_id, i, event_digest(0, 'bench', n || '-' || i) FROM told
),
found AS (
    INSERT INTO search_text (occurred_at, interaction_id, customer_id, words)
    SELECT at, interaction_id, customer_id, to_tsvector('simple', 'router connect order restart ' || n) FROM told WHERE i % 5 = 1
),
said AS (
    INSERT INTO interaction (
        customer_id, occurred_at, interaction_id, version, registered_at, conversation_id, key_id, source,
        source_event_id, channel, kind, direction, assurance, language, repeated_questions, text, details
    )
    SELECT customer_id, at, interaction_id, i, at, conversation_id, '00000000-0000-0000-0000-000000000000', 'bench',
        n || '-' || i, 'email', 'message', 'inbound', 'possession', 'de', 0,
        'The router of order ' || n || ' does not connect, and I restarted it ' || i || ' times.',
        CASE WHEN i % 5 = 1 THEN jsonb_build_object('facts', jsonb_build_object('order_number', 'A-' || n || '-' || i)) END
    FROM told
    RETURNING interaction_id
)
SELECT count(*) FROM said;
