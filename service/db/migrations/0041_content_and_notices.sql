-- What answers questions, and notices of what is about to happen. Neither table holds anything of a customer: an erasure has
-- nothing to delete here.

-- An article, a page or a text that answers questions. `definition` is its JSON as it was given.
CREATE TABLE content_item (
    content_id text PRIMARY KEY,
    definition jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

-- A notice, such as a day without service. `definition` is its JSON as it was given. `subject_id` names it in events.
-- `drafted_for` is the queue that had its calendar changed, `drafted_days` are the dates that the draft is about.
-- `reach` is what was counted when it was published, `event_data` the JSON that receivers of the event are told.
CREATE TABLE notice (
    notice_id text PRIMARY KEY,
    subject_id uuid NOT NULL UNIQUE,
    state text NOT NULL CHECK (state IN ('draft', 'published')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    definition jsonb NOT NULL,
    drafted_for text,
    drafted_days date [],
    reach jsonb,
    event_data text,
    published_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (ends_at > starts_at),
    CHECK ((published_at IS NULL) = (state = 'draft'))
);
CREATE INDEX notice_published ON notice (ends_at) WHERE state = 'published';

CREATE TRIGGER content_is_guidance AFTER INSERT OR UPDATE OR DELETE ON content_item
FOR EACH STATEMENT EXECUTE FUNCTION raise_guidance_version();
CREATE TRIGGER notice_is_guidance AFTER INSERT OR UPDATE OR DELETE ON notice
FOR EACH STATEMENT EXECUTE FUNCTION raise_guidance_version();
