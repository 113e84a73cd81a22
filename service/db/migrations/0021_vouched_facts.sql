-- What a person of the company vouched for: a value that a console or an admin corrected, or registered as verified. What a
-- machine states later does not replace it.

ALTER TABLE fact ADD COLUMN vouched boolean NOT NULL DEFAULT false;
ALTER TYPE fact_row ADD ATTRIBUTE vouched boolean;

UPDATE fact SET vouched = true
FROM change_audit corrected
JOIN api_key person ON person.key_id = corrected.key_id
WHERE person.role IN ('console', 'admin') AND corrected.action = 'fact.corrected'
    AND corrected.customer_id = fact.customer_id AND corrected.version = fact.version AND fact.name = ANY (corrected.fields);

UPDATE fact SET vouched = true
FROM interaction stated
JOIN api_key person ON person.key_id = stated.key_id
WHERE person.role IN ('console', 'admin') AND stated.assurance = 'verified'
    AND stated.customer_id = fact.customer_id AND stated.version = fact.version;
