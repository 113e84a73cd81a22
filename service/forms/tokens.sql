-- name: store_token
-- Keep a token by its hash $1: made by key $2 for form $3 in draft $4 about $5, for fields $6 at assurance $7, of customer
-- $8 or else the identity ($9 kind, $10 value, $11 verified), until $12; shown in the conversation with id $13 or ref $14. No
-- row if there is no such customer.
INSERT INTO form_token (
    token_hash, key_id, form, draft, subject, fields, assurance, customer_id, identity_kind, identity_value,
    identity_verified, expires_at, conversation_id, conversation_ref
)
SELECT $1, $2, $3, $4, $5, $6, $7, $8::uuid, $9, $10, $11, $12, $13::uuid, $14::text
WHERE $8::uuid IS NULL OR EXISTS (SELECT FROM customer WHERE customer_id = $8)
RETURNING token_hash;

-- name: read_token
-- The token with hash $1 for form $2, if it has neither expired at $3 nor been submitted; with the customer whose it is (null: nobody
-- yet), what was said in the draft, and what in the conversation that shows the form: name -> {"value", "at"}. Through a claimed
-- link that is a conversation in which the identity took part.
SELECT
    token.key_id, coalesce(k.space_id, 0) AS space_id, token.form, token.draft, token.subject, token.fields, token.assurance,
    token.identity_kind, token.identity_value, token.identity_verified,
    owner.customer_id, said.facts, heard.facts AS conversation_facts, link.is_proven AS has_proven_link
FROM form_token token
LEFT JOIN api_key k USING (key_id)
CROSS JOIN LATERAL (
    SELECT token.identity_kind IS NULL OR token.identity_verified OR EXISTS (
        SELECT FROM identity i
        WHERE i.kind = token.identity_kind AND i.value = token.identity_value AND i.link = 'proven'
    ) AS is_proven
) AS link
LEFT JOIN LATERAL (
    SELECT c.customer_id, coalesce(c.merged_into, c.customer_id) AS survivor_id
    FROM customer c
    WHERE c.customer_id = coalesce(token.customer_id, (
        SELECT i.customer_id FROM identity i WHERE i.kind = token.identity_kind AND i.value = token.identity_value
    ))
) AS owner ON true
LEFT JOIN LATERAL (
    SELECT c.facts
    FROM conversation c
    WHERE
        c.customer_id = owner.customer_id AND c.source = 'forms' AND c.ref = token.draft
        AND c.space_id = coalesce(k.space_id, 0)
    ORDER BY c.opened_at DESC
    LIMIT 1
) AS said ON true
LEFT JOIN LATERAL (
    SELECT c.facts
    FROM customer m
    JOIN conversation c ON c.customer_id = m.customer_id
    WHERE
        owner.survivor_id IN (m.customer_id, m.merged_into)
        AND (c.conversation_id = token.conversation_id OR c.ref = token.conversation_ref)
        AND (link.is_proven OR token.identity_kind || ':' || token.identity_value = ANY (c.identities))
    ORDER BY c.resolved_at DESC NULLS FIRST, c.opened_at DESC
    LIMIT 1
) AS heard ON true
WHERE token.token_hash = $1 AND token.form = $2 AND token.expires_at > $3 AND token.submitted_at IS NULL;

-- name: end_token
-- The token with hash $1 is done at $2; no row if it was so before.
UPDATE form_token
SET submitted_at = $2
WHERE token_hash = $1 AND submitted_at IS NULL
RETURNING token_hash;
