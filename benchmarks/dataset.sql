-- name: grant_conditions
-- Two conditions for every customer, in force since $1.
INSERT INTO condition (
    customer_id, condition_id, title, kind, terms, scope, valid_from, priority, stacking, audiences, created_at
)
SELECT c.customer_id, gen_random_uuid(), granted.title, granted.kind, granted.terms, '{}', $1, 0, 'stack',
    '{console,bot,store}', $1
FROM customer c
CROSS JOIN (
    VALUES
        ('20 % on everything', 'discount'::condition_kind, '{"percent": 20}'::jsonb),
        ('Free technician visit', 'entitlement', '{"text": "One visit a year is free of charge."}')
) AS granted (title, kind, terms);

-- name: count_interactions
-- Interactions, and bytes of the whole database.
SELECT (SELECT count(*) FROM interaction) AS interactions, pg_database_size(current_database()) AS bytes;
