-- name: insert_outcome
-- Of customer $1 at $2 as $3: the advice of rule $4 was taken or not ($5), with note $6, as key $7 says.
INSERT INTO advice_outcome (customer_id, at, outcome_id, rule, taken, note, key_id)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: read_outcome
-- The answer $2 that was recorded of the merge set of customer $1.
SELECT a.outcome_id AS id, survivor.customer_id, a.rule, a.taken, a.note, a.at, survivor.version
FROM customer asked
JOIN customer survivor ON survivor.customer_id = coalesce(asked.merged_into, asked.customer_id)
JOIN customer member ON survivor.customer_id IN (member.customer_id, member.merged_into)
JOIN advice_outcome a ON a.customer_id = member.customer_id
WHERE asked.customer_id = $1 AND a.outcome_id = $2;

-- name: count_outcomes
-- The answers to each of the rules $1 after $2, taken or not: how many, of how many customers, and after how many a matter of the
-- customer's merge set was solved within $3.
SELECT o.rule, o.taken, count(*) AS answers, count(DISTINCT o.customer_id) AS customers,
    count(*) FILTER (WHERE EXISTS (
        SELECT
        FROM customer own
        JOIN customer member ON member.customer_id = coalesce(own.merged_into, own.customer_id)
            OR member.merged_into = coalesce(own.merged_into, own.customer_id)
        JOIN conversation c ON c.customer_id = member.customer_id
        WHERE own.customer_id = o.customer_id AND c.status = 'resolved'
            AND c.resolved_at >= o.at AND c.resolved_at < o.at + $3::interval
    )) AS solved
FROM advice_outcome o
WHERE o.rule = ANY($1::text[]) AND o.at > $2
GROUP BY o.rule, o.taken
ORDER BY o.rule, o.taken;
