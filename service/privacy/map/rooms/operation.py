"""What the installation knows of itself."""

from service.privacy.map.columns import FOR_EVER, of_nobody, technical

TABLES = (
    of_nobody("installation", technical("only_row history origin written_by space server claimed_at"), kept=FOR_EVER),
    of_nobody("schema_migration", technical("number name digest applied_at oldest_code applied_by"), kept=FOR_EVER),
)
