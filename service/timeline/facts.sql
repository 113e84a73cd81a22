-- name: read_fact
-- Fact $2 of the merge set of customer $1 as JSON in the shape of Fact.
WITH members AS (
    SELECT m.customer_id
    FROM customer asked
    JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
    WHERE asked.customer_id = $1
),
present AS (
    SELECT f.value, f.source, f.channel, f.at, f.verified, f.version
    FROM fact f
    WHERE f.customer_id IN (SELECT customer_id FROM members) AND f.name = $2
),
past AS (
    SELECT h.value, h.source, h.channel, h.at, h.verified, h.version
    FROM fact_history h
    WHERE h.customer_id IN (SELECT customer_id FROM members) AND h.name = $2
    UNION ALL
    SELECT * FROM (SELECT * FROM present ORDER BY at DESC, version DESC OFFSET 1) AS older
)
SELECT json_build_object(
    'name', $2::text,
    'now', (SELECT to_json(p) FROM present p ORDER BY at DESC, version DESC LIMIT 1),
    'history', coalesce((SELECT json_agg(p ORDER BY p.at DESC, p.version DESC) FROM past p), '[]')
);

-- name: archive_fact
-- Fact $2 of the merge set of customer $1 goes to the history at version $3; gives the rows that went.
WITH ended AS (
    DELETE FROM fact
    WHERE name = $2
        AND (
            customer_id = $1
            OR customer_id IN (SELECT m.customer_id FROM customer m WHERE m.merged_into = $1)
        )
    RETURNING customer_id, name, version, value, source, channel, at, verified, conversation_id
),
archived AS (
    INSERT INTO fact_history (
        customer_id, name, version, value, source, channel, at, verified, conversation_id, ended_version
    )
    SELECT customer_id, name, version, value, source, channel, at, verified, conversation_id, $3
    FROM ended
    RETURNING customer_id
)
SELECT customer_id FROM archived;

-- name: insert_fact
-- Customer $1 has fact $2 with value $3 from source $4 at $5, verified $6, at version $7.
INSERT INTO fact (customer_id, name, value, source, channel, at, verified, conversation_id, version)
VALUES ($1, $2, $3, $4, NULL, $5, $6, NULL, $7);
