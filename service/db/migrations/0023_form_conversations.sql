-- A form that is shown within a conversation may be filled with what was said in it.
ALTER TABLE form_token ADD COLUMN conversation_id uuid, ADD COLUMN conversation_ref text;
