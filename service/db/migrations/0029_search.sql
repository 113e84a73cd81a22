-- concurrently
-- Identities by the beginning of their value; of those that name another system first (`shop:4711`), by what follows.
CREATE INDEX identity_value ON identity ((substring(value FROM '[^:]*$')) text_pattern_ops);
-- Customers by the words of their name, in any order. Later versions of a customer have the same name: they cost nothing.
CREATE INDEX customer_name_words ON customer USING gin (to_tsvector('simple', name_key)) WITH (gin_pending_list_limit = 512);
-- Who else stated an identity that belongs to one customer.
CREATE INDEX merge_suggestion_value ON merge_suggestion (kind, value);

-- in a transaction
-- What agents find customers by. A worker fills these tables behind the commit of what they hold, so that no write waits
-- for them; whatever is found is read from the records themselves. A row that its record left behind is never shown.

-- The words of a text without their positions: stems of its language, of German and English if that is unknown, and the
-- words as they are in any other language.
CREATE FUNCTION search_words(language text, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT strip(CASE
    WHEN starts_with(language, 'de') THEN to_tsvector('german', words)
    WHEN starts_with(language, 'en') THEN to_tsvector('english', words)
    WHEN language IS NULL THEN to_tsvector('german', words) || to_tsvector('english', words)
    ELSE to_tsvector('simple', words)
END)
$$;

-- A number as it is found: letters and digits alone, in upper case.
CREATE FUNCTION search_term(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT upper(regexp_replace(normalize(value, NFKC), '[^[:alnum:]]+', '', 'g'))
$$;

-- The words of an interaction's text. The primary key has them in the order of time, so that the newest come first.
CREATE TABLE search_text (
    occurred_at timestamptz NOT NULL,
    interaction_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (occurred_at, interaction_id)
);
CREATE INDEX search_text_words ON search_text USING gin (words) WITH (gin_pending_list_limit = 512);

-- The words of a conversation's subject as it was when they were taken.
CREATE TABLE search_subject (
    conversation_id uuid PRIMARY KEY,
    customer_id uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    subject text NOT NULL,
    words tsvector NOT NULL
);
CREATE INDEX search_subject_opened ON search_subject (opened_at);
CREATE INDEX search_subject_words ON search_subject USING gin (words) WITH (gin_pending_list_limit = 512);

-- Every value that a fact of a customer ever had, as it is found, with when and in which conversation it was first stated.
CREATE TABLE search_fact (
    term text COLLATE "C" NOT NULL,
    customer_id uuid NOT NULL,
    name text NOT NULL,
    value text NOT NULL,
    at timestamptz NOT NULL,
    conversation_id uuid,
    PRIMARY KEY (term, customer_id, name)
);

-- Up to which version a customer's records can be found.
CREATE TABLE search_progress (
    customer_id uuid PRIMARY KEY,
    version bigint NOT NULL
) WITH (fillfactor = 70);

-- Up to which event all customers can be found; `sweep` is the last of all customers that was looked at, null once the
-- sweep has come to an end. What was stored before this table begins with a sweep.
CREATE TABLE search_position (
    event_id bigint NOT NULL,
    sweep uuid,
    single boolean PRIMARY KEY DEFAULT true CHECK (single)
);
INSERT INTO search_position (event_id, sweep) SELECT events, '00000000-0000-0000-0000-000000000000' FROM event_count;
