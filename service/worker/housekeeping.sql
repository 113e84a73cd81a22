-- name: expire_idempotency
-- Forget up to $2 Idempotency-Keys that were used before $1.
DELETE FROM idempotency
WHERE (key_id, idempotency_key) IN (
    SELECT key_id, idempotency_key
    FROM idempotency
    WHERE created_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_candidates
-- Delete up to $2 candidates of tills whose token ended before $1.
DELETE FROM store_candidate
WHERE token_hash IN (
    SELECT token_hash
    FROM store_candidate
    WHERE expires_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_form_tokens
-- Delete up to $2 tokens of forms that ended before $1.
DELETE FROM form_token
WHERE token_hash IN (
    SELECT token_hash
    FROM form_token
    WHERE expires_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_read_audit
-- Delete up to $2 records of reads from before $1.
DELETE FROM read_audit
WHERE (read_at, key_id, view) IN (
    SELECT read_at, key_id, view
    FROM read_audit
    WHERE read_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_events
-- Delete the oldest events, up to $2 and up to the first one that is not from before $1: none may be missing among those
-- that stay.
WITH oldest AS MATERIALIZED (
    SELECT event_id, created_at
    FROM event
    ORDER BY event_id
    LIMIT $2
)
DELETE FROM event
WHERE event_id IN (
    SELECT event_id
    FROM oldest
    WHERE event_id < coalesce((SELECT min(event_id) FROM oldest WHERE created_at >= $1), 9223372036854775807)
);

-- name: expire_deliveries
-- Delete up to $2 deliveries to webhooks that were given up before $1.
DELETE FROM webhook_delivery
WHERE (webhook_id, event_id) IN (
    SELECT webhook_id, event_id
    FROM webhook_delivery
    WHERE dead_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_calls
-- Delete up to $2 calls that became interactions and were last told of before $1.
DELETE FROM live_call
WHERE call_id IN (
    SELECT call_id
    FROM live_call
    WHERE closed_at IS NOT NULL AND seen_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_payloads
-- Delete up to $2 deliveries that were received before $1.
DELETE FROM channel_payload
WHERE payload_id IN (
    SELECT payload_id
    FROM channel_payload
    WHERE received_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_channel_tokens
-- Forget up to $2 tokens of vendors that were seen before $1.
DELETE FROM channel_token
WHERE (instance_id, token) IN (
    SELECT instance_id, token
    FROM channel_token
    WHERE seen_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_old_secrets
-- Forget up to $2 replaced secrets of webhooks that signed until before $1.
DELETE FROM webhook_old_secret
WHERE (webhook_id, secret) IN (
    SELECT webhook_id, secret
    FROM webhook_old_secret
    WHERE until < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_sessions
-- Delete up to $2 sessions of agents that ended before $1.
DELETE FROM agent_session
WHERE session_hash IN (
    SELECT session_hash
    FROM agent_session
    WHERE ends_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_sign_in_links
-- Delete up to $2 links for agents that ended before $1.
DELETE FROM sign_in_link
WHERE token_hash IN (
    SELECT token_hash
    FROM sign_in_link
    WHERE expires_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_event_tickets
-- Delete up to $2 tickets for streams of events that ended before $1.
DELETE FROM event_ticket
WHERE ticket_hash IN (
    SELECT ticket_hash
    FROM event_ticket
    WHERE expires_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_networks
-- Forget up to $2 networks from which agents last signed in before $1.
DELETE FROM agent_network
WHERE (account_id, network_hash) IN (
    SELECT account_id, network_hash
    FROM agent_network
    WHERE signed_in_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_pauses
-- Forget up to $2 pauses after wrong answers, the last of which was given before $1.
DELETE FROM confirmation_pause
WHERE key_id IN (
    SELECT key_id
    FROM confirmation_pause
    WHERE tried_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_pre_sessions
-- Forget up to $2 sign-ins by the OpenID provider that were done before $1.
DELETE FROM used_pre_session
WHERE pre_session_hash IN (
    SELECT pre_session_hash
    FROM used_pre_session
    WHERE used_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_drafts
-- Forget up to $2 drafts of agents that were last written before $1.
DELETE FROM agent_draft
WHERE (account_id, subject_id, form, field) IN (
    SELECT account_id, subject_id, form, field
    FROM agent_draft
    WHERE updated_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_channel_deliveries
-- Delete up to $2 entries of the log of deliveries that are from before $1, or have 200 later ones of their outcome at the
-- same door.
DELETE FROM channel_delivery
WHERE (instance_id, delivery_id) IN (
    SELECT instance_id, delivery_id
    FROM (
        SELECT
            instance_id, delivery_id, received_at,
            row_number() OVER (PARTITION BY instance_id, outcome ORDER BY delivery_id DESC) AS place
        FROM channel_delivery
    ) placed
    WHERE received_at < $1 OR place > 200
    LIMIT $2
);

-- name: expire_channel_counts
-- Forget up to $2 daily counts of deliveries from before $1.
DELETE FROM channel_delivery_count
WHERE (instance_id, counted_on, outcome) IN (
    SELECT instance_id, counted_on, outcome
    FROM channel_delivery_count
    WHERE counted_on < ($1::timestamptz)::date
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_cards
-- Forget up to $2 cards of desks that ended before $1.
DELETE FROM opened_card
WHERE token_hash IN (
    SELECT token_hash
    FROM opened_card
    WHERE ends_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_read_reasons
-- Forget up to $2 reasons for opening customers that were given before $1.
DELETE FROM read_reason
WHERE (customer_id, key_id, given_at) IN (
    SELECT customer_id, key_id, given_at
    FROM read_reason
    WHERE given_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);
