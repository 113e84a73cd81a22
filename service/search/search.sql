-- name: limit_time
-- No later statement of this transaction takes longer than $1 (such as 200ms), nor is one compiled, which takes longer.
SELECT set_config('statement_timeout', $1, true), set_config('jit', 'off', true);

-- name: parse_words
-- Query $1, whose earlier words are $2 and whose last word is $3, as a tsquery: stems of German or of English, or the words
-- as they are; the last one may be unfinished. What is no plain word, such as RE-2026-08, is also taken as texts are.
SELECT coalesce(string_agg(DISTINCT '(' || one.words::text || ')', ' | '), '') AS words
FROM unnest('{german,english,simple}'::regconfig[]) AS spoken (language)
CROSS JOIN LATERAL (
    VALUES (plainto_tsquery(spoken.language, $2) && to_tsquery(spoken.language, $3)),
        (CASE WHEN $1 ~ '[^[:alpha:] ]' THEN plainto_tsquery(spoken.language, $1) END)
) AS one (words)
WHERE numnode(one.words) > 0;

-- name: find_identities
-- Customers to whom one of the identities of kinds $1 and values $2 belongs, those of whom it was said together with
-- identities of theirs, and the first 200 of whom a source states it; at most $3.
WITH asked AS (
    SELECT kind, value FROM unnest($1::identity_kind[], $2::text[]) AS asked (kind, value)
),
found AS (
    SELECT i.customer_id, i.kind, i.value, i.created_at AS at, i.link::text AS link
    FROM asked
    JOIN identity i ON i.kind = asked.kind AND i.value = asked.value
    UNION ALL
    SELECT stated.customer_id, s.kind, s.value, s.suggested_at, 'shared'
    FROM asked
    JOIN merge_suggestion s ON s.kind = asked.kind AND s.value = asked.value
    CROSS JOIN LATERAL (VALUES (s.customer_id), (s.other_customer_id)) AS stated (customer_id)
    UNION ALL
    SELECT v.customer_id, asked.kind, asked.value, v.stated_at, 'shared'
    FROM asked
    CROSS JOIN LATERAL (
        SELECT customer_id, stated_at
        FROM customer_value
        WHERE field = asked.kind::text AND normal = asked.value AND ended_at IS NULL AND field IN ('phone', 'email')
            AND normal <> ''
        LIMIT 200
    ) AS v
)
SELECT customer_id, customer_name, kind, value, at, link
FROM (
    SELECT DISTINCT ON (owner.customer_id, found.kind, found.value) owner.customer_id, owner.customer_name,
        found.kind::text AS kind, found.value, found.at, found.link
    FROM found
    CROSS JOIN LATERAL (
        SELECT o.customer_id, coalesce(o.name, c.name) AS customer_name
        FROM customer c
        JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id)
        WHERE c.customer_id = found.customer_id AND NOT c.restricted
    ) AS owner
    ORDER BY owner.customer_id, found.kind, found.value, found.link = 'shared', found.at DESC
) AS distinct_owners
ORDER BY at DESC, customer_id
LIMIT $3;

-- name: find_beginning_identities
-- Customers with an identity whose value, or what follows the colon in it, begins with one of $1; at most $2, the newest
-- of the first 200 of each.
SELECT o.customer_id, coalesce(o.name, c.name) AS customer_name, found.kind, found.value, found.at, found.link
FROM (
    SELECT DISTINCT ON (i.kind, i.value) i.customer_id, i.kind::text AS kind, i.value, i.created_at AS at, i.link::text AS link
    FROM unnest($1::text[]) AS asked (beginning)
    CROSS JOIN LATERAL (
        SELECT customer_id, kind, value, created_at, link
        FROM identity
        WHERE substring(value FROM '[^:]*$') ~>=~ asked.beginning
            AND substring(value FROM '[^:]*$') ~<~ (asked.beginning || chr(1114111))
        ORDER BY substring(value FROM '[^:]*$') USING ~<~
        LIMIT 200
    ) AS i
) AS found
JOIN customer c ON c.customer_id = found.customer_id AND NOT c.restricted
JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id)
ORDER BY found.at DESC, o.customer_id
LIMIT $2;

-- name: find_neighbour_identities
-- Customers with an identity whose value, or what follows the colon in it, is one of $1; at most $2.
SELECT o.customer_id, coalesce(o.name, c.name) AS customer_name, i.kind::text AS kind, i.value, i.created_at AS at,
    i.link::text AS link
FROM identity i
JOIN customer c ON c.customer_id = i.customer_id AND NOT c.restricted
JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id)
WHERE substring(i.value FROM '[^:]*$') = ANY ($1::text[])
ORDER BY i.created_at DESC, o.customer_id
LIMIT $2;

