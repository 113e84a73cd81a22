-- name: clear_tallies
-- Count anew.
DELETE FROM way_tally;

-- name: next_opened
-- When the first matter was opened since $1 and before $2; null if none was.
SELECT min(opened_at) FROM conversation
WHERE opened_at >= $1 AND opened_at < $2;

-- name: tally_matters
-- Count the matters that were opened since $1 and before $2 and are resolved, or silent since before $3, by the channels of
-- the customer's first $4 contacts, among the first 200 inbound interactions; what follows within $5 on one channel is one
-- contact.
INSERT INTO way_tally (way, matters, gave_up)
SELECT own.way, count(*), count(*) FILTER (WHERE c.status <> 'resolved')
FROM conversation c
CROSS JOIN LATERAL way_of_matter(c.customer_id, c.conversation_id, c.opened_at, c.last_at, $4, $5) AS own
WHERE c.opened_at >= $1 AND c.opened_at < $2 AND (c.status = 'resolved' OR c.last_at < $3)
    AND c.customer_id NOT IN (SELECT customer_id FROM not_analysed)
GROUP BY own.way
ON CONFLICT (way) DO UPDATE SET
    matters = way_tally.matters + excluded.matters, gave_up = way_tally.gave_up + excluded.gave_up;

-- name: read_tallies
-- What was counted.
SELECT way, matters, gave_up FROM way_tally;

-- name: clear_risky_ways
-- Forget the ways on which many gave up.
DELETE FROM way_risk;

-- name: store_risky_ways
-- Many gave up on these ways: JSON arrays of channels $1, matters $2, and how many of them $3.
INSERT INTO way_risk (way, matters, gave_up)
SELECT ARRAY(SELECT jsonb_array_elements_text(one.way::jsonb)), one.matters, one.gave_up
FROM unnest($1::text[], $2::integer[], $3::integer[]) AS one (way, matters, gave_up);

-- name: read_risky_ways
-- The ways on which many gave up.
SELECT way, matters, gave_up FROM way_risk;

-- name: read_open_ways
-- The ways that the unresolved matters of customers $1 have gone so far, if something was said in them since $2: the channels
-- of the first $3 contacts, as above; what follows within $4 on one channel is one contact. Of each customer the 20 newest.
SELECT asked.customer_id, own.way
FROM unnest((SELECT $1::uuid[])) AS asked (customer_id)
CROSS JOIN LATERAL (
    SELECT customer_id, conversation_id, opened_at, last_at
    FROM conversation
    WHERE customer_id = asked.customer_id AND status <> 'resolved'
    ORDER BY opened_at DESC
    LIMIT 20
) AS c
CROSS JOIN LATERAL way_of_matter(c.customer_id, c.conversation_id, c.opened_at, c.last_at, $3, $4) AS own
WHERE c.last_at >= $2;
