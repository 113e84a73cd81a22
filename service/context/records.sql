-- name: customer_records
-- Everything the context of each customer is made of, as one JSON document in the shape of CustomerRecords, with their place
-- among the wanted ones, from 1; no row if there is no such customer. A customer is one of $1, or else the owner of the
-- identity ($2 kinds, $3 canonical values); a merged customer leads to the survivor. $4 now, $5 the beginning of the 30 days
-- that contacts and dropped calls count in, $6 and $7 the beginnings and ends of the present day, month and year, $8 since when
-- a handoff or callback that ended still counts, $9 since when an answer to advice counts. Every list is read through an index
-- and has a limit inside, so that a customer with 100,000 interactions costs no more. Where $10 is a conversation, only what
-- its handoff takes along: other conversations, identities, times of contacts and what ended are left out.
SELECT wanted.place, found.document
FROM unnest((SELECT $1::uuid[]), (SELECT $2::identity_kind[]), (SELECT $3::text[]), (SELECT $10::uuid[])) WITH ORDINALITY
    AS wanted (customer_id, kind, value, conversation_id, place)
CROSS JOIN LATERAL (
    WITH asked AS (
        SELECT wanted.customer_id
        UNION ALL
        SELECT i.customer_id FROM identity i WHERE i.kind = wanted.kind AND i.value = wanted.value
    ),
    survivor AS (
        SELECT coalesce(c.merged_into, c.customer_id) AS customer_id
        FROM asked
        JOIN customer c ON c.customer_id = asked.customer_id
    ),
    claimed AS MATERIALIZED (
        SELECT i.kind || ':' || i.value AS identity
        FROM identity i
        WHERE i.kind = wanted.kind AND i.value = wanted.value AND i.link = 'claimed'
    ),
    member AS MATERIALIZED (
        SELECT c.customer_id, c.version, c.name, c.language, c.preferred_channel, c.communication_style, c.segments, c.since,
            c.interactions, c.repeated_questions, c.channel_wishes, c.do_not_contact, c.merged_into, c.name_at, c.language_at, c.restricted,
            c.consents
        FROM survivor
        JOIN customer c ON c.customer_id = survivor.customer_id
        UNION ALL
        SELECT c.customer_id, c.version, c.name, c.language, c.preferred_channel, c.communication_style, c.segments, c.since,
            c.interactions, c.repeated_questions, c.channel_wishes, c.do_not_contact, c.merged_into, c.name_at, c.language_at, c.restricted,
            c.consents
        FROM survivor
        JOIN customer c ON c.merged_into = survivor.customer_id
    ),
    recent AS MATERIALIZED (
        SELECT newest.*
        FROM member
        CROSS JOIN LATERAL (
            SELECT i.interaction_id, i.occurred_at, i.version, i.conversation_id, i.source, i.channel, i.kind, i.direction,
                i.assurance, i.language, i.outcome, i.mood, i.repeated_questions, left(i.text, 1001) AS text,
                i.details - 'data' AS details
            FROM (  -- whole rows: partitions that compute nothing begin faster
                SELECT i.*
                FROM interaction i
                WHERE i.customer_id = member.customer_id
                ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
                LIMIT 20
            ) AS i
        ) AS newest
        ORDER BY newest.occurred_at DESC, newest.interaction_id DESC
        LIMIT 20
    ),
    lately AS MATERIALIZED (
        SELECT newest.conversation_id, newest.channel, newest.direction, newest.outcome, newest.at
        FROM member
        CROSS JOIN LATERAL (
            SELECT i.conversation_id, i.channel, i.direction, i.outcome, i.occurred_at AS at
            FROM interaction i
            WHERE wanted.conversation_id IS NULL AND i.customer_id = member.customer_id
                AND ten_minutes_of(i.occurred_at) >= ten_minutes_of($5) AND i.occurred_at > $5
            ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC
            LIMIT 1000
        ) AS newest
    ),
    chosen AS (
        SELECT opened.customer_id, opened.conversation_id
        FROM member
        CROSS JOIN LATERAL (
            SELECT c.customer_id, c.conversation_id
            FROM conversation c
            WHERE wanted.conversation_id IS NULL AND c.customer_id = member.customer_id AND c.status <> 'resolved'
            ORDER BY c.opened_at DESC
            LIMIT 20
        ) AS opened
        UNION
        SELECT ended.customer_id, ended.conversation_id
        FROM member
        CROSS JOIN LATERAL (
            SELECT c.customer_id, c.conversation_id
            FROM conversation c
            WHERE wanted.conversation_id IS NULL AND c.customer_id = member.customer_id AND c.status = 'resolved'
            ORDER BY c.resolved_at DESC
            LIMIT 5
        ) AS ended
        UNION
        SELECT member.customer_id, recent.conversation_id
        FROM recent
        CROSS JOIN member
        WHERE wanted.conversation_id IS NULL
        UNION
        SELECT member.customer_id, wanted.conversation_id
        FROM member
        WHERE wanted.conversation_id IS NOT NULL
    )
    SELECT json_build_object(
        'customers', (
            SELECT json_agg(member ORDER BY member.merged_into NULLS FIRST, member.customer_id) FROM member
        ),
        'identities', coalesce((
            SELECT json_agg(found)
            FROM member
            CROSS JOIN LATERAL (
                SELECT i.kind, i.value, i.verified, i.link, i.source, i.created_at AS linked_at, (
                        SELECT k.name FROM api_key k WHERE k.key_id = i.proven_by
                    ) AS proven_by
                FROM identity i
                WHERE wanted.conversation_id IS NULL AND i.customer_id = member.customer_id
                LIMIT 200
            ) AS found
        ), '[]'),
        'facts', coalesce((
            SELECT json_agg(found)
            FROM member
            CROSS JOIN LATERAL (
                SELECT f.name, f.value, f.source, f.channel, f.at, f.verified, f.version, f.vouched, (
                        SELECT EXISTS (
                            SELECT FROM member m
                            JOIN conversation c ON c.customer_id = m.customer_id
                            WHERE c.conversation_id = f.conversation_id AND claimed.identity = ANY (c.identities)
                        )
                        FROM claimed
                    ) AS said_with_identity
                FROM fact f
                WHERE f.customer_id = member.customer_id
                ORDER BY f.at DESC
                LIMIT 1000
            ) AS found
        ), '[]'),
        'conditions', coalesce((
            SELECT json_agg(found)
            FROM member
            CROSS JOIN LATERAL (
                SELECT c.condition_id, c.title, c.kind, c.terms, c.scope, c.valid_from, c.valid_until, c.contract, c.priority,
                    c.stacking, c.audiences, c.max_uses, c.max_uses_per, c.revoked_at,
                    CASE WHEN c.max_uses IS NULL THEN 0 ELSE (
                        SELECT count(*)
                        FROM redemption r
                        WHERE r.customer_id = c.customer_id AND r.condition_id = c.condition_id AND r.voided_at IS NULL
                            AND (c.max_uses_per IS NULL OR c.max_uses_per = 'ever' OR (
                                r.redeemed_at >= ($6::timestamptz[])[array_position('{day,month,year}', c.max_uses_per)]
                                AND r.redeemed_at < ($7::timestamptz[])[array_position('{day,month,year}', c.max_uses_per)]
                            ))
                    ) END AS uses
                FROM condition c
                WHERE c.customer_id = member.customer_id AND (c.valid_until IS NULL OR c.valid_until > $4::timestamptz)
                    AND (c.revoked_at IS NULL OR c.revoked_at > $4)
                ORDER BY c.valid_from <= $4 DESC, c.priority DESC
                LIMIT 500
            ) AS found
        ), '[]'),
        'conversations', coalesce((
            SELECT json_agg(found)
            FROM chosen
            CROSS JOIN LATERAL (
                SELECT c.conversation_id, c.subject, c.status, c.channels, c.opened_at, c.last_at, c.resolved_at,
                    c.interactions, c.facts, c.source, c.ref, c.identities, coalesce((
                        SELECT json_agg(tried)
                        FROM (
                            SELECT a.what, a.outcome, a.by, a.channel, a.at
                            FROM attempt a
                            WHERE a.customer_id = c.customer_id AND a.conversation_id = c.conversation_id
                            ORDER BY a.at DESC
                            LIMIT 100
                        ) AS tried
                    ), '[]') AS attempts, (
                        SELECT count(*)
                        FROM (
                            SELECT
                            FROM handoff h
                            WHERE wanted.conversation_id IS NULL AND h.customer_id = c.customer_id
                                AND h.conversation_id = c.conversation_id AND h.state = 'transferred'
                            LIMIT 100
                        ) AS transferred
                    ) AS transfers
                FROM conversation c
                WHERE c.customer_id = chosen.customer_id AND c.conversation_id = chosen.conversation_id
            ) AS found
        ), '[]'),
        'recent', coalesce((
            SELECT json_agg(recent ORDER BY recent.occurred_at DESC, recent.interaction_id DESC) FROM recent
        ), '[]'),
        'contacts', coalesce((
            SELECT json_agg(contact.last_at)
            FROM (
                SELECT max(lately.at) AS last_at
                FROM lately
                WHERE lately.direction = 'inbound'
                GROUP BY lately.conversation_id, lately.channel
            ) AS contact
        ), '[]'),
        'dropped_calls', coalesce((
            SELECT json_agg(lately.at)
            FROM lately
            WHERE lately.direction <> 'outbound' AND lately.outcome IN ('missed', 'abandoned', 'failed')
        ), '[]'),
        'handoffs', coalesce((
            SELECT json_agg(found)
            FROM member
            CROSS JOIN LATERAL (
                SELECT h.handoff_id, h.state, h.mode, h.conversation_id, h.given_by, h.queue,
                    h.offers -> -1 -> 'to' ->> 'agent' AS agent, h.reason_code, h.reason_text, h.priority, h.created_at,
                    h.deadline, h.taken_by, h.ended_at
                FROM handoff h
                WHERE h.customer_id = member.customer_id
                    AND (h.ended_at IS NULL OR h.ended_at > CASE
                        WHEN wanted.conversation_id IS NULL THEN $8::timestamptz ELSE 'infinity'::timestamptz
                    END)
                ORDER BY h.ended_at DESC NULLS FIRST
                LIMIT 100
            ) AS found
        ), '[]'),
        'golden_statements', coalesce((
            SELECT json_agg(found)
            FROM member
            CROSS JOIN LATERAL (
                SELECT s.field, s.position, s.value, s.normal, s.source, s.external_id, s.stated_at, s.verified, s.trust,
                    s.pinned
                FROM golden_statement s
                WHERE s.customer_id = member.customer_id
                LIMIT 2000
            ) AS found
        ), '[]'),
        'survivorship', (
            SELECT coalesce(json_object_agg(rules.field, json_build_object('rule', rules.rule, 'sources', rules.sources)), '{}')
            FROM (SELECT r.field, r.rule, r.sources FROM survivorship r ORDER BY r.field) AS rules
        ),
        'invalid_numbers', coalesce((
            SELECT json_agg(json_build_object('phone', n.phone, 'since', n.since) ORDER BY n.since DESC, n.phone)
            FROM member
            JOIN invalid_number n ON n.customer_id = member.customer_id
            WHERE wanted.conversation_id IS NULL
        ), '[]'),
        'answered_rules', coalesce((
            SELECT json_agg(found)
            FROM member
            CROSS JOIN LATERAL (
                SELECT a.rule, a.at
                FROM advice_outcome a
                WHERE wanted.conversation_id IS NULL AND a.customer_id = member.customer_id AND a.at > $9
                ORDER BY a.at DESC
                LIMIT 100
            ) AS found
        ), '[]'),
        'callbacks', coalesce((
            SELECT json_agg(found)
            FROM member
            CROSS JOIN LATERAL (
                SELECT b.callback_id, b.state, b.conversation_id, b.handoff_id, b.queue, b.phone, b.reason, b.promised_from,
                    b.promised_to, b.due_at, jsonb_array_length(b.attempts) AS attempts, b.kept, b.priority, b.preferred_agent,
                    b.ended_at, b.end_reason
                FROM callback b
                WHERE b.customer_id = member.customer_id
                    AND (b.ended_at IS NULL OR b.ended_at > $8 OR b.state = 'uncallable')
                ORDER BY b.ended_at DESC NULLS FIRST
                LIMIT 100
            ) AS found
        ), '[]')
    )::text AS document
    FROM survivor
) AS found;

-- name: current_versions
-- The versions of the customers $1; no row of one that does not exist, or was merged into another.
SELECT c.customer_id, c.version
FROM customer c
WHERE c.customer_id = ANY ((SELECT $1::uuid[])::uuid[]) AND c.merged_into IS NULL
ORDER BY c.customer_id;
