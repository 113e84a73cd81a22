-- name: journey_records
-- Everything that the journey of the merge set of customer $1 is made of, as one JSON document in the shape of JourneyRecords; no
-- row if there is no such customer. Of the interactions the $2 newest, the oldest first; of handoffs, callbacks, notes and
-- decisions the 500 newest.
-- $3 are the names of facts that say when a contract ends; a contract of conditions ends with the last of them.
WITH member AS MATERIALIZED (
    SELECT m.customer_id, m.merged_into, m.version, m.interactions, m.segments
    FROM customer asked
    JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
    WHERE asked.customer_id = $1
),
happened AS MATERIALIZED (
    SELECT newest.*
    FROM member
    CROSS JOIN LATERAL (
        SELECT i.interaction_id, i.occurred_at, i.conversation_id, i.source, i.channel, i.kind, i.direction, i.outcome, i.mood,
            i.repeated_questions, i.text, i.details
        FROM interaction i
        WHERE i.customer_id = member.customer_id
        ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
        LIMIT $2
    ) AS newest
    ORDER BY newest.occurred_at DESC, newest.interaction_id DESC
    LIMIT $2
)
SELECT json_build_object(
    'customer_id', survivor.customer_id, 'version', survivor.version,
    'total', (SELECT sum(interactions) FROM member),
    'interactions', coalesce((
        SELECT json_agg(json_build_object(
            'interaction_id', h.interaction_id, 'occurred_at', h.occurred_at, 'conversation_id', h.conversation_id,
            'source', h.source, 'channel', h.channel, 'kind', h.kind, 'direction', h.direction, 'outcome', h.outcome,
            'mood', CASE WHEN may_be_profiled($1) THEN h.mood END, 'repeated_questions', h.repeated_questions,
            'text', CASE WHEN h.direction = 'inbound' THEN left(h.text, 1000) END,
            'by', h.details -> 'participant' -> 'role', 'attempt', h.details -> 'attempt', 'rating', h.details -> 'rating',
            'reports_error', coalesce((h.details -> 'facts') ?| '{error,error_code,error_message}', false),
            'answered', h.details -> 'answered',
            'page', CASE WHEN h.kind IN ('page', 'form') THEN left(concat_ws(
                ' ', h.details -> 'data' ->> 'url', h.details -> 'data' ->> 'path', h.details -> 'data' ->> 'title',
                h.details -> 'data' ->> 'name', h.details #>> '{data,properties,url}', h.details #>> '{data,properties,path}',
                h.details #>> '{data,properties,title}', h.text
            ), 2000) ELSE '' END
        ) ORDER BY h.occurred_at, h.interaction_id)
        FROM happened h
    ), '[]'),
    'conversations', coalesce((
        SELECT json_agg(json_build_object(
            'conversation_id', c.conversation_id, 'subject', c.subject,
            'resolved_at', CASE WHEN c.status = 'resolved' THEN c.resolved_at END
        ))
        FROM member
        JOIN conversation c ON c.customer_id = member.customer_id
        WHERE c.conversation_id IN (SELECT conversation_id FROM happened)
    ), '[]'),
    'handoffs', coalesce((
        SELECT json_agg(found)
        FROM member
        CROSS JOIN LATERAL (
            SELECT h.handoff_id, h.conversation_id, h.state, h.asked_queue, h.taken_by IS NOT NULL AS was_taken, h.created_at,
                h.ended_at, h.offers, h.callback_id, coalesce(q.title, h.asked_queue) AS queue_title
            FROM handoff h
            LEFT JOIN queue q ON q.name = h.asked_queue
            WHERE h.customer_id = member.customer_id
            ORDER BY h.handoff_id DESC
            LIMIT 500
        ) AS found
    ), '[]'),
    'callbacks', coalesce((
        SELECT json_agg(found)
        FROM member
        CROSS JOIN LATERAL (
            SELECT b.callback_id, b.conversation_id, b.state, b.created_at, b.promised_from, b.promised_to, b.kept, b.late_s,
                jsonb_path_query_array(b.attempts, '$[*].began_at') AS called_at
            FROM callback b
            WHERE b.customer_id = member.customer_id
            ORDER BY b.callback_id DESC
            LIMIT 500
        ) AS found
    ), '[]'),
    'contract_ends', coalesce((
        SELECT json_agg(ended.at ORDER BY ended.at)
        FROM (
            SELECT nullif(max(coalesce(c.valid_until, 'infinity')), 'infinity') AS at
            FROM member
            JOIN condition c ON c.customer_id = member.customer_id
            WHERE c.contract IS NOT NULL AND c.revoked_at IS NULL
            GROUP BY c.contract
        ) AS ended
        WHERE ended.at IS NOT NULL
    ), '[]'),
    'contract_end_facts', coalesce((
        SELECT json_agg(f.value)
        FROM member
        JOIN fact f ON f.customer_id = member.customer_id
        WHERE f.name = ANY ($3::text[])
    ), '[]'),
    'notes', coalesce((
        SELECT json_agg(json_build_object(
            'id', n.note_id, 'phase', n.phase, 'kind', n.kind, 'text', n.text, 'owner', n.owner, 'due', n.due,
            'customer_id', CASE WHEN n.segment IS NULL THEN n.customer_id END, 'segment', n.segment, 'written_by', n.written_by
        ) ORDER BY n.note_id)
        FROM (
            SELECT note_id, phase, kind, text, owner, due, customer_id, segment, written_by
            FROM journey_note
            WHERE customer_id IN (SELECT customer_id FROM member)
                OR segment IN (
                    SELECT unnest(segments) FROM member
                    UNION
                    SELECT by_rule.segment FROM member JOIN segment_member by_rule ON by_rule.customer_id = member.customer_id
                )
            ORDER BY note_id DESC
            LIMIT 500
        ) AS n
    ), '[]'),
    'borders', coalesce((
        SELECT json_agg(json_build_object(
            'border_id', b.border_id, 'phase', b.phase, 'was_at', b.was_at, 'at', b.at, 'moved_by', b.moved_by,
            'moved_at', b.moved_at
        ) ORDER BY b.moved_at, b.border_id)
        FROM member
        JOIN journey_border b ON b.customer_id = member.customer_id
        WHERE b.undone_at IS NULL
    ), '[]'),
    'decisions', coalesce((
        SELECT json_agg(json_build_object(
            'decision_id', d.decision_id, 'interaction_id', d.interaction_id, 'text', d.text
        ) ORDER BY d.decision_id)
        FROM (
            SELECT decision_id, interaction_id, text
            FROM journey_decision
            WHERE customer_id IN (SELECT customer_id FROM member)
            ORDER BY decision_id DESC
            LIMIT 500
        ) AS d
    ), '[]')
)::text
FROM member survivor
WHERE survivor.merged_into IS NULL;
