-- name: delete_outdated_drafts
-- Forget the drafts for queue $1 about one of the dates $2: another one takes their place.
DELETE FROM notice
WHERE drafted_for = $1 AND state = 'draft' AND drafted_days && $2::date [];

-- name: find_taken_ids
-- The ids of notices that begin with $1.
SELECT notice_id
FROM notice
WHERE starts_with(notice_id, $1);
