-- name: insert_customers
-- $1 customers, by turns of segment `new`, of segment `existing`, and of none.
INSERT INTO customer (customer_id, version, since, segments)
SELECT md5('customer ' || n)::uuid, 1, $2::timestamptz - interval '3 years',
    CASE n % 3 WHEN 0 THEN '{new}' WHEN 1 THEN '{existing}' ELSE '{}' END::text[]
FROM generate_series(1, $1::integer) AS n;

-- name: insert_conversations
-- $1 conversations of $2 customers, which began within the $3 days before $4.
INSERT INTO conversation (
    customer_id, conversation_id, source, subject_key, status, channels, opened_at, last_at, resolved_at, interactions
)
SELECT md5('customer ' || 1 + n % $2::integer)::uuid, md5('conversation ' || n)::uuid, 'bench', 'router',
    CASE WHEN n % 10 < 6 THEN 'resolved' ELSE 'open' END::conversation_status, '{chatbot,phone}', at,
    at + interval '10 hours', CASE WHEN n % 10 < 6 THEN at + interval '12 hours' END, 10
FROM generate_series(1, $1::integer) AS n
CROSS JOIN LATERAL (
    SELECT $4::timestamptz - interval '1 day' - $3::integer * interval '1 day' * ((n * 7919::bigint) % 999983) / 999983 AS at
) AS began;

-- name: insert_interactions
-- Between 2 and 10 interactions of each conversation, 5 on average; every other one is the customer's own.
INSERT INTO interaction (
    customer_id, occurred_at, interaction_id, version, registered_at, conversation_id, key_id, source, source_event_id,
    channel, kind, direction, assurance, repeated_questions, text
)
SELECT v.customer_id, v.opened_at + i * interval '1 hour', md5(i || v.conversation_id::text)::uuid, i,
    v.opened_at + i * interval '1 hour', v.conversation_id, '00000000-0000-0000-0000-000000000000', 'bench',
    v.conversation_id || '/' || i,
    ('{chatbot,phone,email,web,store,social}'::channel[])[1 + (drawn.number / (1 + i / 2)) % (2 + drawn.number % 5)],
    'message', CASE WHEN i % 2 = 0 THEN 'inbound' ELSE 'outbound' END::direction, 'claimed',
    CASE WHEN i % 4 = 3 AND drawn.number % 3 = 0 THEN 1 ELSE 0 END, 'The router blinks red again, and nobody knows why.'
FROM conversation v
CROSS JOIN LATERAL (SELECT abs(hashtext(v.conversation_id::text)::bigint) AS number) AS drawn
CROSS JOIN generate_series(0, 1 + (drawn.number % 9)::integer * (drawn.number % 2)::integer + (drawn.number / 7 % 3)::integer) AS i;

-- name: count_interactions
-- How many interactions there are.
SELECT count(*) FROM interaction;
