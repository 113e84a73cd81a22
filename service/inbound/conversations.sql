-- name: find_reported
-- The conversation that event $2 of source $1 in space $3 is in, if it does not stand at $4 and nothing was said in it after $5.
SELECT c.conversation_id
FROM receipt r
JOIN interaction i ON i.customer_id = r.customer_id AND i.version / 32 = r.version / 32 AND i.version = r.version
JOIN conversation c ON c.conversation_id = i.conversation_id
WHERE r.digest = event_digest($3, $1, $2) AND c.status <> $4 AND c.last_at <= $5;

-- name: find_chatwoot_customers
-- For each door of Chatwoot in space $3 that knows its conversation $1: the customer of the latest activity, and whether its
-- contact $2 took part.
SELECT DISTINCT ON (v.source)
    coalesce(c.merged_into, c.customer_id) AS customer_id,
    'external:' || v.source || ':contact:' || $2::text = ANY (v.identities) AS has_contact
FROM conversation v
JOIN customer c USING (customer_id)
WHERE v.source LIKE 'chatwoot:%' AND v.ref = $1 AND v.space_id = $3
ORDER BY v.source, v.last_at DESC;
