-- name: read_fact
-- Fact $2 of the merge set of customer $1 as JSON in the shape of Fact. Of two that were stated at the same time, what a
-- person corrected counts.
WITH members AS (
    SELECT m.customer_id
    FROM customer asked
    JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
    WHERE asked.customer_id = $1
),
present AS (
    SELECT f.value, f.source, f.channel, f.at, f.verified, f.version,
        row_number() OVER (ORDER BY f.vouched DESC, f.at DESC, f.channel IS NULL DESC, f.version DESC) AS place
    FROM fact f
    WHERE f.customer_id IN (SELECT customer_id FROM members) AND f.name = $2
),
past AS (
    SELECT h.value, h.source, h.channel, h.at, h.verified, h.version
    FROM fact_history h
    WHERE h.customer_id IN (SELECT customer_id FROM members) AND h.name = $2
    UNION ALL
    SELECT value, source, channel, at, verified, version FROM present WHERE place > 1 AND value <> 'null'
)
SELECT json_build_object(
    'name', $2::text,
    'now', (SELECT to_json(p) FROM present p WHERE place = 1 AND value <> 'null'),
    'history', coalesce((SELECT json_agg(p ORDER BY p.at DESC, p.version DESC) FROM past p), '[]')
);

-- name: archive_fact
-- Fact $2 of customer $1 goes to the history at version $3; gives whether it was known, and whether others of the customer's
-- merge set know it, and a person vouched for that. A null is no value: it hides what others know.
WITH ended AS (
    DELETE FROM fact
    WHERE customer_id = $1 AND name = $2
    RETURNING customer_id, name, version, value, source, channel, at, verified, conversation_id
),
archived AS (
    INSERT INTO fact_history (
        customer_id, name, version, value, source, channel, at, verified, conversation_id, ended_version
    )
    SELECT customer_id, name, version, value, source, channel, at, verified, conversation_id, $3
    FROM ended
    WHERE value <> 'null'
    RETURNING customer_id
)
SELECT
    EXISTS (SELECT FROM archived) AS was_known,
    count(f.name) > 0 AS known_of_others,
    coalesce(bool_or(f.vouched), false) AS vouched_of_others
FROM customer asked
JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
JOIN fact f ON f.customer_id = m.customer_id AND f.name = $2 AND f.value <> 'null'
WHERE asked.customer_id = $1 AND m.customer_id <> $1;

-- name: insert_fact
-- Customer $1 has fact $2 with value $3 from source $4 at $5, verified $6, at version $7; $8 says whether a person vouched for it.
INSERT INTO fact (customer_id, name, value, source, channel, at, verified, conversation_id, version, vouched)
VALUES ($1, $2, $3, $4, NULL, $5, $6, NULL, $7, $8);

-- name: insert_ended_fact
-- Somebody stated at version $7 that fact $2 of customer $1 is $3, source $4 at $5, verified $6: it never counted.
INSERT INTO fact_history (
    customer_id, name, version, value, source, channel, at, verified, conversation_id, ended_version
)
VALUES ($1, $2, $7, $3, $4, NULL, $5, $6, NULL, $7);

-- name: find_vouched_fact
-- The value of fact $2 of the merge set of canonical customer $1 that a person vouched for, if there is one, as JSON; and
-- whether one of them is of its member $3.
SELECT json_build_object(
    'name', f.name, 'value', f.value, 'source', f.source, 'channel', f.channel, 'at', f.at, 'verified', f.verified,
    'version', f.version
) AS fact, bool_or(f.customer_id = $3) OVER () AS of_owner
FROM fact f
WHERE f.name = $2 AND f.vouched AND f.value <> 'null'
    AND f.customer_id = ANY (ARRAY(SELECT merge_set($1)))
ORDER BY f.at DESC
LIMIT 1;