-- name: find_facts
-- Customers with a fact whose value is number $1 or begins with it, however it is spelt; at most $2, whole numbers first,
-- then the newest of the first 500.
SELECT customer_id, customer_name, kind, value, at, conversation_id, exact
FROM (
    SELECT DISTINCT ON (o.customer_id, f.term, f.name) o.customer_id, coalesce(o.name, c.name) AS customer_name,
        f.name AS kind, f.value, f.at, f.conversation_id, f.term = asked.term AS exact
    FROM (SELECT search_term($1) COLLATE "C" AS term OFFSET 0) AS asked
    CROSS JOIN LATERAL (
        SELECT term, customer_id, name, value, at, conversation_id
        FROM search_fact
        WHERE term >= asked.term AND term < asked.term || chr(1114111) AND asked.term <> ''
        ORDER BY term
        LIMIT 500
    ) AS f
    JOIN customer c ON c.customer_id = f.customer_id AND NOT c.restricted
    JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id)
    WHERE EXISTS (SELECT FROM fact k WHERE k.customer_id = f.customer_id AND k.name = f.name)
        OR EXISTS (SELECT FROM fact_history h WHERE h.customer_id = f.customer_id AND h.name = f.name)
    ORDER BY o.customer_id, f.term, f.name, f.at DESC
) AS found
ORDER BY exact DESC, at DESC, customer_id
LIMIT $2;

-- name: find_neighbour_facts
-- Customers with a fact whose value is one of $1, as `search_term` spells it; at most $2.
SELECT o.customer_id, coalesce(o.name, c.name) AS customer_name, f.name AS kind, f.value, f.at, f.conversation_id
FROM search_fact f
JOIN customer c ON c.customer_id = f.customer_id AND NOT c.restricted
JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id)
WHERE f.term = ANY ($1::text[])
ORDER BY f.at DESC, o.customer_id
LIMIT $2;

-- name: spell_number
-- A number as `search_fact` has it.
SELECT search_term($1);

-- name: find_names
-- At most $3 customers, the newest first: those of the newest 10000 whose name has words like each of $1 if they are so many,
-- else all whose name, or the name of a record of theirs, has the words of tsquery $2; of these as many again.
WITH newest AS MATERIALIZED (
    SELECT customer_id, merged_into, name, last_registered_at, since
    FROM (
        SELECT customer_id, merged_into, name, name_key, last_registered_at, since
        FROM customer
        ORDER BY customer_id DESC
        LIMIT 10000
    ) AS recent
    WHERE ' ' || name_key LIKE ALL ($1::text[])
    LIMIT $3
)
SELECT o.customer_id, coalesce(o.name, c.name) AS customer_name, c.name AS value,
    greatest(o.last_registered_at, c.last_registered_at, c.since) AS at
FROM (
    SELECT customer_id, merged_into, name, last_registered_at, since
    FROM newest
    WHERE (SELECT count(*) FROM newest) >= $3
    UNION ALL
    (
        SELECT customer_id, merged_into, name, last_registered_at, since
        FROM (
            SELECT customer_id, merged_into, name, last_registered_at, since
            FROM customer
            WHERE to_tsvector('simple', name_key) @@ $2::text::tsquery AND (SELECT count(*) FROM newest) < $3
            OFFSET 0
        ) AS found
        ORDER BY customer_id DESC
        LIMIT $3
    )
    UNION ALL
    (
        SELECT found.customer_id, r.merged_into, found.name, r.last_registered_at, r.since
        FROM (
            SELECT customer_id, name
            FROM source_record
            WHERE to_tsvector('simple', name_key) @@ $2::text::tsquery AND (SELECT count(*) FROM newest) < $3
            OFFSET 0
        ) AS found
        JOIN customer r ON r.customer_id = found.customer_id AND r.name IS DISTINCT FROM found.name
        ORDER BY found.customer_id DESC
        LIMIT $3
    )
) AS c
JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id) AND NOT o.restricted;

