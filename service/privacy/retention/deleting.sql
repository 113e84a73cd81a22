-- name: keep_answers
-- Beside the receipts of interactions ($1 customers, $2 times, $3 ids) stands what was answered, since the interactions go: an
-- event that is sent again is still the same one. Gives how many.
WITH kept AS (
    INSERT INTO expired_receipt (digest, customer_id, interaction_id, conversation_id)
    SELECT r.digest, r.customer_id, i.interaction_id, i.conversation_id
    FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS going (customer_id, occurred_at, interaction_id)
    JOIN interaction i ON i.customer_id = going.customer_id
        AND ten_minutes_of(i.occurred_at) = ten_minutes_of(going.occurred_at)
        AND i.occurred_at = going.occurred_at AND i.interaction_id = going.interaction_id
    CROSS JOIN (SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT s.space_id FROM source_space s) AS space (space_id)
    JOIN receipt r ON r.digest = event_digest(space.space_id, i.source, i.source_event_id)
        AND r.customer_id = i.customer_id AND r.version = i.version
    ON CONFLICT (digest) DO NOTHING
    RETURNING digest
)
SELECT count(*) FROM kept;

-- name: delete_interactions
-- Delete interactions ($1 customers, $2 times, $3 ids) with what search finds of them, the decisions seen in them and the thread
-- of their mails; gives of whom and how many. What search finds of a fact stays while the fact, or a former value of it, does.
WITH going AS MATERIALIZED (
    SELECT customer_id, occurred_at, interaction_id
    FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS wanted (customer_id, occurred_at, interaction_id)
),
gone AS (
    DELETE FROM interaction i USING going
    WHERE i.customer_id = going.customer_id AND ten_minutes_of(i.occurred_at) = ten_minutes_of(going.occurred_at)
        AND i.occurred_at = going.occurred_at AND i.interaction_id = going.interaction_id
    RETURNING i.customer_id, i.details
),
words AS (
    DELETE FROM search_text t USING going
    WHERE t.occurred_at = going.occurred_at AND t.interaction_id = going.interaction_id
),
decisions AS (
    DELETE FROM journey_decision d USING going
    WHERE d.customer_id = going.customer_id AND d.interaction_id = going.interaction_id
),
mails AS (
    DELETE FROM mail_message m USING gone
    WHERE m.message_id_digest = sha256(convert_to(gone.details -> 'data' ->> 'message_id', 'UTF8'))
),
stated AS (
    SELECT DISTINCT search_term(said.value #>> '{}') AS term, gone.customer_id, said.name
    FROM gone
    CROSS JOIN LATERAL jsonb_each(gone.details -> 'facts') AS said (name, value)
    WHERE jsonb_typeof(gone.details -> 'facts') = 'object' AND jsonb_typeof(said.value) IN ('string', 'number')
        AND length(said.value #>> '{}') <= 100
),
facts AS (
    DELETE FROM search_fact s USING stated
    WHERE s.term = stated.term AND s.customer_id = stated.customer_id AND s.name = stated.name
        AND NOT EXISTS (
            SELECT FROM fact f
            WHERE f.customer_id = s.customer_id AND f.name = s.name AND search_term(f.value #>> '{}') = s.term
        )
        AND NOT EXISTS (
            SELECT FROM fact_history f
            WHERE f.customer_id = s.customer_id AND f.name = s.name AND search_term(f.value #>> '{}') = s.term
        )
)
SELECT customer_id, count(*) AS records FROM gone GROUP BY customer_id;

-- name: delete_conversations
-- Delete conversations ($1 customers, $2 ids) and all that belongs to them; gives of whom, of what kind and how many.
WITH going AS MATERIALIZED (
    SELECT customer_id, conversation_id FROM unnest($1::uuid[], $2::uuid[]) AS wanted (customer_id, conversation_id)
),
conversations AS (
    DELETE FROM conversation v USING going
    WHERE v.customer_id = going.customer_id AND v.conversation_id = going.conversation_id
    RETURNING v.customer_id
),
subjects AS (
    DELETE FROM search_subject s USING going WHERE s.conversation_id = going.conversation_id
),
attempts AS (
    DELETE FROM attempt a USING going
    WHERE a.customer_id = going.customer_id AND a.conversation_id = going.conversation_id
),
surveys AS (
    DELETE FROM survey s USING going
    WHERE s.customer_id = going.customer_id AND s.conversation_id = going.conversation_id
),
handoffs AS (
    DELETE FROM handoff h USING going
    WHERE h.customer_id = going.customer_id AND h.conversation_id = going.conversation_id
    RETURNING h.customer_id, h.handoff_id
),
reports AS (
    DELETE FROM handoff_report r USING handoffs WHERE r.handoff_id = handoffs.handoff_id
),
callbacks AS (
    DELETE FROM callback b USING going
    WHERE b.customer_id = going.customer_id AND b.conversation_id = going.conversation_id
    RETURNING b.customer_id
)
SELECT customer_id, 'conversations' AS category, count(*) AS records FROM conversations GROUP BY customer_id
UNION ALL
SELECT customer_id, 'handoffs', count(*) FROM handoffs GROUP BY customer_id
UNION ALL
SELECT customer_id, 'callbacks', count(*) FROM callbacks GROUP BY customer_id;

-- name: delete_values
-- Delete what of customers $1 is over its limit: callbacks without a conversation, notes and borders of journeys from before $2,
-- facts that were not stated since $3, values that ended before $4, conditions that ended before $5 with their redemptions,
-- warnings and answers to advice from before $6. Gives of whom, of what kind and how many.
WITH callbacks AS (
    DELETE FROM callback b
    WHERE b.customer_id = ANY ($1::uuid[]) AND b.conversation_id IS NULL AND b.ended_at < $2
    RETURNING b.customer_id
),
notes AS (
    DELETE FROM journey_note n WHERE n.customer_id = ANY ($1) AND n.written_at < $2
    RETURNING n.customer_id
),
borders AS (
    DELETE FROM journey_border b WHERE b.customer_id = ANY ($1) AND b.moved_at < $2
    RETURNING b.customer_id
),
facts AS (
    DELETE FROM fact f WHERE f.customer_id = ANY ($1) AND f.at < $3
    RETURNING f.customer_id, f.name, f.value
),
former AS (
    DELETE FROM fact_history h
    WHERE h.customer_id = ANY ($1) AND h.at < $4 AND coalesce(
        (
            SELECT f.at FROM fact f
            WHERE f.customer_id = h.customer_id AND f.name = h.name AND f.version = h.ended_version
        ),
        (
            SELECT min(n.at) FROM fact_history n
            WHERE n.customer_id = h.customer_id AND n.name = h.name AND n.version = h.ended_version
        ),
        h.at
    ) < $4
    RETURNING h.customer_id, h.name, h.value
),
stated AS (
    SELECT customer_id, name, search_term(value #>> '{}') AS term
    FROM (SELECT customer_id, name, value FROM facts UNION ALL SELECT customer_id, name, value FROM former) AS gone
    WHERE jsonb_typeof(value) IN ('string', 'number') AND length(value #>> '{}') <= 100
),
found AS (
    DELETE FROM search_fact s USING stated
    WHERE s.term = stated.term AND s.customer_id = stated.customer_id AND s.name = stated.name
        AND NOT EXISTS (
            SELECT FROM fact f
            WHERE f.customer_id = s.customer_id AND f.name = s.name AND f.at >= $3
                AND search_term(f.value #>> '{}') = s.term
        )
),
ended AS (
    DELETE FROM customer_value v WHERE v.customer_id = ANY ($1) AND v.ended_at < $4
    RETURNING v.customer_id
),
conditions AS (
    DELETE FROM condition t WHERE t.customer_id = ANY ($1) AND least(t.valid_until, t.revoked_at) < $5
    RETURNING t.customer_id, t.condition_id
),
redemptions AS (
    DELETE FROM redemption r USING conditions
    WHERE r.customer_id = conditions.customer_id AND r.condition_id = conditions.condition_id
),
episodes AS (
    DELETE FROM risk_episode e WHERE e.customer_id = ANY ($1) AND e.risen_at < $6
    RETURNING e.customer_id
),
actions AS (
    DELETE FROM risk_action a WHERE a.customer_id = ANY ($1) AND a.risen_at < $6 AND a.acted_at < $6
    RETURNING a.customer_id
),
outcomes AS (
    DELETE FROM advice_outcome o WHERE o.customer_id = ANY ($1) AND o.at < $6
    RETURNING o.customer_id
)
SELECT gone.customer_id, gone.category, count(*) AS records
FROM (
    SELECT customer_id, 'callbacks' AS category FROM callbacks
    UNION ALL SELECT customer_id, 'journey_notes' FROM notes
    UNION ALL SELECT customer_id, 'journey_notes' FROM borders
    UNION ALL SELECT customer_id, 'facts' FROM facts
    UNION ALL SELECT customer_id, 'former_values' FROM former
    UNION ALL SELECT customer_id, 'former_values' FROM ended
    UNION ALL SELECT customer_id, 'conditions' FROM conditions
    UNION ALL SELECT customer_id, 'profile' FROM episodes
    UNION ALL SELECT customer_id, 'profile' FROM actions
    UNION ALL SELECT customer_id, 'profile' FROM outcomes
) AS gone
GROUP BY gone.customer_id, gone.category;
