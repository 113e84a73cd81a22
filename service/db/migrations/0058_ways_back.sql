-- Which former version of askonce still runs on what a migration made. A version that finds migrations it does not know reads
-- it here: `oldest_code` is how many migrations a version must know at least to run on this one, NULL for none that does
-- not know it. `applied_by` is the version that applied it. The rows of before say nothing, and so none runs on them.
ALTER TABLE schema_migration ADD COLUMN oldest_code integer, ADD COLUMN applied_by text;
