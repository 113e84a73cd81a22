-- What a worker looks at while nothing happens, and the trace that a change belongs to.

-- The digest of the rules that golden records are chosen by.
CREATE FUNCTION golden_rules() RETURNS text
LANGUAGE sql STABLE
RETURN md5(concat(
    (SELECT string_agg(concat_ws(' ', r.field, r.rule, r.sources), ',' ORDER BY r.field) FROM survivorship r),
    ';',
    (SELECT string_agg(concat_ws(' ', s.source, s.trust), ',' ORDER BY s.source) FROM source s WHERE s.trust <> 50)
));

-- The W3C traceparent of the span that wrote a change or queued a delivery; NULL without tracing. The session says it, so that no
-- statement that writes changes has to know of traces.
ALTER TABLE outbox ADD COLUMN traceparent text;
ALTER TABLE outbox ALTER COLUMN traceparent SET DEFAULT nullif(current_setting('askonce.traceparent', true), '');
ALTER TABLE webhook_delivery ADD COLUMN traceparent text;
