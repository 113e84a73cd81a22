-- Customers of changes that subscribers were told of while Redis was out of reach: views older than `version` are to be
-- dropped.
CREATE TABLE undropped_view (
    customer_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    written_at timestamptz NOT NULL
);
CREATE INDEX undropped_view_written ON undropped_view (written_at);
