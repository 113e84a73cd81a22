-- Every summary of a conversation travels on. `summaries` are those that were written with a handoff: by its giver, by the
-- desk that ended it, and by a machine that handed the conversation off once more while an agent had it.
ALTER TABLE handoff ADD COLUMN summaries jsonb NOT NULL DEFAULT '[]';
UPDATE handoff SET summaries = jsonb_build_array(jsonb_build_object('text', summary, 'by', given_by, 'at', created_at))
WHERE summary IS NOT NULL;
