-- name: find_owner
-- The customer of the merge set of $1 whose conversation $2 is; null if it is of none.
SELECT c.customer_id
FROM conversation c
JOIN customer owner USING (customer_id)
WHERE c.conversation_id = $2 AND coalesce(owner.merged_into, owner.customer_id) = $1;

-- name: find_last_asked
-- When the merge set of customer $1 was last asked; null if never.
SELECT max(s.asked_at)
FROM customer member
JOIN survey s USING (customer_id)
WHERE member.customer_id = $1 OR member.merged_into = $1;

-- name: create_survey
-- Stores survey $2 of customer $1 about conversation $3: question $4, hash of its token $5, by key $6 at $7, until $8.
INSERT INTO survey (customer_id, survey_id, conversation_id, question, token_hashes, key_id, asked_at, expires_at)
VALUES ($1, $2, $3, $4, ARRAY[$5::bytea], $6, $7, $8);

-- name: add_token
-- One more hash $2 of a token of survey $1; gives its end. No row if it was answered.
UPDATE survey
SET token_hashes = token_hashes[greatest(1, cardinality(token_hashes) - 8):] || $2::bytea
WHERE survey_id = $1 AND answered_at IS NULL
RETURNING expires_at;
