-- The golden record: what a customer's own statements and the sources say together, decided by rules when it is read. Nothing
-- of it is stored but what people pin and how they want it decided. Erasure deletes golden_pin of the customer.

-- When the name and the language were last stated by hand; NULL means with the first contact.
ALTER TABLE customer ADD COLUMN name_at timestamptz, ADD COLUMN language_at timestamptz;

CREATE TABLE golden_pin (
    customer_id uuid NOT NULL,
    field text NOT NULL,
    value jsonb NOT NULL,
    note text,
    key_id uuid NOT NULL,
    pinned_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, field)
);

-- Rules that differ from the shipped ones.
CREATE TABLE survivorship (
    field text PRIMARY KEY,
    rule text NOT NULL CHECK (rule IN ('recent', 'trusted', 'frequent', 'longest', 'oldest', 'all')),
    sources text[] NOT NULL
);

-- Cached views show the golden record, so that other rules make them cold as other guidance does.
CREATE TRIGGER survivorship_is_guidance AFTER INSERT OR UPDATE OR DELETE ON survivorship
FOR EACH STATEMENT EXECUTE FUNCTION raise_guidance_version();
CREATE TRIGGER trust_is_guidance AFTER UPDATE OF trust ON source
FOR EACH ROW WHEN (old.trust <> new.trust) EXECUTE FUNCTION raise_guidance_version();
CREATE TRIGGER given_trust_is_guidance AFTER INSERT ON source
FOR EACH ROW WHEN (new.trust <> 50) EXECUTE FUNCTION raise_guidance_version();

-- What sources state of a customer now, but identities, and what is pinned; a pin has no external id, and its source is the house.
CREATE VIEW golden_statement AS
SELECT v.customer_id, v.field, v.position, v.value, v.normal, v.source, v.external_id, v.stated_at, v.verified,
    coalesce(s.trust, 50) AS trust, false AS pinned
FROM customer_value v
LEFT JOIN source s ON s.source = v.source
WHERE v.ended_at IS NULL AND v.field NOT LIKE 'identity.%'
UNION ALL
SELECT p.customer_id, p.field, 0, p.value, '', 'askonce', NULL, p.pinned_at, true, 100, true
FROM golden_pin p;
