-- name: read_drafts
-- What account $1 wrote in the fields of the page about $2, the newest of each field; of a customer also what was written about
-- those who count as this one. `other` is what was written in the same field elsewhere.
WITH found AS (
    SELECT
        d.form, d.field, d.text, d.updated_at, coalesce(d.replaced, lead(nullif(d.text, '')) OVER newest) AS other,
        row_number() OVER newest AS place
    FROM agent_draft d
    WHERE d.account_id = $1 AND d.subject_id IN (
        SELECT $2
        UNION ALL
        SELECT m.customer_id
        FROM customer c
        JOIN customer m ON m.customer_id = coalesce(c.merged_into, c.customer_id)
            OR m.merged_into = coalesce(c.merged_into, c.customer_id)
        WHERE c.customer_id = $2
    )
    WINDOW newest AS (PARTITION BY d.form, d.field ORDER BY d.updated_at DESC)
)
SELECT form, field, text, updated_at, other
FROM found
WHERE place = 1 AND (text <> '' OR other IS NOT NULL)
ORDER BY updated_at, form, field;

-- name: write_draft
-- Account $1 wrote the text $5 in the field $4 of the form $3 of the page about $2, in the tab $6 at $7; the tab had seen what
-- was written at $8, or null. What another tab wrote and this one has not seen is kept beside it. No row if there is no $2.
INSERT INTO agent_draft AS d (account_id, subject_id, form, field, customer_id, text, tab, updated_at)
SELECT $1, $2, $3, $4, s.customer_id, $5, $6, $7
FROM (
    SELECT customer_id FROM customer WHERE customer_id = $2
    UNION ALL
    SELECT customer_id FROM handoff WHERE handoff_id = $2
    UNION ALL
    SELECT customer_id FROM callback WHERE callback_id = $2
) s
ON CONFLICT (account_id, subject_id, form, field) DO UPDATE
SET text = excluded.text,
    tab = excluded.tab,
    updated_at = greatest(excluded.updated_at, d.updated_at + interval '1 microsecond'),
    replaced = nullif(
        CASE WHEN d.tab = excluded.tab OR d.updated_at = $8 OR d.text = '' THEN d.replaced ELSE d.text END, excluded.text
    )
RETURNING form, field, text, updated_at, replaced AS other;

-- name: supersede_draft
-- What account $1 wrote at $5 in the field $4 of the form $3 about a customer who counts as $2 by now goes on as a draft of $2.
DELETE FROM agent_draft
WHERE account_id = $1 AND form = $3 AND field = $4 AND updated_at = $5
    AND subject_id IN (SELECT customer_id FROM customer WHERE merged_into = $2);

-- name: discard_drafts
-- What account $1 wrote in the forms $3 of the page about $2 was sent, or is needed no more; null for every form.
DELETE FROM agent_draft
WHERE account_id = $1 AND ($3::text[] IS NULL OR form = ANY($3)) AND subject_id IN (
    SELECT $2
    UNION ALL
    SELECT m.customer_id
    FROM customer c
    JOIN customer m ON m.customer_id = coalesce(c.merged_into, c.customer_id)
        OR m.merged_into = coalesce(c.merged_into, c.customer_id)
    WHERE c.customer_id = $2
);
