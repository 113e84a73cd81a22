-- The latest handoff of a conversation says who serves it. Registration reads it with the conversations that it locks, if they
-- were handed off at all.
ALTER TABLE conversation ADD COLUMN handed_off boolean NOT NULL DEFAULT false;
UPDATE conversation SET handed_off = true
FROM handoff h
WHERE h.customer_id = conversation.customer_id AND h.conversation_id = conversation.conversation_id;
-- The handoffs of one conversation: the latest, their summaries, and how many were transferred.
CREATE INDEX handoff_conversation ON handoff (customer_id, conversation_id, handoff_id);

-- The latest handoff of a conversation as `lock_for_update` gives it: `transferred` is whether a desk had it before.
CREATE TYPE conversation_handoff AS (
    conversation_id uuid,
    state handoff_state,
    mode handoff_mode,
    transferred boolean
);

-- How a customer wants to be contacted, beside `preferred_channel`: the channels that are allowed or refused, and what the
-- customer is not to be contacted for, as lists of JSON; null if nothing was stated.
ALTER TABLE customer ADD COLUMN channel_wishes jsonb, ADD COLUMN do_not_contact jsonb;
