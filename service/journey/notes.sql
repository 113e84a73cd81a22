-- name: insert_note
-- For customer $1 (the nil id for none) the note $2 of segment $3 (null for none): phase $4, kind $5, text $6, owner $7, due on $8,
-- written by $9 (key or account $10) at $11.
INSERT INTO journey_note (
    customer_id, note_id, segment, phase, kind, text, owner, due, written_by, key_id, written_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: read_note
-- Note $1 as JSON in the shape of JourneyNote.
SELECT json_build_object(
    'id', n.note_id, 'phase', n.phase, 'kind', n.kind, 'text', n.text, 'owner', n.owner, 'due', n.due,
    'customer_id', CASE WHEN n.segment IS NULL THEN n.customer_id END, 'segment', n.segment, 'written_by', n.written_by
)::text
FROM journey_note n
WHERE n.note_id = $1;

-- name: list_notes
-- The notes of the merge set of customer $1, or of segment $2, as JSON in the shape of JourneyNote: $4 of them after note $3.
SELECT json_build_object(
    'id', n.note_id, 'phase', n.phase, 'kind', n.kind, 'text', n.text, 'owner', n.owner, 'due', n.due,
    'customer_id', CASE WHEN n.segment IS NULL THEN n.customer_id END, 'segment', n.segment, 'written_by', n.written_by
)::text AS note
FROM journey_note n
WHERE
    ($3::uuid IS NULL OR n.note_id > $3)
    AND (n.segment = $2 OR n.customer_id IN (
        SELECT m.customer_id
        FROM customer asked
        JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
        WHERE asked.customer_id = $1
    ))
ORDER BY n.note_id
LIMIT $4;

-- name: change_note
-- Note $1 changes in the fields $2: phase $3, text $4, owner $5, due $6.
UPDATE journey_note SET
    phase = CASE WHEN 'phase' = ANY ($2::text[]) THEN $3 ELSE phase END,
    text = CASE WHEN 'text' = ANY ($2::text[]) THEN $4 ELSE text END,
    owner = CASE WHEN 'owner' = ANY ($2::text[]) THEN $5 ELSE owner END,
    due = CASE WHEN 'due' = ANY ($2::text[]) THEN $6 ELSE due END
WHERE note_id = $1;

-- name: delete_note
-- Note $1 is no more.
DELETE FROM journey_note WHERE note_id = $1;
