-- concurrently
-- The ratings of a time, for the numbers of feedback; what the weekly report looks for in all interactions.
CREATE INDEX interaction_rating ON interaction (occurred_at) WHERE details ? 'rating';
CREATE INDEX interaction_asked_again ON interaction (occurred_at) WHERE repeated_questions > 0;
CREATE INDEX interaction_concern ON interaction (occurred_at) WHERE kind = 'concern';

-- in a transaction
-- One question asked of a customer after a matter, by a link that answers it once. It has several hashes if the request
-- that made it was repeated: each answer of a request shows a link of its own. Erasure deletes the customer's rows.
CREATE TABLE survey (
    customer_id uuid NOT NULL,
    survey_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    question text NOT NULL CHECK (question IN ('csat', 'nps', 'effort')),
    token_hashes bytea[] NOT NULL,
    key_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    answered_at timestamptz,
    PRIMARY KEY (customer_id, survey_id)
);
CREATE UNIQUE INDEX survey_by_id ON survey (survey_id);
CREATE INDEX survey_tokens ON survey USING gin (token_hashes);

-- Every rating with the question that it answers; what other channels rate counts as satisfaction on its own scale. `is_top`:
-- satisfied (80 % of the scale or more: 4 or 5 of 5), would recommend (9 or 10 of 10), was easy (5 to 7 of 7). `is_bottom`:
-- would not recommend (0 to 6); of the other questions whatever is not at the top.
CREATE VIEW rating AS
SELECT i.customer_id, i.occurred_at, i.interaction_id, i.conversation_id, i.channel, i.source = 'askonce:survey' AS by_survey,
    said.question,
    CASE said.question
        WHEN 'nps' THEN said.value >= 9
        WHEN 'effort' THEN said.value >= 5
        ELSE said.value >= 0.8 * said.scale
    END AS is_top,
    CASE said.question
        WHEN 'nps' THEN said.value <= 6
        WHEN 'effort' THEN said.value < 5
        ELSE said.value < 0.8 * said.scale
    END AS is_bottom
FROM interaction i
CROSS JOIN LATERAL (
    SELECT (i.details -> 'rating' ->> 'value')::numeric AS value, (i.details -> 'rating' ->> 'scale')::numeric AS scale,
        CASE WHEN i.source = 'askonce:survey' THEN i.details -> 'data' ->> 'question' ELSE 'csat' END AS question
) AS said
WHERE i.details ? 'rating';

-- Views for the whole company.
ALTER TYPE audience ADD VALUE 'sales';
ALTER TYPE audience ADD VALUE 'marketing';
ALTER TYPE role ADD VALUE 'sales';
ALTER TYPE role ADD VALUE 'marketing';
