-- name: is_filled
-- Whether the records are there.
SELECT EXISTS (SELECT FROM customer);

-- name: insert_customers
-- $1 customers with names of words $2 and $3; number n has the ids that its number gives, a telephone and an e-mail address.
WITH person AS (
    INSERT INTO customer (customer_id, version, name, name_key, language, since, interactions, last_registered_at)
    SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 19))::uuid, $4,
        initcap(given || ' ' || family), given || ' ' || family, 'de', now() - n * interval '1 minute', $4, now()
    FROM generate_series(1, $1) AS n
    CROSS JOIN LATERAL (
        SELECT ($2::text[])[1 + n % cardinality($2::text[])] AS given,
            ($3::text[])[1 + n / 7 % cardinality($3::text[])] AS family
    ) AS called
    RETURNING customer_id, (('x' || substr(replace(customer_id::text, '-', ''), 1, 12))::bit(48)::bigint - 1700000000000) AS n
),
known AS (
    INSERT INTO identity (kind, value, customer_id, verified, source, created_at, link)
    SELECT one.kind::identity_kind, one.value, customer_id, true, 'bench', now(), 'proven'
    FROM person
    CROSS JOIN LATERAL (
        VALUES ('phone', '+49151' || lpad(n::text, 8, '0')), ('email', 'c' || n || '@example.com'),
            ('customer_number', 'K' || (7000000 + n * 37))
    ) AS one (kind, value)
    RETURNING customer_id
)
SELECT count(*) FROM known;

-- name: insert_interactions
-- $1 interactions of every customer, ten to a conversation, with texts $2 and subjects $3 in German and English by turns;
-- each conversation states an order number.
WITH person AS MATERIALIZED (
    SELECT customer_id, row_number() OVER (ORDER BY customer_id) AS n FROM customer
),
told AS MATERIALIZED (
    SELECT customer_id, n, i,
        md5(n || '-' || (i - 1) / 10)::uuid AS conversation_id,
        now() - (random() * 1000) * interval '1 day' AS at,
        n * 7919 + i * 104729 AS number
    FROM person
    CROSS JOIN generate_series(1, $1::integer) AS i
),
talked AS (
    INSERT INTO conversation (
        customer_id, conversation_id, source, subject, subject_key, status, channels, opened_at, last_at, interactions
    )
    SELECT customer_id, conversation_id, 'bench', ($3::text[])[1 + number % cardinality($3::text[])], '', 'resolved',
        '{email}', at, at, 10
    FROM told
    WHERE i % 10 = 1
),
said AS (
    INSERT INTO interaction (
        customer_id, occurred_at, interaction_id, version, registered_at, conversation_id, key_id, source,
        source_event_id, channel, kind, direction, assurance, language, repeated_questions, text, details
    )
    SELECT customer_id, at, md5(n || '/' || i)::uuid, i, at, conversation_id, '00000000-0000-0000-0000-000000000000',
        'bench', n || '-' || i, 'email', 'message', 'inbound', 'possession',
        CASE WHEN number % cardinality($2::text[]) % 2 = 0 THEN 'de' ELSE 'en' END, 0,
        ($2::text[])[1 + number % cardinality($2::text[])],
        CASE WHEN i % 10 = 1 THEN jsonb_build_object('facts', jsonb_build_object('order_number', 'A-' || n || '-' || i)) END
    FROM told
    RETURNING interaction_id
)
SELECT count(*) FROM said;

-- name: is_findable
-- Whether the sweep over all customers has come to its end.
SELECT sweep IS NULL FROM search_position;