-- name: find_texts
-- At most $2 texts that match tsquery $1, the newest first: of the newest $3 if so many of them match. If some do, of as many
-- more as it takes until so many should have been met: the index would give all texts with a word that is neither common nor
-- rare, each on a page of its own. Else of all.
WITH newest AS MATERIALIZED (
    SELECT occurred_at, interaction_id, customer_id
    FROM (
        SELECT occurred_at, interaction_id, customer_id, words
        FROM search_text
        ORDER BY occurred_at DESC, interaction_id DESC
        LIMIT $3
    ) AS recent
    WHERE words @@ $1::text::tsquery
    LIMIT $2
),
further AS MATERIALIZED (
    SELECT occurred_at, interaction_id, customer_id
    FROM (
        SELECT occurred_at, interaction_id, customer_id, words
        FROM search_text
        ORDER BY occurred_at DESC, interaction_id DESC
        LIMIT (
            SELECT CASE WHEN count(*) BETWEEN 2 AND $2 - 1 THEN 3 * $3 * $2 / (2 * count(*)) ELSE 0 END FROM newest
        ) OFFSET $3
    ) AS recent
    WHERE words @@ $1::text::tsquery
    LIMIT $2
),
met AS MATERIALIZED (
    SELECT occurred_at, interaction_id, customer_id FROM newest
    UNION ALL
    SELECT occurred_at, interaction_id, customer_id FROM further
)
(
    SELECT occurred_at, interaction_id, customer_id
    FROM met
    WHERE (SELECT count(*) FROM met) >= $2
    ORDER BY occurred_at DESC, interaction_id DESC
    LIMIT $2
)
UNION ALL
(
    SELECT occurred_at, interaction_id, customer_id
    FROM (
        SELECT occurred_at, interaction_id, customer_id
        FROM search_text
        WHERE words @@ $1::text::tsquery AND (SELECT count(*) FROM met) < $2
        OFFSET 0
    ) AS found
    ORDER BY occurred_at DESC, interaction_id DESC
    LIMIT $2
);

-- name: read_texts
-- The texts of interactions $1 of customers $2 at $3, the newest first, with what matches tsquery $4 between U+E000 and U+E001.
SELECT o.customer_id, coalesce(o.name, c.name) AS customer_name, i.channel::text AS kind, i.occurred_at AS at,
    i.conversation_id, i.interaction_id, ts_headline(
        CASE
            WHEN starts_with(spoken.language, 'de') THEN 'german'::regconfig
            WHEN starts_with(spoken.language, 'en') THEN 'english'
            WHEN spoken.language IS NOT NULL THEN 'simple'
            WHEN to_tsvector('german', spoken.text) @@ $4::text::tsquery THEN 'german'
            ELSE 'english'
        END,
        spoken.text, $4::text::tsquery,
        'StartSel=' || chr(57344) || ', StopSel=' || chr(57345) || CASE
            WHEN length(spoken.text) <= 200 THEN ', HighlightAll=true'
            ELSE ', MaxFragments=2, MinWords=8, MaxWords=24, ShortWord=0, FragmentDelimiter=" … "'
        END
    ) AS headline
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS found (interaction_id, customer_id, occurred_at)
JOIN interaction i ON i.customer_id = found.customer_id AND ten_minutes_of(i.occurred_at) = ten_minutes_of(found.occurred_at)
    AND i.occurred_at = found.occurred_at AND i.interaction_id = found.interaction_id
JOIN customer c ON c.customer_id = i.customer_id AND NOT c.restricted
JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id)
CROSS JOIN LATERAL (
    SELECT translate(left(i.text, 20000), chr(57344) || chr(57345), '') AS text, coalesce(i.language, c.language) AS language
) AS spoken
ORDER BY i.occurred_at DESC, i.interaction_id DESC;

-- name: find_subjects
-- At most $2 conversations whose subject matches tsquery $1, the newest first: of the newest $3 if so many of them match,
-- else of all.
WITH newest AS MATERIALIZED (
    SELECT conversation_id
    FROM (
        SELECT conversation_id, words
        FROM search_subject
        ORDER BY opened_at DESC
        LIMIT $3
    ) AS recent
    WHERE words @@ $1::text::tsquery
    LIMIT $2
)
SELECT conversation_id
FROM newest
WHERE (SELECT count(*) FROM newest) >= $2
UNION ALL
(
    SELECT conversation_id
    FROM (
        SELECT conversation_id, opened_at
        FROM search_subject
        WHERE words @@ $1::text::tsquery AND (SELECT count(*) FROM newest) < $2
        OFFSET 0
    ) AS found
    ORDER BY opened_at DESC, conversation_id DESC
    LIMIT $2
);

-- name: read_subjects
-- The subjects of conversations $1, those with the latest interaction first, with what matches tsquery $2 between U+E000 and
-- U+E001.
SELECT o.customer_id, coalesce(o.name, c.name) AS customer_name, 'subject' AS kind, v.last_at AS at, v.conversation_id,
    ts_headline(
        CASE
            WHEN to_tsvector('german', v.subject) @@ $2::text::tsquery THEN 'german'::regconfig
            WHEN to_tsvector('english', v.subject) @@ $2::text::tsquery THEN 'english'
            ELSE 'simple'
        END,
        translate(v.subject, chr(57344) || chr(57345), ''), $2::text::tsquery,
        'StartSel=' || chr(57344) || ', StopSel=' || chr(57345) || ', HighlightAll=true'
    ) AS headline
FROM conversation v
JOIN customer c ON c.customer_id = v.customer_id AND NOT c.restricted
JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id)
WHERE v.conversation_id = ANY ($1::uuid[]) AND v.subject IS NOT NULL
ORDER BY v.last_at DESC, v.conversation_id DESC;
