-- name: find_summaries
-- The summaries of conversations $1: for each that has any, the $2 newest as a JSON array, the newest first, and the number
-- of all. Of two of one time the one that was stored later counts as the newer.
SELECT c.conversation_id, found.newest, found.total
FROM conversation c
CROSS JOIN LATERAL (
    SELECT json_agg(written.summary ORDER BY written.rank)::text AS newest, max(written.total) AS total
    FROM (
        SELECT one.summary, count(*) OVER () AS total, row_number() OVER (
            ORDER BY (one.summary ->> 'at')::timestamptz DESC, h.handoff_id DESC, one.place DESC
        ) AS rank
        FROM handoff h
        CROSS JOIN LATERAL jsonb_array_elements(h.summaries) WITH ORDINALITY AS one (summary, place)
        WHERE h.customer_id = c.customer_id AND h.conversation_id = c.conversation_id
        ORDER BY rank
        LIMIT $2
    ) AS written
) AS found
WHERE c.conversation_id = ANY($1::uuid[]) AND found.total > 0;

-- name: add_summaries
-- Handoffs $1 have the summaries $2 (JSON arrays) after those that they have.
UPDATE handoff h SET summaries = h.summaries || new.summaries::jsonb
FROM unnest($1::uuid[], $2::text[]) AS new (handoff_id, summaries)
WHERE h.handoff_id = new.handoff_id;
