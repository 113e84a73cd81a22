-- What bounds the look-ups of keys and pages.

-- A token of a form is done once its form was submitted.
ALTER TABLE form_token ADD COLUMN submitted_at timestamptz;

-- How much of its budgets a key has taken in the present period: units of `counted` (misses or customers) since `starts_at`.
-- Processes take them in portions before they answer.
CREATE TABLE look_up_budget (
    key_id uuid NOT NULL,
    counted text NOT NULL CHECK (counted IN ('misses', 'customers')),
    period text NOT NULL CHECK (period IN ('minute', 'day')),
    starts_at timestamptz NOT NULL,
    taken bigint NOT NULL,
    PRIMARY KEY (key_id, counted, period)
);

-- How long a till has to wait after wrong confirmations: `wrong` tries, fewer with the time since `tried_at`.
CREATE TABLE confirmation_pause (
    key_id uuid PRIMARY KEY,
    wrong double precision NOT NULL,
    tried_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
