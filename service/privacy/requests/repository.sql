-- name: insert_request
-- Put a request $1 of kind $2 of customer $3 on record, with purposes $4, reason $5, received at $6 and due on $7; $8 $9 are the kind
-- and value of the identity that named the customer, NULL for none.
INSERT INTO privacy_request (request_id, kind, state, customer_id, purposes, reason, received_at, due_on, identity_digest)
VALUES ($1, $2, 'received', $3, $4, $5, $6, $7, identity_digest($8::identity_kind, $9));

-- name: append_step
-- What was done with request $1: at $2, action $3, by key $4 of the name $5, with the note $6.
INSERT INTO privacy_request_step (request_id, step, at, action, key_id, done_by, note)
SELECT $1, count(*) + 1, $2, $3, $4, $5, $6
FROM privacy_request_step
WHERE request_id = $1;

-- name: lock_request
-- The request $1, locked until the transaction ends.
SELECT request_id FROM privacy_request WHERE request_id = $1 FOR UPDATE;

-- name: read_request
-- The request $1 as JSON in the shape of PrivacyRequest, on the day $2.
SELECT to_json(shown)::text AS request
FROM (
    SELECT
        r.request_id AS id, r.kind, r.state, r.customer_id, r.purposes, r.reason, r.received_at, r.due_on, r.extended,
        r.ended_at IS NULL AND r.due_on < $2::date AS overdue, r.verified_at, r.ended_at,
        (
            SELECT coalesce(json_agg(json_build_object('at', s.at, 'action', s.action, 'by', s.done_by, 'note', s.note)
                ORDER BY s.step), '[]')
            FROM privacy_request_step s
            WHERE s.request_id = r.request_id
        ) AS steps
    FROM privacy_request r
    WHERE r.request_id = $1
) AS shown;

-- name: list_requests
-- Requests in the state $1 (open ones if NULL) of the kind $2 (any if NULL), due by the day $3 (whenever if NULL), $6 of them, the
-- soonest due first, behind the one that is due on $4 and has the id $5 (from the start if NULL); each as JSON in the shape of
-- PrivacyRequest, on the day $7.
SELECT to_json(shown)::text AS request
FROM (
    SELECT
        r.request_id AS id, r.kind, r.state, r.customer_id, r.purposes, r.reason, r.received_at, r.due_on, r.extended,
        r.ended_at IS NULL AND r.due_on < $7::date AS overdue, r.verified_at, r.ended_at,
        (
            SELECT coalesce(json_agg(json_build_object('at', s.at, 'action', s.action, 'by', s.done_by, 'note', s.note)
                ORDER BY s.step), '[]')
            FROM privacy_request_step s
            WHERE s.request_id = r.request_id
        ) AS steps
    FROM privacy_request r
    WHERE
        CASE WHEN $1::text IS NULL THEN r.ended_at IS NULL ELSE r.state = $1 END
        AND ($2::text IS NULL OR r.kind = $2)
        AND ($3::date IS NULL OR r.due_on <= $3)
        AND ($4::date IS NULL OR (r.due_on, r.request_id) > ($4, $5::uuid))
    ORDER BY r.due_on, r.request_id
    LIMIT $6
) AS shown
ORDER BY shown.due_on, shown.id;

-- name: name_customer
-- The name of customer $1, or of the survivor it is merged into; NULL if none is known.
SELECT coalesce(s.name, c.name)
FROM customer c
LEFT JOIN customer s ON s.customer_id = c.merged_into
WHERE c.customer_id = $1;

-- name: verify_request
-- At $2 it is on record that request $1 comes from the customer.
UPDATE privacy_request SET state = 'verified', verified_at = $2 WHERE request_id = $1;

-- name: extend_request
-- Request $1 is due on $2, two months later than before.
UPDATE privacy_request SET extended = true, due_on = $2 WHERE request_id = $1;

-- name: end_request
-- Request $1 ended at $3 in the state $2.
UPDATE privacy_request SET state = $2, ended_at = $3 WHERE request_id = $1;

-- name: find_left
-- Requests that were verified before $1 and that askonce carries out, the oldest first: the process that was at it was killed, or
-- a legal hold stands in the way.
SELECT request_id
FROM privacy_request
WHERE state = 'verified' AND kind <> 'rectification' AND verified_at < $1
ORDER BY verified_at, request_id;
