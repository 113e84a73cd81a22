-- What bounds the look-ups of keys and pages.

-- A token of a form is done once its form was submitted.
ALTER TABLE form_token ADD COLUMN submitted_at timestamptz;
