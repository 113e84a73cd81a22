-- Name keys are ASCII now, since PostgreSQL takes trigrams of other letters only in some locales. The migration goes on in
-- service/db/name_keys.py, which computes the keys anew. This index finds those of whom only the family name is known.
CREATE INDEX customer_whole_name_key ON customer (name_key) WHERE holds_conditions;
