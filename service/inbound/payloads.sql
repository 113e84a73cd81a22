-- name: store_payload
-- Keep payload $1 of instance $2, received at $3 by method $4 at rest $5 and query $6, with headers $7, as $8; $9: taken.
INSERT INTO channel_payload
    (payload_id, instance_id, received_at, method, rest, query_string, headers, raw, taken)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: delete_payload
-- Payload $1 is kept no longer.
DELETE FROM channel_payload
WHERE payload_id = $1;

-- name: mark_payload_taken
-- Payload $1 went through to its end.
UPDATE channel_payload
SET taken = true
WHERE payload_id = $1;

-- name: read_payloads
-- At most $4 payloads of instance $1 after payload $2, in the order of their arrival; $3: only those not taken.
SELECT payload_id, received_at, method, rest, query_string, headers, raw
FROM channel_payload
WHERE instance_id = $1 AND ($2::uuid IS NULL OR payload_id > $2) AND NOT ($3 AND taken)
ORDER BY payload_id
LIMIT $4;

-- name: find_payload
-- The payload of delivery $2 to instance $1.
SELECT p.received_at, p.method, p.rest, p.query_string, p.headers, p.raw
FROM channel_delivery d
INNER JOIN channel_payload p ON p.payload_id = d.payload_id
WHERE d.instance_id = $1 AND d.delivery_id = $2;
