-- name: claim_position
-- Up to which event golden records were compared, how far the run over all records is, and the digest of the rules, with that
-- of the rules as they are now; held until this transaction ends. No row while another worker holds it.
SELECT p.event_id, p.sweep, p.rules, golden_rules() AS rules_now
FROM golden_position p
FOR UPDATE OF p SKIP LOCKED;

-- name: begin_sweep
-- A run over all records begins behind customer $1, by the rules of digest $2.
UPDATE golden_position SET sweep = $1, rules = $2;

-- name: move_event
-- Golden records were compared up to event $1.
UPDATE golden_position SET event_id = $1;

-- name: move_sweep
-- The run over all records has come to customer $1; it is over if that is null.
UPDATE golden_position SET sweep = $1;

-- name: read_next_customers
-- The next $2 customers behind $1 that have records of sources.
SELECT DISTINCT r.customer_id
FROM source_record r
WHERE r.customer_id > $1
ORDER BY r.customer_id
LIMIT $2;

-- name: read_records
-- The records of the merge sets of customers $1: the survivor, the member of a record, and what the record was told. Look-ups
-- per customer.
SELECT member.survivor_id AS customer_id, r.customer_id AS member_id, r.source, r.external_id, g.told
FROM (
    SELECT DISTINCT coalesce(c.merged_into, c.customer_id) AS survivor_id, m.customer_id
    FROM customer c
    JOIN customer m ON m.customer_id = coalesce(c.merged_into, c.customer_id) OR m.merged_into = coalesce(c.merged_into, c.customer_id)
    WHERE c.customer_id = ANY ($1::uuid[]) AND NOT c.restricted
) AS member
JOIN source_record r ON r.customer_id = member.customer_id
LEFT JOIN golden_change g ON g.source = r.source AND g.external_id = r.external_id
ORDER BY member.survivor_id, r.source, r.external_id;

-- name: follow_moves
-- What records were told that are customer $1's by now, such as after a split, is told of them: messages name them.
UPDATE golden_change g SET customer_id = r.customer_id
FROM source_record r
WHERE r.customer_id = ANY ($1::uuid[]) AND g.source = r.source AND g.external_id = r.external_id
    AND g.customer_id <> r.customer_id;

-- name: raise_changes
-- The records $1 $2 of customers $3 have to learn $4 (JSON) since $5: each gets the next sequence, and is due where its source
-- has a webhook. A try that runs is not disturbed: what it sends is older, and the next one follows it. Gives how many.
WITH news AS (
    SELECT n.source, n.external_id, n.customer_id, n.told::jsonb AS told,
        row_number() OVER (ORDER BY n.place) AS step
    FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) WITH ORDINALITY
        AS n (source, external_id, customer_id, told, place)
),
counted AS (
    UPDATE golden_position SET sequence = sequence + (SELECT count(*) FROM news) RETURNING sequence
),
raised AS (
    INSERT INTO golden_change (source, external_id, customer_id, sequence, told, changed_at, due_at, queued_at)
    SELECT n.source, n.external_id, n.customer_id, c.sequence - (SELECT count(*) FROM news) + n.step, n.told, $5::timestamptz,
        CASE WHEN s.webhook IS NOT NULL THEN $5::timestamptz END, $5::timestamptz
    FROM news n
    CROSS JOIN counted c
    LEFT JOIN source s ON s.source = n.source
    ON CONFLICT (source, external_id) DO UPDATE SET
        customer_id = excluded.customer_id, sequence = excluded.sequence, told = excluded.told,
        changed_at = excluded.changed_at, due_at = coalesce(excluded.due_at, golden_change.due_at),
        queued_at = excluded.queued_at, tries = 0, failure = NULL
    RETURNING sequence
)
SELECT count(*) AS raised FROM raised;

-- name: note_learned
-- The records $1 $2 have to learn no more than $3 (JSON) by now; nothing is sent to those that know all.
UPDATE golden_change g SET told = l.told::jsonb, due_at = CASE WHEN l.told <> '{}' THEN g.due_at END
FROM unnest($1::text[], $2::text[], $3::text[]) AS l (source, external_id, told)
WHERE g.source = l.source AND g.external_id = l.external_id;
