-- name: read_oldest_first
-- Up to $4 interactions of the merge set of customer $1 behind version $2 of its member $3 (null: from the first),
-- oldest first. Within a customer registered_at ascends with the version, so that members interleave in time. A stated
-- occurred_at in the details takes the place of the column, which is never later than registered_at.
WITH members AS (
    SELECT m.customer_id
    FROM customer asked
    JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
    WHERE asked.customer_id = $1
),
start AS (
    SELECT i.registered_at
    FROM interaction i
    WHERE i.customer_id = $3 AND i.version / 32 <= $2 / 32 AND i.version <= $2
    ORDER BY i.version / 32 DESC, i.version DESC
    LIMIT 1
),
found AS (
    SELECT i.*
    FROM members
    CROSS JOIN LATERAL (
        SELECT i.*
        FROM interaction i
        WHERE i.customer_id = members.customer_id
            AND ($2::bigint IS NULL OR i.customer_id <> $3 OR i.version > $2)
            AND (
                i.customer_id = $3
                OR (SELECT registered_at FROM start) IS NULL
                OR (i.registered_at, i.customer_id) > ((SELECT registered_at FROM start), $3)
            )
        ORDER BY i.version / 32, i.version
        LIMIT $4
    ) AS i
    ORDER BY i.registered_at, i.customer_id, i.version
    LIMIT $4
)
SELECT jsonb_agg(
    jsonb_build_object(
        'id', f.interaction_id, 'customer_id', f.customer_id, 'version', f.version, 'occurred_at', f.occurred_at,
        'registered_at', f.registered_at, 'conversation_id', f.conversation_id, 'source', f.source,
        'source_event_id', f.source_event_id, 'channel', f.channel, 'kind', f.kind, 'direction', f.direction,
        'assurance', f.assurance, 'repeated_questions', f.repeated_questions, 'language', f.language,
        'outcome', f.outcome, 'mood', CASE WHEN may_be_profiled($1) THEN f.mood END, 'text', f.text
    ) || coalesce(f.details, '{}')
    ORDER BY f.registered_at, f.customer_id, f.version
)
FROM found f;

-- name: read_newest_first
-- Up to $4 interactions of the merge set of customer $1 before version $2 of its member $3 (null: from the last),
-- newest first; of the channels $5 alone, unless that is null.
WITH members AS (
    SELECT m.customer_id
    FROM customer asked
    JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
    WHERE asked.customer_id = $1
),
start AS (
    SELECT i.registered_at
    FROM interaction i
    WHERE i.customer_id = $3 AND i.version / 32 >= $2 / 32 AND i.version >= $2
    ORDER BY i.version / 32, i.version
    LIMIT 1
),
found AS (
    SELECT i.*
    FROM members
    CROSS JOIN LATERAL (
        SELECT i.*
        FROM interaction i
        WHERE i.customer_id = members.customer_id
            AND ($2::bigint IS NULL OR i.customer_id <> $3 OR i.version < $2)
            AND ($5::text[] IS NULL OR i.channel::text = ANY ($5))
            AND (
                i.customer_id = $3
                OR (SELECT registered_at FROM start) IS NULL
                OR (i.registered_at, i.customer_id) < ((SELECT registered_at FROM start), $3)
            )
        ORDER BY i.version / 32 DESC, i.version DESC
        LIMIT $4
    ) AS i
    ORDER BY i.registered_at DESC, i.customer_id DESC, i.version DESC
    LIMIT $4
)
SELECT jsonb_agg(
    jsonb_build_object(
        'id', f.interaction_id, 'customer_id', f.customer_id, 'version', f.version, 'occurred_at', f.occurred_at,
        'registered_at', f.registered_at, 'conversation_id', f.conversation_id, 'source', f.source,
        'source_event_id', f.source_event_id, 'channel', f.channel, 'kind', f.kind, 'direction', f.direction,
        'assurance', f.assurance, 'repeated_questions', f.repeated_questions, 'language', f.language,
        'outcome', f.outcome, 'mood', CASE WHEN may_be_profiled($1) THEN f.mood END, 'text', f.text
    ) || coalesce(f.details, '{}')
    ORDER BY f.registered_at DESC, f.customer_id DESC, f.version DESC
)
FROM found f;

-- name: count_by_channel
-- How many interactions the merge set of customer $1 has on each channel.
SELECT i.channel, count(*) AS interactions
FROM customer asked
JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
JOIN interaction i ON i.customer_id = m.customer_id
WHERE asked.customer_id = $1
GROUP BY i.channel;

-- name: find_origins
-- The interaction that the merge set of customer $1 had registered at each of the times $2 from the source beside it in $3,
-- of several the first. It is looked for among the 200 of each member that happened last before that time.
SELECT stated.at, stated.source, origin.interaction_id, origin.customer_id, origin.version
FROM unnest($2::timestamptz[], $3::text[]) AS stated (at, source)
CROSS JOIN LATERAL (
    SELECT lately.interaction_id, lately.customer_id, lately.version
    FROM customer asked
    JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
    CROSS JOIN LATERAL (
        SELECT i.interaction_id, i.customer_id, i.version, i.registered_at, i.source
        FROM interaction i
        WHERE i.customer_id = m.customer_id AND ten_minutes_of(i.occurred_at) <= ten_minutes_of(stated.at)
            AND i.occurred_at <= stated.at
        ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC
        LIMIT 200
    ) AS lately
    WHERE asked.customer_id = $1 AND lately.registered_at = stated.at AND lately.source = stated.source
    ORDER BY lately.customer_id, lately.version
    LIMIT 1
) AS origin;

-- name: find_interaction
-- The interaction $2 of the merge set of customer $1.
SELECT i.interaction_id, i.customer_id, i.version
FROM customer asked
JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
JOIN interaction i ON i.customer_id = m.customer_id
WHERE asked.customer_id = $1 AND i.interaction_id = $2;
