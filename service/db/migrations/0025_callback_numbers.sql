-- A desk that calls back sees whether the customer is on the telephone at this moment.
CREATE INDEX live_call_customer ON live_call (customer_id) WHERE closed_at IS NULL;

-- Numbers of a customer that a call back found to be none. A number is struck off when it is proven, linked, or answered.
CREATE TABLE invalid_number (
    customer_id uuid NOT NULL,
    phone text NOT NULL,
    callback_id uuid NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (customer_id, phone)
);
