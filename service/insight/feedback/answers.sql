-- name: read_survey
-- The survey with the hash $1 among those of its tokens, if its link is not over at $2, with the customer that has its
-- conversation now, the language of that customer or of the survivor, and whether it was answered.
SELECT owner.customer_id, s.survey_id, s.conversation_id, s.question, s.key_id,
    coalesce(survivor.language, owner.language) AS language, s.answered_at IS NOT NULL AS answered
FROM survey s
JOIN conversation c USING (conversation_id)
JOIN customer owner ON owner.customer_id = c.customer_id
JOIN customer survivor ON survivor.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE s.token_hashes @> ARRAY[$1::bytea] AND s.expires_at > $2;

-- name: end_survey
-- Survey $1 was answered at $2; no row if it was before.
UPDATE survey
SET answered_at = $2
WHERE survey_id = $1 AND answered_at IS NULL
RETURNING survey_id;
