-- The handoffs of one conversation: how many were transferred.
CREATE INDEX handoff_conversation ON handoff (customer_id, conversation_id);
