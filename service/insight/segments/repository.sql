-- name: lock_position
-- The position of the evaluation, until the end of the transaction: a worker that evaluates by the rules of before ends first.
SELECT event_id FROM insight_position
FOR UPDATE;

-- name: count_others
-- How many segments are defined beside $1.
SELECT count(*) FROM segment
WHERE name <> $1;

-- name: begin_sweep
-- Evaluate all customers anew.
UPDATE insight_position SET sweep = '00000000-0000-0000-0000-000000000000';

-- name: upsert_segment
-- Segment $1 has title $2 and rule $3 since $4. Gives whether it is new.
INSERT INTO segment (name, title, rule, changed_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET title = excluded.title, rule = excluded.rule, changed_at = excluded.changed_at
RETURNING xmax = 0;

-- name: delete_segment
-- Forget the definition of segment $1.
DELETE FROM segment
WHERE name = $1;

-- name: read_rule
-- The rule of segment $1.
SELECT rule FROM segment
WHERE name = $1;

-- name: read_titles
-- The titles of all segments that were defined.
SELECT name, title FROM segment
ORDER BY name;

-- name: read_rules
-- The rules of all segments that have one.
SELECT name, rule FROM segment
WHERE rule IS NOT NULL
ORDER BY name;

-- name: list_segments
-- Every segment that was defined or stated, with its sizes; with $1 only the one of this name. A merged customer counts with the
-- survivor, once.
WITH own AS MATERIALIZED (
    SELECT one.name, count(*) AS customers
    FROM customer c
    CROSS JOIN LATERAL unnest(c.segments) AS one (name)
    WHERE c.segments <> '{}' AND NOT c.restricted AND c.merged_into IS NULL AND ($1::text IS NULL OR one.name = $1)
    GROUP BY one.name
),
of_merged AS (
    SELECT one.name, count(DISTINCT c.merged_into) AS customers
    FROM customer c
    JOIN customer survivor ON survivor.customer_id = c.merged_into
    CROSS JOIN LATERAL unnest(c.segments) AS one (name)
    WHERE c.segments <> '{}' AND NOT c.restricted AND c.merged_into IS NOT NULL AND one.name <> ALL (survivor.segments)
        AND ($1::text IS NULL OR one.name = $1)
    GROUP BY one.name
),
stated AS MATERIALIZED (
    SELECT name, coalesce(own.customers, 0) + coalesce(of_merged.customers, 0) AS customers
    FROM own
    FULL JOIN of_merged USING (name)
),
met AS (
    SELECT segment AS name, count(*) AS customers
    FROM segment_member
    WHERE $1::text IS NULL OR segment = $1
    GROUP BY segment
),
stated_and_met AS (
    SELECT stated.name, count(*) AS customers
    FROM stated
    JOIN segment_member m ON m.segment = stated.name
    JOIN customer survivor ON survivor.customer_id = m.customer_id
    WHERE stated.name = ANY (survivor.segments) OR EXISTS (
        SELECT FROM customer c WHERE c.merged_into = m.customer_id AND stated.name = ANY (c.segments)
    )
    GROUP BY stated.name
),
undecided AS (
    SELECT segment AS name, count(*) AS customers, min(reason) AS reason
    FROM segment_undecided
    WHERE $1::text IS NULL OR segment = $1
    GROUP BY segment
)
SELECT
    name, coalesce(s.title, name) AS title, s.rule, s.changed_at,
    coalesce(stated.customers, 0) AS stated,
    CASE WHEN s.rule IS NULL THEN 0 ELSE coalesce(met.customers, 0) END AS met,
    CASE WHEN s.rule IS NULL THEN 0 ELSE coalesce(stated_and_met.customers, 0) END AS stated_and_met,
    undecided.customers AS undecided, undecided.reason,
    s.rule IS NOT NULL AND (SELECT sweep IS NOT NULL FROM insight_position) AS evaluating
FROM segment s
FULL JOIN stated USING (name)
LEFT JOIN met USING (name)
LEFT JOIN stated_and_met USING (name)
LEFT JOIN undecided USING (name)
WHERE $1::text IS NULL OR name = $1
ORDER BY name COLLATE "C";

-- name: list_memberships
-- The segments that customer $1, or one of the same merge set, is in.
WITH survivor AS (
    SELECT coalesce(merged_into, customer_id) AS customer_id FROM customer
    WHERE customer_id = $1
),
stated AS (
    SELECT DISTINCT unnest(c.segments) AS name
    FROM survivor
    JOIN customer c ON c.customer_id = survivor.customer_id OR c.merged_into = survivor.customer_id
    WHERE may_be_profiled(survivor.customer_id)
),
met AS (
    SELECT m.segment AS name, m.since
    FROM survivor
    JOIN segment_member m ON m.customer_id = survivor.customer_id
    JOIN segment s ON s.name = m.segment AND s.rule IS NOT NULL
)
SELECT name, coalesce(s.title, name) AS title, stated.name IS NOT NULL AS stated, met.since
FROM stated
FULL JOIN met USING (name)
LEFT JOIN segment s USING (name)
ORDER BY name COLLATE "C";

-- name: find_survivor
-- The customer that $1 counts as; no row if there is none.
SELECT coalesce(merged_into, customer_id) FROM customer
WHERE customer_id = $1;
