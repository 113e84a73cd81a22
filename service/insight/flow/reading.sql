-- name: list_segments
-- The names of segments that customers belong to, at most $1.
SELECT segment
FROM (
    SELECT unnest(segments) AS segment FROM customer WHERE segments <> '{}' AND NOT restricted
    UNION
    SELECT segment FROM segment_member
) AS named
ORDER BY segment
LIMIT $1;

-- name: count_flow
-- The matters of segments $1 that filter $2 wants, counted by way and ending, with medians and the twenty worst of each
-- segment, as one JSON document.
WITH matter AS MATERIALIZED (
    SELECT segment, customer_id, conversation_id, subject, opened_at, last_at, ending, channels, waits, asked, contacts,
        dropped_calls, failed_attempts, solution_s, repeated.questions,
        repeated.questions + dropped_calls + failed_attempts AS frictions
    FROM segment_matters($1::text[], $2::matter_filter)
    CROSS JOIN LATERAL (SELECT asked[1] + asked[2] + asked[3] + asked[4] + asked[5] AS questions) AS repeated
),
counted AS (
    SELECT segment, channels AS way, ending, count(*) AS matters, sum(questions) AS repeated_questions,
        ARRAY[
            count(*) FILTER (WHERE asked[1] > 0), count(*) FILTER (WHERE asked[2] > 0), count(*) FILTER (WHERE asked[3] > 0),
            count(*) FILTER (WHERE asked[4] > 0), count(*) FILTER (WHERE asked[5] > 0)
        ] AS asked_again,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY solution_s) AS median_solution_s,
        (array_agg(conversation_id))[1:5] AS examples
    FROM matter
    GROUP BY segment, channels, ending
),
link AS (
    SELECT segment, step, channels[step - 1] AS came_from, channels[step] AS channel,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY waits[step - 1]) AS median_wait_s
    FROM matter
    CROSS JOIN generate_series(2, cardinality(channels)) AS step
    GROUP BY segment, step, channels[step - 1], channels[step]
),
solution AS (
    SELECT segment, percentile_cont(0.5) WITHIN GROUP (ORDER BY solution_s) AS median_solution_s
    FROM matter
    WHERE ending = 'solved'
    GROUP BY segment
),
worst AS (
    SELECT one.segment, one.customer_id, one.conversation_id, one.subject, one.opened_at, one.last_at, one.channels AS way,
        one.contacts, one.ending, one.frictions, one.questions AS repeated_questions, one.dropped_calls,
        one.failed_attempts
    FROM unnest($1::text[]) AS named (segment)
    CROSS JOIN LATERAL (
        SELECT segment, customer_id, conversation_id, subject, opened_at, last_at, channels, contacts, ending, frictions,
            questions, dropped_calls, failed_attempts
        FROM matter
        WHERE segment = named.segment AND contacts > 0
        ORDER BY frictions DESC, contacts DESC, opened_at DESC, conversation_id
        LIMIT 20
    ) AS one
)
SELECT json_build_object(
    'members', (
        SELECT coalesce(json_object_agg(segment, members), '{}')
        FROM (
            SELECT segment, count(*) AS members
            FROM (SELECT DISTINCT segment, customer_id FROM segment_survivors($1::text[])) AS survivor
            GROUP BY segment
        ) AS belonging
    ),
    'ways', (SELECT coalesce(json_agg(counted), '[]') FROM counted),
    'links', (SELECT coalesce(json_agg(link), '[]') FROM link),
    'solutions', (SELECT coalesce(json_object_agg(segment, median_solution_s), '{}') FROM solution),
    'worst', (
        SELECT coalesce(json_agg(worst ORDER BY segment, frictions DESC, contacts DESC, opened_at DESC, conversation_id), '[]')
        FROM worst
    )
);

-- name: list_matters
-- The matters of segments $1 that filter $2 wants at place $3, the newest first; those on a way whose share is less than $4
-- are hidden. At most $7 that began before $5, or then and have a lower id than $6.
WITH matter AS MATERIALIZED (
    SELECT segment, customer_id, conversation_id, subject, opened_at, last_at, ending, channels AS way, asked, contacts,
        dropped_calls, failed_attempts, asked[1] + asked[2] + asked[3] + asked[4] + asked[5] AS repeated_questions,
        count(*) OVER (PARTITION BY channels) < $4::double precision * count(*) FILTER (WHERE contacts > 0) OVER () AS hidden
    FROM segment_matters($1::text[], $2::matter_filter)
)
SELECT segment, customer_id, conversation_id, subject, opened_at, last_at, ending, way, contacts,
    repeated_questions + dropped_calls + failed_attempts AS frictions, repeated_questions, dropped_calls, failed_attempts
FROM matter
CROSS JOIN (SELECT $3::matter_place AS place) AS wanted
WHERE (opened_at, conversation_id) < ($5::timestamptz, $6::uuid)
    AND way = coalesce((place).way, way) AND (contacts > 0 OR (place).way = '{}')
    AND ((place).step IS NULL OR cardinality(way) >= (place).step)
    AND way[(place).step] IS NOT DISTINCT FROM coalesce((place).channel, way[(place).step])
    AND way[(place).step - 1] IS NOT DISTINCT FROM coalesce((place).came_from, way[(place).step - 1])
    AND ending = coalesce((place).ending, ending)
    AND ((place).ending IS NULL OR cardinality(way) = coalesce((place).step, cardinality(way)))
    AND (NOT (place).asked_again OR coalesce(asked[(place).step], repeated_questions) > 0)
    AND (hidden OR NOT (place).hidden)
ORDER BY opened_at DESC, conversation_id DESC
LIMIT $7;
